import { createHash } from "node:crypto";
import type { ExecutionId, Side, VenueTag } from "@bulkhead/core";
import { isZeroText, negated, plainSum, unsigned } from "../../statement/decimal-text.ts";
import type { Entry, EntryOf } from "../../statement/statement.ts";
import { commissionIdOf, type ExecutionKey, executionKeyOf } from "../execution-id.ts";
import { categoryOf, contractKeyOf } from "./contract.ts";
import type { Row } from "./row.ts";

/** Sides as statements have them; behind the word stands that the row undoes an earlier one. */
const SIDES: Readonly<Record<string, Readonly<{ side: Side; canceled: boolean }>>> = {
  BUY: { side: "buy", canceled: false },
  SELL: { side: "sell", canceled: false },
  "BUY (Ca.)": { side: "buy", canceled: true },
  "SELL (Ca.)": { side: "sell", canceled: true },
};

/** The most detailed rows are executions; the others are sums of them, and would count twice. */
const LEVELS: Readonly<Record<string, "execution" | "sum">> = {
  EXECUTION: "execution",
  ORDER: "sum",
  SYMBOL_SUMMARY: "sum",
  ASSET_SUMMARY: "sum",
  CLOSED_LOT: "sum",
  WASH_SALE: "sum",
  LOT: "sum",
};

export const isExecution = (row: Row): boolean => row.text("levelOfDetail") === "" || row.choice("levelOfDetail", LEVELS) === "execution";

/** What trades of one statement share: which ids its rows without any were given, and which trade each execution belongs to. */
export class TradeIds {
  readonly #alike = new Map<string, number>();
  readonly #byTrade = new Map<string, ExecutionKey>();

