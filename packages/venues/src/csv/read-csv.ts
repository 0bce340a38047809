import type { Asset, AssetId, AssetKind, CashKind, ExecutionId, InstantMs, Instrument } from "@bulkhead/core";
import { readRecords } from "@bulkhead/market";
import { parsePrice, parseQuantity, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { FlexOptions, ReadStatement } from "../ibkr/flex/read-flex.ts";
import { Row } from "../ibkr/flex/row.ts";
import { isZeroText, negated, unsigned } from "../statement/decimal-text.ts";
import { StatementFailure, type StatementProblem } from "../statement/problem.ts";
import { type Coverage, type Entry, inOrder, type StatedCash, type StatedContract, type StatedPosition } from "../statement/statement.ts";

const NEEDED = ["type", "time", "id"] as const;

/** The columns of the plain layout, in any order; `type`, `time` and `id` are needed, the others where a row's type needs them. */
const COLUMNS = [
  "type",
  "time",
  "id",
  "symbol",
  "venue",
  "kind",
  "currency",
  "side",
  "quantity",
  "price",
  "amount",
  "fee",
  "fee_currency",
  "multiplier",
  "reference",
  "details",
] as const;

const CASH: Readonly<Record<string, CashKind>> = {
  deposit: "transfer",
  withdrawal: "transfer",
  dividend: "dividend",
  tax: "tax",
  interest: "interest",
  charge: "fee",
  other: "other",
};

const KINDS: Readonly<Record<string, Readonly<{ asset: AssetKind; settlement: Instrument["settlement"]; scale: number }>>> = {
  share: { asset: "share", settlement: "full", scale: 4 },
  coin: { asset: "coin", settlement: "full", scale: 8 },
  option: { asset: "contract", settlement: "full", scale: 0 },
  future: { asset: "contract", settlement: "margined", scale: 0 },
  perpetual: { asset: "contract", settlement: "margined", scale: 8 },
};

/** Reads the plain layout of docs/importing.md: executions, fees, cash, positions and balances. Pure; throws nothing. */
export function readCsv(text: string, options: FlexOptions): ReadStatement {
  const { file } = options;
  const problems: StatementProblem[] = [];
  const reader = new CsvReader(options);
  let header: readonly string[] | undefined;
  /** Its header is wrong: no row of it says anything. */
  let isUnread = false;
  const plain = text.replace(/^\uFEFF/, "");
  const malformed = readRecords(plain, separatorOf(plain), (cells, line) => {
    try {
      if (isUnread) return;
      if (header === undefined) header = headerOf(cells, line);
      else if (options.leaveOut.has(line)) reader.notes.push(`line ${line} left out as asked`);
      else reader.take(new Row({ name: "row", line, within: [], attributes: attributesOf(header, cells, line), text: "" }, options.zone));
    } catch (error) {
      if (!(error instanceof StatementFailure)) throw error;
      problems.push({ code: error.code, file, line: error.line, figures: error.figures });
      isUnread = header === undefined;
    }
  });
  if (malformed !== undefined)
    problems.push({ code: "STATEMENT_MALFORMED", file, line: malformed.line, figures: { problem: malformed.text } });
  if (header === undefined && problems.length === 0)
    problems.push({ code: "STATEMENT_FOREIGN", file, line: 1, figures: { found: "nothing", expected: "a header" } });
  return problems.length > 0 ? { ok: false, problems } : { ok: true, statement: reader.statement() };
}

/** What separates the names of the header: a comma, or what spreadsheets write where a comma is the decimal mark. */
function separatorOf(text: string): string {
  const first = text.slice(0, text.search(/[\r\n]|$/));
  return [",", ";", "\t"].find((mark) => first.includes(mark)) ?? ",";
}

function headerOf(cells: readonly string[], line: number): readonly string[] {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  if (NEEDED.every((name) => !names.includes(name)))
    throw new StatementFailure("STATEMENT_FOREIGN", line, {
      found: cells.join(",").slice(0, 60),
      expected: `the names of columns, ${NEEDED.join(", ")} among them`,
    });
  for (const name of names)
    if (!(COLUMNS as readonly string[]).includes(name))
      throw new StatementFailure("STATEMENT_VALUE_UNKNOWN", line, { element: "header", field: "column", value: name });
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice !== undefined) throw new StatementFailure("STATEMENT_MALFORMED", line, { problem: `the column ${twice} stands twice` });
  for (const needed of NEEDED)
    if (!names.includes(needed))
      throw new StatementFailure("STATEMENT_FOREIGN", line, { found: names.join(","), expected: `a column ${needed}` });
  return names;
}

/** `usd` is USD; a word that is none of a currency or stablecoin would make a new one of its own. */
function currencyOf(row: Row, ...fields: readonly string[]): string {
  const told = row.required(...(fields.length === 0 ? ["currency"] : fields));
  const currency = told.toUpperCase();
  if (/^[A-Z][A-Z0-9]{2,5}$/.test(currency)) return currency;
  return row.refuse("STATEMENT_VALUE_INVALID", { field: "currency", value: told, problem: "not a code such as USD" });
}

function attributesOf(header: readonly string[], cells: readonly string[], line: number): Readonly<Record<string, string>> {
  if (cells.length > header.length)
    throw new StatementFailure("STATEMENT_MALFORMED", line, { problem: `${cells.length} cells, ${header.length} columns` });
  return Object.fromEntries(header.map((name, place) => [name, cells[place] ?? ""]));
}

