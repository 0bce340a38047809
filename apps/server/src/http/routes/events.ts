import { AccountChoice, MESSAGE_TYPES, PortfolioChoice, pageOf } from "@bulkhead/contract";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import type { Told } from "../../ws/feed.ts";
import { EVERYBODY } from "../../ws/messages.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { accountOf, selectionOf } from "../scope.ts";
import { type Principal, sees } from "../security/principal.ts";

const EventRow = z
  .object({ type: z.enum(MESSAGE_TYPES), portfolio_id: z.string(), seq: z.number().int(), data: z.record(z.string(), z.unknown()) })
  .meta({ id: "Event" });
const EventQuery = z.strictObject({
  portfolio_id: PortfolioChoice.optional(),
  account_id: AccountChoice.optional(),
  since: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: "Only what was said after this sequence." }),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
/** A stream that nobody reads is given up. */
const STREAM_BEHIND_MAX = 10_000;
const STREAMS_MAX = 200;

/** What the desk says, as a page or as a stream that `Last-Event-ID` resumes: the same messages as on `/ws`. */
export function eventRoutes(api: Api): void {
  const { desk, feeds } = api.services;
  let streams = 0;
  api.read(
    {
      path: "/api/events",
      operationId: "listEvents",
      summary: "Recent messages; with Accept: text/event-stream a stream that goes on",
      action: "read",
      query: EventQuery,
      answer: pageOf(EventRow),
    },
    ({ principal, query, accepts, signal, lastEventId }) => {
      const account = accountOf(desk, principal, query.account_id);
      const wanted = wantedBy(account, principal, query.portfolio_id);
      const feed = feeds.of(account);
      const since = lastEventId ?? query.since;
      const kept = (feed.since(since ?? feed.keptAfter) ?? feed.since(feed.keptAfter) ?? []).filter(wanted);
      if (accepts("text/event-stream")) {
        if (streams >= STREAMS_MAX) throw new HttpFailure(429, "RATE_LIMITED", { seconds: 5 }, { headers: { "Retry-After": "5" } });
        streams += 1;
        signal().addEventListener("abort", () => {
          streams -= 1;
        });
        return streamOf(kept, (listener) => feed.listen(listener), wanted, signal());
      }
      const rows = (since === undefined ? kept.slice(-query.limit) : kept.slice(0, query.limit)).map(({ message }) => message);
      return { body: { ...one(account, account.durableSeq, rows), next_cursor: null } };
    },
  );
}

/** Messages of the chosen portfolios; of the account as a whole too, where all were chosen. */
function wantedBy(account: DeskAccount, principal: Principal, named: string | undefined): (told: Told) => boolean {
  const { portfolios, all } = selectionOf(account, principal, named);
  const ids = new Set<string>(portfolios.map(({ id }) => id));
  return ({ message: { portfolio_id: id } }) =>
    all ? sees(principal, account.id, id === EVERYBODY ? EVERYBODY : (id as Parameters<typeof sees>[2])) : ids.has(id);
}

type Listen = (listener: (told: readonly Told[]) => void) => () => void;

function streamOf(kept: readonly Told[], listen: Listen, wanted: (told: Told) => boolean, signal: AbortSignal): Response {
  const encoder = new TextEncoder();
  const lines = ({ message, text }: Told): Uint8Array => encoder.encode(`id: ${message.seq}\nevent: ${message.type}\ndata: ${text}\n\n`);
  let stop = (): void => undefined;
  const stream = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        controller.enqueue(encoder.encode("retry: 2000\n\n"));
        for (const told of kept) controller.enqueue(lines(told));
        const unlisten = listen((told) => {
          for (const each of told) if (wanted(each)) controller.enqueue(lines(each));
          if ((controller.desiredSize ?? 0) < -STREAM_BEHIND_MAX) end(controller);
        });
        const end = (of: ReadableStreamDefaultController<Uint8Array>): void => {
          stop();
          of.close();
        };
        stop = unlisten;
        signal.addEventListener("abort", () => stop());
      },
      cancel: () => stop(),
    },
    { highWaterMark: 100 },
  );
  return new Response(stream, { headers: { "Content-Type": "text/event-stream", "X-Accel-Buffering": "no" } });
}
