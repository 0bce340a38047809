import type { JournalRecord } from "@bulkhead/core";
import { beancountText } from "./beancount.ts";
import { Closing, entriesOf, type LedgerEntry, type Whose } from "./entries.ts";
import { hledgerText } from "./hledger.ts";
import { csvText, jsonText } from "./tables.ts";

type Format = (entries: Iterable<LedgerEntry>, closing: Closing, base: string) => Iterable<string>;

export const LEDGER_FORMATS = ["hledger", "beancount", "csv", "json"] as const;
export type LedgerFormat = (typeof LEDGER_FORMATS)[number];
const FORMATS: Readonly<Record<LedgerFormat, Format>> = { hledger: hledgerText, beancount: beancountText, csv: csvText, json: jsonText };

/** The books of a journal as text for another program. `entries` is right once the first text has come. */
export type LedgerExport = Readonly<{ entries: number; text: Iterable<string> }>;

/** Records read between two pauses. */
const PIECE = 1_000;

/**
 * Exports the books: `read` gives the journal's records from the first on and is called twice, once for what there is and once to write.
 * The text comes in parts; empty ones are pauses in which a live desk may do something else. `whose` says which portfolios, each of which
 * balances by itself (LED-1).
 */
export function exportLedger(read: () => Iterable<JournalRecord>, format: LedgerFormat, whose?: Whose): LedgerExport {
  const closing = new Closing(whose);
  return {
    get entries() {
      return closing.entries;
    },
    text: textOf(read, closing, { format: FORMATS[format], whose }),
  };
}

type Form = Readonly<{ format: Format; whose: Whose | undefined }>;

function* textOf(read: () => Iterable<JournalRecord>, closing: Closing, { format, whose }: Form): Generator<string> {
  let records = 0;
  for (const record of read()) {
    closing.learn(record);
    records += 1;
    if (records % PIECE === 0) yield "";
  }
  yield* format(entriesOf(read(), whose), closing, closing.base);
}
