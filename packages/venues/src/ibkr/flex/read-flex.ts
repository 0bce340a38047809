import type { InstantMs } from "@bulkhead/core";
import { StatementFailure, type StatementProblem } from "../../statement/problem.ts";
import {
  type Coverage,
  type Entry,
  inOrder,
  type StatedCash,
  type StatedContract,
  type StatedPosition,
  type Statement,
  type Told,
} from "../../statement/statement.ts";
import { cashEntry, LineIds, transferEntries } from "./cash.ts";
import { type CashScale, contractKeyOf, contractOf } from "./contract.ts";
import { actionEntries } from "./corporate-actions.ts";
import { afterWorkday, endOfDay, flexInstant } from "./flex-time.ts";
import { cashReport, openPositions } from "./holdings.ts";
import { Row } from "./row.ts";
import { isExecution, TradeIds, tradeEntries } from "./trades.ts";
import { type Element, elementsOf } from "./xml.ts";

export type FlexOptions = Readonly<{
  /** Name of the file, for people. */
  file: string;
  cashScale: CashScale;
  /** Which of the accounts in the file; null where it has only one. */
  account: string | null;
  /** Zone of times that name none; IBKR writes New York's. */
  zone: string;
  /** Lines that a person has decided to leave out. */
  leaveOut: ReadonlySet<number>;
}>;

/** A statement, or everything that stands in the way: nothing is booked of a file that has one line we do not understand. */
export type ReadStatement = Readonly<{ ok: true; statement: Statement } | { ok: false; problems: readonly StatementProblem[] }>;

/** Reads a Flex statement (XML): activity or trade confirmations. Pure; throws nothing. */
export function readFlex(text: string, options: FlexOptions): ReadStatement {
  const problems: StatementProblem[] = [];
  try {
    if (!/^\s*</.test(text) && text !== "")
      throw new StatementFailure("STATEMENT_FOREIGN", 1, { found: text.trim().split("\n", 1)[0]?.slice(0, 60) ?? "", expected: "XML" });
    const statement = new FlexReader(elementsOf(text), options, problems).read();
    if (problems.length === 0) return { ok: true, statement };
  } catch (error) {
    if (!(error instanceof StatementFailure)) throw error;
    problems.push(problemOf(error, options.file));
  }
  return { ok: false, problems };
}

const problemOf = ({ code, line, figures }: StatementFailure, file: string): StatementProblem => ({ code, file, line, figures });

/** Sections that are read, by the names of their rows. */
const READ: ReadonlySet<string> = new Set([
  "Trade",
  "TradeConfirm",
  "CashTransaction",
  "CorporateAction",
  "Transfer",
  "OpenPosition",
  "CashReportCurrency",
]);
/** Rows that only say how things stand, or sum up or repeat what other rows tell one by one. */
const TOLD_ELSEWHERE = new Set(
  `AccountInformation AssetSummary ChangeInDividendAccrual ChangeInNAV ChangeInPositionValue ConversionRate EquitySummaryByReportDateInBase FxLot
  FxPosition FxTransaction InterestAccrualsCurrency Lot MTDYTDPerformanceSummaryUnderlying MTMPerformanceSummaryUnderlying OpenDividendAccrual OptionEAE
  Order PriorPeriodPosition SecurityInfo StatementOfFundsLine SymbolSummary TierInterestDetail UnbundledCommissionDetail WashSale FIFOPerformanceSummaryUnderlying
  NetStockPosition SLBActivity SLBOpenContract ComplexPosition HKIPOSubscriptionDetail ClientFee ClientFeesDetail RoutingCommission SalesTax`.split(
    /\s+/,
  ),
);

class FlexReader {
  readonly #elements: readonly Element[];
  readonly #options: FlexOptions;
  readonly #problems: StatementProblem[];
  readonly #contracts = new Map<string, StatedContract>();
  readonly #notes: string[] = [];
  /** In its own words, where it is a message of the web service. */
  readonly #answer: string;
  readonly #tells: Told[] = [];
  #sections: ReadonlyMap<Element, ReadonlySet<string>> | undefined;
  #account = "";
  #last: Element | undefined;

  constructor(elements: readonly Element[], options: FlexOptions, problems: StatementProblem[]) {
    this.#elements = elements;
    this.#answer = serviceAnswer(elements);
    this.#options = options;
    this.#problems = problems;
  }

