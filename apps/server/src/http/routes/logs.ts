import { AccountChoice, Cursor, Format, PageLimit, PortfolioChoice, pageOf } from "@bulkhead/contract";
import type { PortfolioId } from "@bulkhead/core";
import { z } from "zod";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { cursorOf, placeOf } from "../paging.ts";
import { iso } from "../rows/figures.ts";
import { accountOf, selectionOf } from "../scope.ts";
import { sees } from "../security/principal.ts";

const LogRow = z
  .object({
    log_id: z.number().int(),
    seq: z.number().int(),
    at: z.string(),
    level: z.string(),
    source: z.string(),
    portfolio_id: z.string(),
    run_id: z.string(),
    message: z.string(),
    fields: z.string(),
  })
  .meta({ id: "LogLine" });
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
      if (options.logs === undefined) throw new HttpFailure(503, "HISTORY_UNAVAILABLE", {}, { headers: { "Retry-After": "2" } });
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
      const place = {
        ...(after === undefined ? {} : { after }),
        ...(before === undefined ? {} : { before: Number(before) }),
        limit: limit + 1,
      };
      const { logs } = options;
      const found = asked
        .flatMap((portfolio) => logs.search({ ...common, ...place, portfolio }))
        .filter((line) => sees(principal, account.id, line.portfolioId === "*" ? "*" : (line.portfolioId as PortfolioId)))
        .toSorted((a, b) => (after === undefined ? b.logId - a.logId : a.logId - b.logId));
      const lines = found.filter(({ logId }, index) => found[index - 1]?.logId !== logId).slice(0, limit);
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
