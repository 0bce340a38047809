import { AccountChoice, PortfolioChoice } from "@bulkhead/contract";
import type { JournalRecord, PortfolioId } from "@bulkhead/core";
import { exportLedger, JournalPrinter, LEDGER_FORMATS } from "@bulkhead/store";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import type { Api } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { accountOf, selectionOf } from "../scope.ts";
import { authorize, type Principal } from "../security/principal.ts";
import { textStream } from "../text-stream.ts";

const Query = z.strictObject({
  what: z.enum(["ledger", "journal"]).default("ledger").meta({
    description: "ledger: the books for accounting programs. journal: every record, one JSON object a line, of the whole account.",
  }),
  format: z.enum(LEDGER_FORMATS).optional().meta({ description: "Of the ledger; default hledger. The journal is NDJSON." }),
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
      const { text, media, name } =
        query.what === "journal" ? journalOf(account, principal, query, records) : ledgerOf(account, principal, query, records);
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

function ledgerOf(account: DeskAccount, principal: Principal, query: Query, records: Records): Export {
  const format = query.format ?? "hledger";
  const ids: ReadonlySet<PortfolioId> = new Set(selectionOf(account, principal, query.portfolio_id).portfolios.map(({ id }) => id));
  const [only] = ids;
  const { text } = exportLedger(records, format, (portfolio) => ids.has(portfolio));
  return { text, media: MEDIA[format], name: query.portfolio_id === "*" ? "ledger" : `ledger-${only}` };
}

/** Every record names several portfolios, so it is for who may see all of them. */
function journalOf(account: DeskAccount, principal: Principal, query: Query, records: Records): Export {
  authorize(principal, "read", account.id, "*");
  for (const field of ["format", "portfolio_id"] as const) {
    const isPlain = query[field] === undefined || (field === "portfolio_id" && query[field] === "*");
    if (!isPlain) throw new HttpFailure(400, "REQUEST_INVALID", { field, problem: "the journal is exported whole, as NDJSON" });
  }
  return { text: linesOf(records()), media: MEDIA.ndjson, name: "journal" };
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
