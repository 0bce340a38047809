import { AccountChoice, LogRow, PortfolioChoice } from "@bulkhead/contract";
import type { JournalRecord, PortfolioId } from "@bulkhead/core";
import { exportLedger, JournalPrinter, LEDGER_FORMATS, type LogQuery } from "@bulkhead/store";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import type { Api } from "../api.ts";
import { csvLine, csvOf } from "../csv.ts";
import { HttpFailure } from "../failure.ts";
import { accountOf, selectionOf } from "../scope.ts";
import { authorize, type Principal } from "../security/principal.ts";
import type { LogReader } from "../services.ts";
import { textStream } from "../text-stream.ts";
import { filtersOf, LogFilters, logRow, visibleTo } from "./logs.ts";

const Query = z.strictObject({
  what: z.enum(["ledger", "journal", "log"]).default("ledger").meta({
    description:
      "ledger: the books for accounting programs. journal: every record, one JSON object a line, of the whole account. log: its lines that match, oldest first.",
  }),
  format: z.enum(LEDGER_FORMATS).optional().meta({
    description:
      "Of the ledger: default hledger. Of the log: csv, or json for one object a line, which is the default. The journal is NDJSON.",
  }),
  ...LogFilters.shape,
  portfolio_id: PortfolioChoice.optional(),
  account_id: AccountChoice.optional(),
});
type Query = z.output<typeof Query>;

const MEDIA = {
  hledger: { type: "text/plain", ending: "journal" },
  beancount: { type: "text/plain", ending: "beancount" },
  csv: { type: "text/csv", ending: "csv" },
  json: { type: "application/json", ending: "json" },
  ndjson: { type: "application/x-ndjson", ending: "ndjson" },
} as const;

type Export = Readonly<{ text: Iterable<string>; media: (typeof MEDIA)[keyof typeof MEDIA]; name: string }>;
type Read = (fromSeq: number) => Iterable<JournalRecord>;

/** Exports that are written at once. */
const EXPORTS_MAX = 4;

/** The books and the journal for other programs, as of the last durable record, written while they are read. */
export function exportRoute(api: Api): void {
  const { desk, options } = api.services;
  let running = 0;
  api.read(
    {
      path: "/api/export",
      operationId: "export",
      summary: "The books for hledger, beancount or a spreadsheet; or the journal",
      action: "read",
      query: Query,
      answer: z.string(),
      streams: [...new Set(Object.values(MEDIA).map(({ type }) => type))],
    },
    ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      const read = options.records?.(account.id);
      if (read === undefined) throw new HttpFailure(503, "HISTORY_UNAVAILABLE", {}, { headers: { "Retry-After": "2" } });
      const upTo = account.durableSeq;
      const records = (): Iterable<JournalRecord> => inPieces(read, upTo);
      const { text, media, name } = EXPORTS[query.what]({ account, principal, query, records, logs: options.logs?.(account.id) });
      if (running >= EXPORTS_MAX) throw new HttpFailure(429, "RATE_LIMITED", { seconds: 5 }, { headers: { "Retry-After": "5" } });
      running += 1;
      const body = textStream(text, () => {
        running -= 1;
      });
      return new Response(body, {
        headers: {
          "Content-Type": `${media.type}; charset=utf-8`,
          "Content-Disposition": `attachment; filename="${account.id}-${name}.${media.ending}"`,
          "As-Of-Seq": String(upTo),
        },
      });
    },
  );
}

type Records = () => Iterable<JournalRecord>;

type Asked = Readonly<{
  account: DeskAccount;
  principal: Principal;
  query: Query;
  records: Records;
  logs: LogReader | undefined;
}>;

function ledgerOf({ account, principal, query, records }: Asked): Export {
  refuse(query, Object.keys(LogFilters.shape) as (keyof Query)[], "the books have no lines");
  const format = query.format ?? "hledger";
  const ids: ReadonlySet<PortfolioId> = new Set(selectionOf(account, principal, query.portfolio_id).portfolios.map(({ id }) => id));
  const [only] = ids;
  const { text } = exportLedger(records, format, (portfolio) => ids.has(portfolio));
  return { text, media: MEDIA[format], name: query.portfolio_id === "*" ? "ledger" : `ledger-${only}` };
}

/** Every record names several portfolios, so it is for who may see all of them. */
function journalOf({ account, principal, query, records }: Asked): Export {
  authorize(principal, "read", account.id, "*");
  const fields = ["format", ...(query.portfolio_id === "*" ? [] : ["portfolio_id"]), ...Object.keys(LogFilters.shape)] as (keyof Query)[];
  refuse(query, fields, "the journal is exported whole, as NDJSON");
  return { text: linesOf(records()), media: MEDIA.ndjson, name: "journal" };
}

/** Lines that the caller may see, read page by page behind the last one that was written. */
function logOf({ account, principal, query, logs }: Asked): Export {
  if (logs === undefined) throw new HttpFailure(503, "HISTORY_UNAVAILABLE", {}, { headers: { "Retry-After": "2" } });
  if (query.format === "hledger" || query.format === "beancount")
    throw new HttpFailure(400, "REQUEST_INVALID", { field: "format", problem: "the log is csv, or json" });
  const wanted = { ...filtersOf(query), ...visibleTo(account, principal, query.portfolio_id) };
  const asCsv = query.format === "csv";
  return { text: logText(logs, wanted, asCsv), media: asCsv ? MEDIA.csv : MEDIA.ndjson, name: "log" };
}

const LOG_COLUMNS = Object.keys(LogRow.shape);
const LINES_AT_ONCE = 500;

function* logText(logs: LogReader, wanted: LogQuery, asCsv: boolean): Generator<string> {
  const { last } = logs;
  if (asCsv) yield csvOf(LOG_COLUMNS, []);
  for (let after = 0; after < last; ) {
    const lines = logs.search({ ...wanted, after, limit: LINES_AT_ONCE }).filter(({ logId }) => logId <= last);
    const rows = lines.map(logRow);
    yield asCsv ? rows.map((row) => csvLine(LOG_COLUMNS, row)).join("") : rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    after = lines.length < LINES_AT_ONCE ? last : (lines.at(-1)?.logId ?? last);
  }
}

const EXPORTS: Readonly<Record<Query["what"], (asked: Asked) => Export>> = { ledger: ledgerOf, journal: journalOf, log: logOf };

/** What means nothing here is said, not passed over. */
function refuse(query: Query, fields: readonly (keyof Query)[], problem: string): void {
  const field = fields.find((name) => query[name] !== undefined);
  if (field !== undefined) throw new HttpFailure(400, "REQUEST_INVALID", { field, problem });
}

function* linesOf(records: Iterable<JournalRecord>): Generator<string> {
  const printer = new JournalPrinter();
  for (const record of records) yield `${JSON.stringify(printer.print(record))}\n`;
}

/** Records that one look at the journal takes at most: it is not kept open while a slow reader reads. */
const PIECE = 1_000;

function* inPieces(read: Read, upTo: number): Generator<JournalRecord> {
  for (let next = 1; next <= upTo; ) {
    const piece: JournalRecord[] = [];
    for (const record of read(next)) {
      if (record.seq > upTo || piece.push(record) === PIECE) break;
    }
    if (piece.length === 0) return;
    yield* piece;
    next += piece.length;
  }
}
