import type { AssetId, InstantMs, InstrumentId, Listing, VenueCash, VenueOrderReport, VenuePosition } from "@bulkhead/core";
import type { Zone } from "@bulkhead/market";
import { add, isMore, isPositive, isZero, parseMoney, parsePrice, type Quantity, quantityOfUnits, rescale } from "@bulkhead/money";
import type { Contract, Order, OrderState } from "@stoqey/ib";
import type { StatusWords } from "./connection.ts";
import type { Contracts } from "./contracts.ts";
import { Coverage } from "./coverage.ts";
import { sinceText } from "./gateway-time.ts";
import type { Line } from "./line.ts";
import { quantityOf, reportStatus, termsOf } from "./order-form.ts";
import type { OrderRegister } from "./order-register.ts";

/** A row of the answer about orders: an order, or what a status adds to it. */
export type OrderRow = Readonly<{ contract: Contract; order: Order; state: OrderState } | { words: StatusWords }>;
export type PositionRow = Readonly<{ contract: Contract; quantity: number; averageCost: number | undefined }>;
export type AccountRow = Readonly<{ key: string; value: string; currency: string }>;

/** What was read of a section; null is no information, and `why` says why. */
export type Reading<T> = Readonly<{ read: T | null; why: string }>;

export type ReadingsOptions = Readonly<{
  line: Line;
  /** Of further client ids: executions of their orders may be told to them alone. */
  others: readonly Line[];
  account: () => string;
  zone: Zone;
  contracts: Contracts;
  register: OrderRegister;
  now: () => number;
  answerMs: number;
  note: (level: "info" | "warn" | "error", message: string) => void;
}>;

/** Questions about the account, each with its deadline; an answer without its end, or with a row that cannot be read, is none. */
export class Readings {
  readonly coverage = new Coverage();
  readonly #options: ReadingsOptions;

  constructor(options: ReadingsOptions) {
    this.#options = options;
  }

  async openOrders(): Promise<Reading<readonly VenueOrderReport[]>> {
    const { line, answerMs } = this.#options;
    const { rows, why } = await line.ask<OrderRow>("openOrders", answerMs, (ib) => ib.reqAllOpenOrders());
    if (why !== "") return { read: null, why: `open orders: ${why}` };
    const orders = new Map<string, Extract<OrderRow, { order: Order }>>();
    const words = new Map<string, StatusWords>();
    for (const row of rows) {
      if ("words" in row) words.set(`${row.words.clientId}/${row.words.orderId}`, row.words);
      else if (this.#isMine(row.order)) orders.set(`${row.order.clientId ?? -1}/${row.order.orderId ?? 0}/${row.order.permId ?? 0}`, row);
    }
    return await this.#reports(
      [...orders.values()],
      ({ order }) => words.get(`${order.clientId ?? -1}/${order.orderId ?? 0}`),
      "open orders",
    );
  }

  async endedOrders(): Promise<Reading<readonly VenueOrderReport[]>> {
    const { line, answerMs } = this.#options;
    const { rows, why } = await line.ask<Extract<OrderRow, { order: Order }>>("completedOrders", answerMs, (ib) =>
      ib.reqCompletedOrders(false),
    );
    if (why !== "") return { read: null, why: `completed orders: ${why}` };
    return await this.#reports(
      rows.filter(({ order }) => this.#isMine(order)),
      () => undefined,
      ENDED,
    );
  }

  /** Asks the gateway to tell again; the executions themselves go the way of all. Since when everything is known, or null. */
  async executions(since: number): Promise<Reading<InstantMs>> {
    const { line, others, zone, now } = this.#options;
    const askedAt = now();
    // A client that is away keeps nobody else from being compared: what it missed is asked for when it is back.
    const asked = [line, ...others.filter((other) => other.isUp)].map((each) => this.#askExecutions(each, since - OVERLAP_MS));
    const why = (await Promise.all(asked)).find((each) => each !== "");
    if (why !== undefined) return { read: null, why: `executions: ${why}` };
    const historyStart = zone.startOfDay(zone.dayAt(askedAt));
    return { read: this.coverage.answered({ askedAt, since, historyStart }) as InstantMs, why: "" };
  }

  /** Everything that this client may see of the day; why not, where it was not told. */
  async executionsOver(line: Line): Promise<string> {
    const { zone, now } = this.#options;
    return await this.#askExecutions(line, zone.startOfDay(zone.dayAt(now())));
  }

  async #askExecutions(line: Line, from: number): Promise<string> {
    const { answerMs, account, zone } = this.#options;
    const reqId = line.questions.nextId();
    const filter = { clientId: "0", acctCode: account(), time: sinceText(from, zone) };
    return (await line.ask(reqId, answerMs, (ib) => ib.reqExecutions(reqId, filter))).why;
  }