  /** The broker's execution id, else its number of the trade, else what the row says, counted where two rows say the same. */
  of(row: Row): ExecutionKey {
    const execution = row.first("ibExecID", "execID");
    const trade = row.text("tradeID");
    const key = execution === "" ? this.#named(row, trade) : executionKeyOf(execution);
    if (trade !== "" && !this.#byTrade.has(trade)) this.#byTrade.set(trade, key);
    return key;
  }

  /** The trade that a row undoes. */
  undone(row: Row): ExecutionKey {
    const original = row.first("origTradeID");
    if (original !== "" && original !== "0")
      return this.#byTrade.get(original) ?? { executionId: `trade:${original}` as ExecutionId, version: 0 };
    return this.of(row);
  }

  #named(row: Row, trade: string): ExecutionKey {
    if (trade !== "") return { executionId: `trade:${trade}` as ExecutionId, version: 0 };
    const says = [
      "accountId",
      "conid",
      "symbol",
      "currency",
      "dateTime",
      "tradeDate",
      "tradeTime",
      "quantity",
      "tradePrice",
      "price",
      "proceeds",
    ]
      .map((name) => row.text(name))
      .join("|");
    const count = (this.#alike.get(says) ?? 0) + 1;
    this.#alike.set(says, count);
    const digest = createHash("sha256").update(says).digest("hex").slice(0, 24);
    return { executionId: `row:${digest}:${count}` as ExecutionId, version: 0 };
  }
}

/** A trade as executions, its charges, and what else its stated cash has in it. Canceled trades undo theirs. */
export function tradeEntries(row: Row, ids: TradeIds): readonly Entry[] {
  const category = categoryOf(row);
  const { side: written, canceled } = sideOf(row);
  const at = row.instant("dateTime", "tradeDate");
  const common = { line: row.line, at };
  const key = canceled ? ids.undone(row) : ids.of(row);
  const currency = row.required("currency");
  const charges = chargesOf(row, key, canceled, currency).map((fee) => ({ ...common, ...fee }) as EntryOf<"fee">);
  if (category === "CASH") return [{ ...common, ...pairOf(row, key, currency, canceled) }, ...charges];
  const execution: EntryOf<"execution"> = {
    ...common,
    kind: "execution",
    ...key,
    canceled,
    contract: contractKeyOf(row) ?? row.refuse("STATEMENT_VALUE_MISSING", { field: "conid or symbol" }),
    side: written,
    quantity: unsigned(row.decimal("quantity")),
    price: row.text("tradePrice") === "" ? row.decimal("price") : row.decimal("tradePrice"),
    tag: tagOf(row),
  };
  return [execution, ...charges, ...accruedOf(row, key, category, currency, canceled).map((entry) => ({ ...common, ...entry }))];
}

function sideOf(row: Row): Readonly<{ side: Side; canceled: boolean }> {
  const isNegative = row.decimal("quantity").startsWith("-");
  if (row.text("buySell") === "") return { side: isNegative ? "sell" : "buy", canceled: row.text("transactionType") === "TradeCancel" };
  const told = row.choice("buySell", SIDES);
  // Statements write sold units negative, confirmations without a sign; an undoing row has the opposite sign of what it undoes.
  if (!told.canceled && isNegative && told.side === "buy")
    row.refuse("STATEMENT_CONTRADICTS", { problem: `${row.text("buySell")} of ${row.text("quantity")}` });
  return { side: told.side, canceled: told.canceled || row.text("transactionType") === "TradeCancel" };
}

/** Who asked for it: our reference where the order had one, and the broker's number of the order. */
const tagOf = (row: Row): VenueTag => ({
  reference: row.text("orderReference"),
  client: "",
  venueOrderId: row.first("ibOrderID", "orderID"),
});

type Charge = Omit<EntryOf<"fee">, "line" | "at">;

/** Commission and taxes; statements write what was paid as negative. */
function chargesOf(row: Row, key: ExecutionKey, canceled: boolean, currency: string): readonly Charge[] {
  const name = `${commissionIdOf(key)}${canceled ? ":canceled" : ""}`;
  const isPair = row.text("assetCategory") === "CASH";
  const executionId = isPair ? null : key.executionId;
  const commission = row.text("ibCommission") === "" ? row.decimal("commission", "0") : row.decimal("ibCommission");
  const tax = row.text("taxes") === "" ? row.decimal("tax", "0") : row.decimal("taxes");
  const paidIn = row.first("ibCommissionCurrency", "commissionCurrency") || currency;
  const charges: Charge[] = [];
  if (!isZeroText(commission)) charges.push({ kind: "fee", feeId: name, executionId, currency: paidIn, amount: negated(commission) });
  if (!isZeroText(tax)) charges.push({ kind: "fee", feeId: `${name}:tax`, executionId, currency, amount: negated(tax) });
  return charges;
}

/** A pair `EUR.USD`: its first currency against its second. A statement that counts it in another currency contradicts itself. */
function pairOf(row: Row, key: ExecutionKey, currency: string, canceled: boolean): Omit<EntryOf<"conversion">, "line" | "at"> {
  const [base = "", quote = ""] = row.required("symbol").split(/[./]/);
  if (quote !== currency)
    row.refuse("STATEMENT_CONTRADICTS", { problem: `${row.text("symbol")} is counted in ${currency}, not in ${quote}` });
  if (canceled) row.refuse("STATEMENT_VALUE_UNKNOWN", { field: "buySell", value: row.text("buySell") });
  const quantity = row.decimal("quantity");
  const proceeds = row.decimal("proceeds");
  const buys = proceeds.startsWith("-");
  const ids = { kind: "conversion", conversionId: key.executionId } as const;
  return buys
    ? { ...ids, from: quote, amount: unsigned(proceeds), to: base, received: unsigned(quantity) }
    : { ...ids, from: base, amount: unsigned(quantity), to: quote, received: unsigned(proceeds) };
}

/**
 * What a bond's stated cash has beside price and charges is the interest that it carried. For anything else it must be nothing: money that
 * no field explains is not guessed about.
 */
function accruedOf(
  row: Row,
  key: ExecutionKey,
  category: string,
  currency: string,
  canceled: boolean,
): readonly Omit<EntryOf<"cash">, "line" | "at">[] {
  if (category !== "BOND" && category !== "BILL") return [];
  const netCash = row.text("netCash");
  if (netCash === "") return [];
  const paidIn = row.first("ibCommissionCurrency", "commissionCurrency") || currency;
  const commission =
    paidIn === currency ? (row.text("ibCommission") === "" ? row.decimal("commission", "0") : row.decimal("ibCommission")) : "0";
  const tax = row.text("taxes") === "" ? row.decimal("tax", "0") : row.decimal("taxes");
  const rest = plainSum([row.decimal("netCash"), negated(row.decimal("proceeds")), negated(commission), negated(tax)]);
  if (isZeroText(rest)) return [];
  const cashId = `accrued:${key.executionId}${canceled ? ":canceled" : ""}`;
  return [
    {
      kind: "cash",
      cashId,
      cashKind: "interest",
      currency,
      amount: rest,
      contract: null,
      perUnit: null,
      details: `interest that ${row.text("symbol")} carried`,
    },
  ];
}
