import { createHash } from "node:crypto";
import type { CashKind } from "@bulkhead/core";
import { isZeroText, unsigned } from "../../statement/decimal-text.ts";
import type { Entry, EntryOf } from "../../statement/statement.ts";
import { contractKeyOf } from "./contract.ts";
import type { Row } from "./row.ts";

/** Types of cash transactions, in the words of all layouts. What is not here is refused by name: nobody guesses what money was for. */
const TYPES: Readonly<Record<string, CashKind>> = {
  "Deposits/Withdrawals": "transfer",
  "Deposits & Withdrawals": "transfer",
  Dividends: "dividend",
  "Payment In Lieu Of Dividends": "dividend",
  "Withholding Tax": "tax",
  "871(m) Withholding": "tax",
  "Broker Interest Paid": "interest",
  "Broker Interest Received": "interest",
  "Bond Interest": "interest",
  "Bond Interest Paid": "interest",
  "Bond Interest Received": "interest",
  "Broker Fees": "fee",
  "Other Fees": "fee",
  "Advisor Fees": "fee",
  "Commission Adjustments": "fee",
  "Sales Tax": "fee",
  "Price Adjustments": "other",
  "Other Income": "other",
};

/** One line of cash that is no trade. Sums over several lines are left out. */
export function cashEntry(row: Row, contracts: ReadonlyMap<string, unknown>, ids: LineIds): readonly Entry[] {
  if (row.text("levelOfDetail") === "SUMMARY") return [];
  const currency = row.required("currency");
  const amount = row.decimal("amount");
  if (isZeroText(amount)) return [];
  const cashKind = row.choice("type", TYPES);
  const key = contractKeyOf(row);
  const entry: EntryOf<"cash"> = {
    line: row.line,
    at: row.instant("dateTime", "settleDate", "reportDate"),
    kind: "cash",
    cashId: ids.of(row),
    cashKind,
    currency,
    amount,
    // A conversion of currencies is not held, and what is not held shares nothing out.
    contract: key !== null && contracts.has(key) ? key : null,
    perUnit: cashKind === "dividend" ? perUnitOf(row.text("description"), currency) : null,
    details: row.text("description"),
  };
  return [entry];
}

/** `CASH DIVIDEND USD 0.24 PER SHARE`, `CASH DIVIDEND 1.00000000 USD PER SHARE`. */
function perUnitOf(description: string, currency: string): string | null {
  const [, before, amount = "", after] = /\b(?:([A-Z]{3}) )?(\d+(?:\.\d+)?)(?: ([A-Z]{3}))? PER SHARE\b/.exec(description) ?? [];
  return amount !== "" && (before ?? after) === currency ? amount : null;
}

/** The broker's number of a line, else what the line says, counted where two say the same. */
export class LineIds {
  readonly #prefix: string;
  readonly #alike = new Map<string, number>();

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  of(row: Row): string {
    const number = row.text("transactionID");
    if (number !== "" && number !== "0") return `${this.#prefix}:${number}`;
    const says = JSON.stringify(Object.entries(row.element.attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
    const count = (this.#alike.get(says) ?? 0) + 1;
    this.#alike.set(says, count);
    return `${this.#prefix}:row:${createHash("sha256").update(says).digest("hex").slice(0, 24)}:${count}`;
  }
}

/** Positions and cash that came from another broker or another account. */
export function transferEntries(row: Row, ids: LineIds): readonly Entry[] {
  const common = { line: row.line, at: row.instant("dateTime", "date", "reportDate") };
  const id = ids.of(row);
  const details = `${row.text("type")} ${row.text("direction")} ${row.text("account")}`.trim();
  const arrives = row.choice("direction", { IN: true, OUT: false, In: true, Out: false });
  const cash = row.decimal("cashTransfer", "0");
  const entries: Entry[] = [];
  if (!isZeroText(cash))
    entries.push({
      ...common,
      kind: "cash",
      cashId: `${id}:cash`,
      cashKind: "transfer",
      currency: row.required("currency"),
      amount: cash,
      contract: null,
      perUnit: null,
      details,
    });
  const contract = contractKeyOf(row);
  const quantity = row.decimal("quantity", "0");
  if (contract === null || isZeroText(quantity) || row.text("assetCategory") === "CASH") return entries;
  const worth = unsigned(row.decimal("positionAmount", "0"));
  return [
    ...entries,
    { ...common, kind: "transfer-in-kind", transferId: id, contract, arrives, quantity: unsigned(quantity), worth, details },
  ];
}
