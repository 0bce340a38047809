import { AccountChoice, Cursor, Format, LogRow, PageLimit, PortfolioChoice, pageOf } from "@bulkhead/contract";
import type { PortfolioId } from "@bulkhead/core";
import { z } from "zod";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { cursorOf, placeOf } from "../paging.ts";
import { iso } from "../rows/figures.ts";
import { accountOf, selectionOf } from "../scope.ts";
import { sees } from "../security/principal.ts";
import type { LogReader } from "../services.ts";

const LogQuery = z.strictObject({
  portfolio_id: PortfolioChoice.optional(),
  account_id: AccountChoice.optional(),
  text: z.string().min(1).max(200).optional().meta({ description: "Words that must all be there." }),
  level: z.enum(["debug", "info", "warn", "error"]).optional().meta({ description: "This level and worse." }),
  run_id: z.string().min(1).max(128).optional(),
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .optional()
    .meta({ description: "Only lines newer than this one, oldest first: no line twice, none left out (S3.7)." }),
  limit: PageLimit,
  cursor: Cursor.optional(),
  format: Format.optional(),
});

/** Log lines, each of a portfolio and a run (S2.48). Lines about everybody are for who may see everybody. */
export function logRoute(api: Api): void {
  const { desk, options } = api.services;
  api.read(
    {
      path: "/api/logs",
      operationId: "listLogs",
      summary: "The log, newest first",
      action: "read",
      query: LogQuery,
      answer: pageOf(LogRow),
      csv: true,
    },
    ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      const logs = options.logs?.(account.id);
      if (logs === undefined) throw new HttpFailure(503, "HISTORY_UNAVAILABLE", {}, { headers: { "Retry-After": "2" } });
      const { portfolios, all } = selectionOf(account, principal, query.portfolio_id);
      const whole = all && sees(principal, account.id, "*");
      // A key of some portfolios asks for each of them: what it may not see is never read.
      const asked = whole ? ["*"] : portfolios.map(({ id }) => id);
      const before = placeOf(query.cursor, 1)?.[0];
      const { text, level, run_id: run, after, limit } = query;
      const common = {
        ...(text === undefined ? {} : { text }),
        ...(level === undefined ? {} : { level }),
        ...(run === undefined ? {} : { run }),
      };
      const found = collect({
        from: after === undefined ? { before: before === undefined ? undefined : Number(before) } : { after },
        count: limit + 1,
        search: (place) => asked.flatMap((portfolio) => logs.search({ ...common, ...place, portfolio, limit: limit + 1 })),
        isShown: ({ portfolioId: id }) => sees(principal, account.id, id === "*" ? "*" : (id as PortfolioId)),
      });
      const lines = found.slice(0, limit);
      const last = lines.at(-1);
      const rows = lines.map((line) => ({
        log_id: line.logId,
        seq: line.seq,
        at: iso(line.at),
        level: line.level,
        source: line.source,
        portfolio_id: line.portfolioId,
        run_id: line.runId,
        message: line.message,
        fields: line.fields,
      }));
      return {
        body: {
          ...one(account, account.durableSeq, rows),
          next_cursor: last === undefined || after !== undefined || found.length <= limit ? null : cursorOf([last.logId]),
        },
      };
    },
  );
}

type Line = ReturnType<LogReader["search"]>[number];
type Place = Readonly<{ before?: number | undefined; after?: number }>;
const ROUNDS_MAX = 50;

/** Lines that may be shown, in order, each once: what may not be shown takes no place on a page. */
function collect(
  of: Readonly<{
    from: Place;
    count: number;
    search: (place: { before?: number; after?: number }) => readonly Line[];
    isShown: (line: Line) => boolean;
  }>,
): readonly Line[] {
  const shown: Line[] = [];
  let place = of.from;
  for (let round = 0; round < ROUNDS_MAX && shown.length < of.count; round++) {
    const isNewer = place.after !== undefined;
    const asked = place.before === undefined ? (place.after === undefined ? {} : { after: place.after }) : { before: place.before };
    const byId = new Map(of.search(asked).map((line) => [line.logId, line]));
    const batch = [...byId.values()].toSorted((a, b) => (isNewer ? a.logId - b.logId : b.logId - a.logId)).slice(0, of.count);
    const last = batch.at(-1);
    if (last === undefined) break;
    shown.push(...batch.filter(of.isShown));
    if (batch.length < of.count) break;
    place = isNewer ? { after: last.logId } : { before: last.logId };
  }
  return shown;
}