class CsvReader {
  readonly notes: string[] = [];
  readonly #options: FlexOptions;
  readonly #entries: Entry[] = [];
  readonly #contracts = new Map<string, StatedContract>();
  readonly #positions: StatedPosition[] = [];
  readonly #cash: StatedCash[] = [];
  #covers: Coverage | null = null;

  constructor(options: FlexOptions) {
    this.#options = options;
  }

  take(row: Row): void {
    const type = row.required("type").toLowerCase();
    const at = row.instant("time");
    this.#covers = { from: Math.min(this.#covers?.from ?? at, at) as InstantMs, to: Math.max(this.#covers?.to ?? at, at) as InstantMs };
    if (type === "execution") this.#execution(row, at);
    else if (type === "fee") this.#fee(row, at, null);
    else if (type === "position")
      this.#positions.push({
        line: row.line,
        contract: this.#contract(row),
        quantity: row.decimal("quantity"),
        mark: row.text("price") || null,
      });
    else if (type === "balance") this.#cash.push({ line: row.line, currency: currencyOf(row), amount: row.decimal("amount") });
    else this.#money(row, at, CASH[type] ?? row.refuse("STATEMENT_VALUE_UNKNOWN", { field: "type", value: type }), type);
  }

  statement(): Extract<ReadStatement, { ok: true }>["statement"] {
    return {
      source: "csv",
      file: this.#options.file,
      account: this.#options.account ?? "",
      baseCurrency: null,
      covers: this.#covers,
      // Rows that are there do not say that there are no others.
      tells: [],
      contracts: this.#contracts,
      entries: inOrder(this.#entries),
      positions: this.#positions.length === 0 ? null : this.#positions,
      cash: this.#cash.length === 0 ? null : this.#cash,
      notes: this.notes,
    };
  }

  #execution(row: Row, at: InstantMs): void {
    const id = row.required("id") as ExecutionId;
    this.#entries.push({
      line: row.line,
      at,
      kind: "execution",
      executionId: id,
      version: 0,
      canceled: false,
      contract: this.#contract(row),
      side: row.choice("side", { buy: "buy", sell: "sell", BUY: "buy", SELL: "sell" } as const),
      quantity: unsigned(row.decimal("quantity")),
      price: row.decimal("price"),
      tag: { reference: row.text("reference"), client: "", venueOrderId: "" },
    });
    if (!isZeroText(row.decimal("fee", "0"))) this.#fee(row, at, id);
  }

  /** A charge beside its execution, or on a line of its own that names it in `reference`, or nobody's. */
  #fee(row: Row, at: InstantMs, of: ExecutionId | null): void {
    const amount = of === null ? row.decimal("amount") : row.decimal("fee");
    const currency = currencyOf(row, "fee_currency", "currency");
    const executionId = of ?? ((row.text("reference") || null) as ExecutionId | null);
    const feeId = of === null ? `csv:${row.required("id")}` : `${of}:fee`;
    this.#entries.push({ line: row.line, at, kind: "fee", feeId, executionId, currency, amount });
  }

  #money(row: Row, at: InstantMs, cashKind: CashKind, type: string): void {
    const told = row.decimal("amount");
    // What left is written as it is said: a withdrawal and a charge of 10 took 10 away, with a sign or without.
    const leaves = type === "withdrawal" || type === "charge";
    const amount = leaves && !told.startsWith("-") ? negated(told) : told;
    const contract = row.text("symbol") === "" ? null : this.#contract(row);
    const cashId = `csv:${row.required("id")}`;
    const currency = currencyOf(row);
    this.#entries.push({
      line: row.line,
      at,
      kind: "cash",
      cashId,
      cashKind,
      currency,
      amount,
      contract,
      perUnit: null,
      details: row.text("details"),
    });
  }

  #contract(row: Row): string {
    const symbol = row.required("symbol").toUpperCase();
    const venue = (row.text("venue") || "CSV").toUpperCase();
    const key = `${symbol}@${venue}`;
    if (!this.#contracts.has(key)) this.#contracts.set(key, this.#define(row, symbol, key));
    return key;
  }

  #define(row: Row, symbol: string, id: string): StatedContract {
    const kind = row.text("kind") === "" ? KINDS["share"] : row.choice("kind", KINDS);
    const currency = currencyOf(row);
    const multiplier = row.decimal("multiplier", "1");
    const places = multiplier.includes(".") ? multiplier.length - multiplier.indexOf(".") - 1 : 0;
    const units = Number(multiplier.replace(".", ""));
    const tickSize = parsePrice("0.01", 8);
    const increment = parseQuantity(kind?.asset === "coin" ? "0.00000001" : "1", kind?.scale ?? 0);
    if (kind === undefined || !tickSize.ok || !increment.ok || !Number.isSafeInteger(units) || units <= 0)
      return row.refuse("STATEMENT_VALUE_INVALID", { field: "multiplier", value: multiplier, problem: "not a number above zero" });
    const base: Asset = { id: id as string as AssetId, kind: kind.asset, scale: kind.scale };
    const quote: Asset = { id: currency as AssetId, kind: "cash", scale: this.#options.cashScale(currency) };
    const instrument: Instrument = {
      id: id as Instrument["id"],
      symbol,
      base: base.id,
      quote: quote.id,
      settlement: kind.settlement,
      priceScale: 8,
      tickSize: tickSize.value,
      sizeIncrement: increment.value,
      quantityMin: ZERO_QUANTITY,
      notionalMin: ZERO_MONEY,
      multiplierUnits: units,
      multiplierScale: places,
      shortable: kind.asset !== "coin",
    };
    return { key: id, description: symbol, instrument, assets: [base, quote], names: [], settledDaily: kind === KINDS["future"] };
  }
}
