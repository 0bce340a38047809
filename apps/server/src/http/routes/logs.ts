import { AccountChoice, answerOf, Cursor, Format, LogRow, PageLimit, PortfolioChoice, pageOf, SurroundedLogRow } from "@bulkhead/contract";
import { type KeptLine, LOG_LEVELS, type LogQuery } from "@bulkhead/store";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { cursorOf, placeOf } from "../paging.ts";
import { iso } from "../rows/figures.ts";
import { accountOf, selectionOf } from "../scope.ts";
import { type Principal, sees } from "../security/principal.ts";
import type { LogReader, Services } from "../services.ts";
import { InstantText } from "./bars.ts";

/** What lines may be looked for by. */
export const LogFilters = z.strictObject({
  text: z.string().min(1).max(200).optional().meta({ description: "Words that must all be there; the last one may be a beginning." }),
  level: z.enum(LOG_LEVELS).optional().meta({ description: "This level and worse." }),
  run_id: z.string().min(1).max(128).optional(),
  from: InstantText.optional().meta({ type: "string", description: "Lines of this instant or later." }),
  to: InstantText.optional().meta({ type: "string", description: "Lines of before this instant." }),
});

const Query = LogFilters.extend({
  portfolio_id: PortfolioChoice.optional(),
  account_id: AccountChoice.optional(),
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
const Line = z.strictObject({ log_id: z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER) });
const LineQuery = z.strictObject({
  account_id: AccountChoice.optional(),
  around: z.coerce.number().int().min(0).max(100).default(10).meta({ description: "Lines before it and after it." }),
});

/** Log lines, each of a portfolio and a run (S2.48). Lines about everybody are for who may see everybody. */
export function logRoute(api: Api): void {
  const { services } = api;
  api.read(
    {
      path: "/api/logs",
      operationId: "listLogs",
      summary: "The log, newest first",
      action: "read",
      query: Query,
      answer: pageOf(LogRow),
      csv: true,
    },
    ({ principal, query }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      const logs = logsOf(services, account);
      const { after, limit } = query;
      const before = placeOf(query.cursor, 1)?.[0];
      const place = given({ after, before: before === undefined ? undefined : Number(before) });
      const found = logs.search({ ...filtersOf(query), ...place, ...visibleTo(account, principal, query.portfolio_id), limit: limit + 1 });
      const lines = found.slice(0, limit);
      const last = lines.at(-1);
      return {
        body: {
          ...one(account, account.durableSeq, lines.map(logRow)),
          next_cursor: last === undefined || after !== undefined || found.length <= limit ? null : cursorOf([last.logId]),
        },
      };
    },
  );
  lineRoute(api);
}

function lineRoute(api: Api): void {
  const { services } = api;
  api.read(
    {
      path: "/api/logs/{log_id}",
      operationId: "getLogLine",
      summary: "One line of the log with those around it",
      action: "read",
      query: LineQuery,
      params: Line,
      answer: answerOf(SurroundedLogRow),
    },
    ({ principal, query, params }) => {
      const account = accountOf(services.desk, principal, query.account_id);
      const logs = logsOf(services, account);
      const visible = visibleTo(account, principal, "*");
      const line = logs.find(params.log_id);
      // What may not be seen is told as what is not there.
      if (line === undefined || !(visible.portfolios?.includes(line.portfolioId) ?? true))
        throw new HttpFailure(404, "LOG_LINE_UNKNOWN", { line: params.log_id });
      const { around: limit } = query;
      const next = (place: LogQuery): readonly KeptLine[] => (limit === 0 ? [] : logs.search({ ...visible, ...place, limit }));
      const data = {
        line: logRow(line),
        before: next({ before: line.logId }).toReversed().map(logRow),
        after: next({ after: line.logId }).map(logRow),
      };
      return { body: one(account, account.durableSeq, data) };
    },
  );
}

function logsOf({ options }: Services, account: DeskAccount): LogReader {
  const logs = options.logs?.(account.id);
  if (logs === undefined) throw new HttpFailure(503, "HISTORY_UNAVAILABLE", {}, { headers: { "Retry-After": "2" } });
  return logs;
}

/** Whose lines a caller asks for and may see; those about everybody come with any portfolio, to who may see everybody. */
export function visibleTo(account: DeskAccount, principal: Principal, named: string | undefined): Pick<LogQuery, "portfolios"> {
  const { portfolios, all } = selectionOf(account, principal, named);
  const whole = sees(principal, account.id, "*");
  if (all && whole) return {};
  const ids: string[] = portfolios.map(({ id }) => id);
  return { portfolios: whole ? [...ids, "*"] : ids };
}

/** What was asked for, in the words of the log. */
export const filtersOf = ({ text, level, run_id: run, from, to }: z.output<typeof LogFilters>): LogQuery =>
  given({ text, level, run, from, to });

/** Without what was not said. */
function given(query: Readonly<Record<string, unknown>>): LogQuery {
  return Object.fromEntries(Object.entries(query).filter(([, value]) => value !== undefined));
}

export const logRow = (line: KeptLine): z.infer<typeof LogRow> => ({
  log_id: line.logId,
  seq: line.seq,
  at: iso(line.at),
  level: line.level,
  source: line.source,
  portfolio_id: line.portfolioId,
  run_id: line.runId,
  message: line.message,
  fields: line.fields,
});