  read(): Statement {
    const covers = this.#beginning();
    const rows = this.#rows();
    for (const row of rows) this.#guarded(() => this.#meet(row));
    const entries = this.#entries(rows);
    this.#tellUnread();
    const atEnd = rows.filter((row) => row.statement === this.#last);
    const positions = atEnd.filter(({ element }) => element.name === "OpenPosition");
    const cash = atEnd.filter(({ element }) => element.name === "CashReportCurrency");
    const base = this.#elements.find(({ name }) => name === "AccountInformation")?.attributes["currency"] ?? null;
    return {
      source: "ibkr",
      file: this.#options.file,
      account: this.#account,
      baseCurrency: base,
      covers,
      tells: this.#tells,
      contracts: this.#contracts,
      entries: inOrder(entries),
      positions: this.#has("OpenPositions") ? this.#guarded(() => openPositions(positions), [] as readonly StatedPosition[]) : null,
      cash: this.#has("CashReport") ? this.#guarded(() => cashReport(cash), [] as readonly StatedCash[]) : null,
      notes: this.#notes,
    };
  }

  /** Whose statement it is, and from when to when; a reply of the web service that holds none is said as such. */
  #beginning(): Coverage | null {
    const [root] = this.#elements;
    if (root?.name === "FlexStatementResponse") throw new StatementFailure("STATEMENT_SERVICE_SAYS", root.line, { answer: this.#answer });
    if (root?.name !== "FlexQueryResponse")
      throw new StatementFailure("STATEMENT_FOREIGN", root?.line ?? 1, { found: root?.name ?? "nothing", expected: "FlexQueryResponse" });
    const all = this.#elements.filter(({ name }) => name === "FlexStatement");
    if (all.length === 0)
      throw new StatementFailure("STATEMENT_EMPTY", root.line, { found: "a query's answer without any statement in it" });
    const accounts = [...new Set(all.map(({ attributes }) => attributes["accountId"] ?? ""))];
    const wanted = this.#options.account;
    if (accounts.length !== 1 && wanted === null)
      throw new StatementFailure("STATEMENT_ACCOUNT_UNCLEAR", root.line, { accounts: accounts.join(", ") || "none" });
    if (wanted !== null && !accounts.includes(wanted))
      throw new StatementFailure("STATEMENT_ACCOUNT_UNCLEAR", root.line, { accounts: accounts.join(", ") || "none" });
    this.#account = wanted ?? accounts[0] ?? "";
    let covers: Coverage | null = null;
    for (const element of all.filter(({ attributes }) => attributes["accountId"] === this.#account)) {
      const row = new Row(element, this.#options.zone, element);
      const from = row.instant("fromDate");
      const to = endOfDay(row.instant("toDate"), this.#options.zone);
      // Positions and cash of the last day are how the statement ends; earlier days of a daily statement are history.
      if (covers === null || to >= covers.to) this.#last = element;
      this.#tells.push(this.#told(row, from, to));
      covers =
        covers === null ? { from, to } : { from: Math.min(covers.from, from) as InstantMs, to: Math.max(covers.to, to) as InstantMs };
    }
    return covers;
  }

  /**
   * Of what one statement tells everything: not of what came after it was made, and of trades only where it has their section. There are
   * statements of weekdays alone: what happens on a weekend stands in Monday's.
   */
  #told(row: Row, first: InstantMs, last: InstantMs): Told {
    const { zone } = this.#options;
    const made = flexInstant(row.text("whenGenerated"), zone);
    const to = Math.min(last + 1, typeof made === "number" ? made : Number.POSITIVE_INFINITY) as InstantMs;
    return { from: afterWorkday(first, zone), to, executions: TRADES.some((section) => this.#hasSection(section, row.element)) };
  }

  /** Rows of the account that are read, without those that a person leaves out. */
  #rows(): readonly Row[] {
    const { zone, leaveOut } = this.#options;
    let statement: Element | undefined;
    const rows: Row[] = [];
    for (const element of this.#elements) {
      if (element.name === "FlexStatement") statement = element;
      if (!READ.has(element.name) || statement?.attributes["accountId"] !== this.#account) continue;
      if (leaveOut.has(element.line)) this.#notes.push(`line ${element.line}: ${element.name} left out as asked`);
      else rows.push(new Row(element, zone, statement));
    }
    return rows;
  }

  /** A contract is what the first row says that names it. */
  #meet(row: Row): void {
    const key = contractKeyOf(row);
    const category = row.text("assetCategory");
    if (key === null || category === "" || category === "CASH" || row.text("currency") === "" || this.#contracts.has(key)) return;
    if (row.element.name === "CashReportCurrency" || !countsOnce(row)) return;
    this.#contracts.set(key, contractOf(row, key, this.#options.cashScale));
  }

  #entries(rows: readonly Row[]): readonly Entry[] {
    const named = (...names: readonly string[]): readonly Row[] => rows.filter(({ element }) => names.includes(element.name));
    const trades = named("Trade").length > 0 ? named("Trade") : named("TradeConfirm");
    if (named("Trade").length > 0 && named("TradeConfirm").length > 0)
      this.#notes.push("trade confirmations are left out: the section Trades has them");
    const executions = trades.filter((row) => this.#guarded(() => isExecution(row), false));
    if (trades.length > 0 && executions.length === 0)
      this.#problems.push({
        code: "STATEMENT_VALUE_MISSING",
        file: this.#options.file,
        line: trades[0]?.line ?? 1,
        figures: { element: "Trade", field: "rows of level Execution" },
      });
    const ids = new TradeIds();
    const cashIds = new LineIds("flex:cash");
    const transferIds = new LineIds("flex:transfer");
    const actions = this.#guarded(() => actionEntries(named("CorporateAction"), this.#findContract, new LineIds("flex:action")), {
      entries: [],
      notes: [],
    });
    this.#notes.push(...actions.notes);
    return [
      ...executions.flatMap((row) => this.#guarded(() => tradeEntries(row, ids), [])),
      ...named("CashTransaction").flatMap((row) => this.#guarded(() => cashEntry(row, this.#contracts, cashIds), [])),
      ...named("Transfer").flatMap((row) => this.#guarded(() => transferEntries(row, transferIds), [])),
      ...actions.entries,
    ];
  }

  readonly #findContract = ({ symbol, isin }: Readonly<{ symbol: string; isin: string }>): string | undefined =>
    [...this.#contracts.values()].find(
      ({ names, instrument }) => names.some((name) => name.source === "isin" && name.key === isin) || instrument.symbol === symbol,
    )?.key;

  /** Sections that nothing of is booked and that are no summaries either: nobody should think that they were. */
  #tellUnread(): void {
    const unread = new Map<string, number>();
    for (const { name, within } of this.#elements)
      if (within.length >= 4 && !READ.has(name) && !TOLD_ELSEWHERE.has(name)) unread.set(name, (unread.get(name) ?? 0) + 1);
    for (const [name, count] of unread) this.#notes.push(`${count} of ${name} are not read`);
  }

  /** Whether the last statement has a section, be it empty: one that is not there says nothing. */
  #has(section: string): boolean {
    return this.#hasSection(section, this.#last);
  }

  #hasSection(section: string, of: Element | undefined): boolean {
    this.#sections ??= sectionsOf(this.#elements);
    return of !== undefined && (this.#sections.get(of)?.has(section) ?? false);
  }

  #guarded<T>(work: () => T, otherwise?: T): T {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof StatementFailure)) throw error;
      this.#problems.push(problemOf(error, this.#options.file));
      return otherwise as T;
    }
  }
}

/** `1019: Statement generation in progress. Please try again shortly.` */
function serviceAnswer(elements: readonly Element[]): string {
  const says = (name: string): string => elements.find((element) => element.name === name)?.text.replace(/[\s.]+$/, "") ?? "";
  const words = [says("ErrorCode"), says("ErrorMessage")].filter((each) => each !== "");
  return words.join(": ") || says("Status") || "nothing that says why";
}

/** Sections that have executions. */
const TRADES = ["Trades", "TradeConfirms"] as const;

/** What stands in each statement of a file. */
function sectionsOf(elements: readonly Element[]): ReadonlyMap<Element, ReadonlySet<string>> {
  const sections = new Map<Element, Set<string>>();
  let names = new Set<string>();
  for (const element of elements) {
    if (element.name === "FlexStatement") {
      names = new Set();
      sections.set(element, names);
    } else names.add(element.name);
  }
  return sections;
}

/** Sums of executions name contracts as well, in words that may differ. */
const countsOnce = (row: Row): boolean => row.element.name !== "Trade" || isExecution(row);
