import type { AccountId, InstantMs, StateView } from "@bulkhead/core";
import type { LiveAccount, LiveStatus } from "../live/live-account.ts";
import type { Sighting } from "./alarm.ts";
import { sighting } from "./sources.ts";

/** An account that a broker keeps, as alarms see it. */
export type AttachedAccount = Readonly<{ id: AccountId; state: StateView; live?: LiveAccount | undefined }>;

/** How long a broker may be gone before people hear of it; within its nightly reset nobody does. */
const PATIENCE_MS = 300_000;
/** Comparisons that a difference may stay before somebody is told. */
const BARRIERS_TOLD = 3;
/** How long a fact that was not booked is an alarm. */
const REFUSED_MS = 3_600_000;

/** What is wrong between an account and its broker now. */
export function ofVenue({ id: account, state, live }: AttachedAccount, now: number): readonly Sighting[] {
  if (live === undefined) return [];
  const { venue, session, clients, wanted, failing, gap, waiting, refused } = live.status;
  const found: Sighting[] = [];
  const of = (code: Parameters<typeof sighting>[0], params: Sighting["params"]): number =>
    found.push(sighting(code, { account, venue, ...params }, { account }));
  const { state: connection, since, reason } = session;
  if (connection === "refused") of("VENUE_REFUSED", { reason });
  else if (wanted && connection !== "ready" && now - live.notReadySince > PATIENCE_MS && !live.isResetting(now as InstantMs))
    of("VENUE_DISCONNECTED", { connection, since: new Date(since).toISOString(), reason: reason === "" ? "it does not say why" : reason });
  if (connection === "ready")
    found.push(...clients.flatMap((client) => ofClient(client, { account, venue }, now - Math.max(client.since, since))));
  if (failing.length > 0) of("VENUE_SILENT", { sections: failing.join(", ") });
  if (gap !== null) of("HISTORY_TOO_SHORT", { from: new Date(gap.from).toISOString(), to: new Date(gap.to).toISOString() });
  if (live.link.isOverwhelmed) of("VENUE_OVERWHELMED", { facts: String(waiting.facts) });
  const last = refused.at(-1);
  if (last !== undefined && now - last.at < REFUSED_MS)
    of("VENUE_FACT_REFUSED", { count: String(refused.length), what: `${last.type}: ${last.code}` });
  const apart = [...state.reconciliation.breaks.values()].filter(
    ({ status, kind, barriers }) => status === "open" && (kind === "position" || kind === "cash") && barriers >= BARRIERS_TOLD,
  );
  if (apart.length > 0)
    of("BOOKS_APART", { count: String(apart.length), assets: [...new Set(apart.map(({ asset }) => asset))].slice(0, 8).join(", ") });
  return found;
}

/** A client id of portfolios' own that stayed away for so long while the account itself was connected. */
function ofClient(
  client: LiveStatus["clients"][number],
  at: Readonly<{ account: AccountId; venue: string }>,
  awayMs: number,
): readonly Sighting[] {
  const { clientId, state, since, reason, portfolios, strategies } = client;
  if (state === "ready" || awayMs <= PATIENCE_MS) return [];
  const whose = [...portfolios, ...strategies.map((strategy) => `strategy ${strategy}`)].join(", ");
  const params = {
    ...at,
    client: String(clientId),
    connection: state,
    since: new Date(since).toISOString(),
    reason: reason.replace(/\.$/, ""),
    whose,
  };
  return [sighting("VENUE_CLIENT_AWAY", params, { account: at.account, what: String(clientId) })];
}