  async positions(): Promise<Reading<readonly VenuePosition[]>> {
    const { line, answerMs } = this.#options;
    const { rows, why } = await line.ask<PositionRow>("positions", answerMs, (ib) => ib.reqPositions());
    line.send("question", (connection) => connection.ask((ib) => ib.cancelPositions()));
    if (why !== "") return { read: null, why: `positions: ${why}` };
    const last = new Map<number, PositionRow>(rows.map((row) => [row.contract.conId ?? 0, row]));
    const held = new Map<InstrumentId, VenuePosition>();
    for (const row of last.values()) {
      // Balances of currencies are cash; TWS shows what was converted as positions too.
      if (row.contract.secType === "CASH") continue;
      const resolved = await this.#options.contracts.resolve(row.contract);
      if ("failed" in resolved) return { read: null, why: `positions: ${nameOf(row.contract)}: ${resolved.failed}` };
      if ("unsupported" in resolved) {
        this.#options.note("warn", `IBKR: the position in ${nameOf(row.contract)} is left out: ${resolved.unsupported}.`);
        continue;
      }
      const position = positionOf(row, resolved.traded.listing);
      const before = held.get(position.instrument);
      held.set(
        position.instrument,
        before === undefined ? position : { ...position, quantity: add(before.quantity, position.quantity), averageCost: null },
      );
    }
    return { read: [...held.values()].filter(({ quantity }) => !isZero(quantity)), why: "" };
  }

  async cash(): Promise<Reading<readonly VenueCash[]>> {
    const { line, answerMs, account, contracts } = this.#options;
    const { rows, why } = await line.ask<AccountRow>("account", answerMs, (ib) => ib.reqAccountUpdates(true, account()));
    line.send("question", (connection) => connection.ask((ib) => ib.reqAccountUpdates(false, account())));
    if (why !== "") return { read: null, why: `account values: ${why}` };
    const balances = new Map<string, string>();
    for (const key of ["TotalCashBalance", "CashBalance"])
      for (const row of rows) if (row.key === key && /^[A-Z]{3}$/.test(row.currency)) balances.set(row.currency, row.value);
    const cash: VenueCash[] = [];
    for (const [currency, value] of balances) {
      const asset = contracts.cash(currency);
      const amount = parseMoney(value, asset.scale, "half-even");
      if (!amount.ok) return { read: null, why: `account values: ${currency} ${value} is no amount` };
      cash.push({ asset: asset.id as AssetId, amount: amount.value });
    }
    return cash.length === 0 ? { read: null, why: "account values: no cash balance among them" } : { read: cash, why: "" };
  }

  async #reports<Row extends Extract<OrderRow, { order: Order }>>(
    rows: readonly Row[],
    wordsOf: (row: Row) => StatusWords | undefined,
    what: string,
  ): Promise<Reading<readonly VenueOrderReport[]>> {
    const reports: VenueOrderReport[] = [];
    for (const row of rows) {
      const resolved = await this.#options.contracts.resolve(row.contract);
      if ("failed" in resolved) return { read: null, why: `${what}: ${nameOf(row.contract)}: ${resolved.failed}` };
      if ("unsupported" in resolved)
        this.#options.note("warn", `IBKR: an order in ${nameOf(row.contract)} is left out: ${resolved.unsupported}.`);
      else reports.push(this.#report(row, resolved.traded.listing, wordsOf(row), what));
    }
    return { read: reports, why: "" };
  }

  #report(
    { order, state }: Extract<OrderRow, { order: Order }>,
    listing: Listing,
    words: StatusWords | undefined,
    what: string,
  ): VenueOrderReport {
    const told = {
      reference: order.orderRef ?? "",
      clientId: order.clientId ?? -1,
      orderId: order.orderId ?? 0,
      permId: order.permId ?? 0,
    };
    const filled = words?.filled ?? order.filledQuantity ?? 0;
    return {
      ...this.#options.register.owner(told),
      epoch: this.#options.register.epochOf(told.reference),
      terms: termsOf(order, listing, this.#options.zone),
      filled: quantityOf(filled, listing).value,
      status: what === ENDED ? endedStatus(state.status, listing, order) : reportStatus(words?.status ?? state.status),
      reason: state.completedStatus || state.warningText || "",
    };
  }

  /** One login may have several accounts. */
  #isMine(order: Order): boolean {
    return !order.account || order.account === this.#options.account();
  }
}

const ENDED = "completed orders";

/** A completed order works no more, whatever word it ended with. */
function endedStatus(status: string, listing: Listing, order: Order): VenueOrderReport["status"] {
  const told = reportStatus(status);
  if (told !== "working") return told;
  const [asked, filled] = [order.totalQuantity, order.filledQuantity].map((units) => quantityOf(units, listing).value) as [
    Quantity,
    Quantity,
  ];
  return isPositive(filled) && !isMore(asked, filled) ? "filled" : "canceled";
}

/** What the gateway is asked for beyond the last instant that is known (venues.md 2.10). */
const OVERLAP_MS = 600_000;

const nameOf = ({ localSymbol, symbol, secType }: Contract): string => `${localSymbol || symbol || "?"} (${secType ?? "?"})`;

/** TWS counts the cost of a contract with its multiplier. */
function positionOf({ quantity, averageCost }: PositionRow, listing: Listing): VenuePosition {
  const { instrument } = listing;
  const cost = averageCost === undefined ? undefined : parsePrice(String(averageCost), instrument.priceScale, "half-even");
  const isKnown = cost?.ok === true && quantity !== 0;
  return {
    instrument: instrument.id,
    quantity: quantity === 0 ? quantityOfUnits(0) : quantityOf(quantity, listing).value,
    averageCost: isKnown ? rescale(cost.value, 10 ** instrument.multiplierScale, instrument.multiplierUnits, "half-even") : null,
  };
}
