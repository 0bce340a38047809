import type { Contract, Execution } from "@stoqey/ib";
import type { VenueClock } from "./clock.ts";
import { type CodeMeaning, meaningOf } from "./codes.ts";
import type { StatusWords } from "./connection.ts";
import type { Contracts } from "./contracts.ts";
import type { Executions } from "./executions.ts";
import { Inbox } from "./inbox.ts";
import { type Line, type LineListener, NO_ID } from "./line.ts";
import type { MarketLines } from "./market-lines.ts";
import type { OrderRegister } from "./order-register.ts";
import type { Orders } from "./orders.ts";
import { isQuestionId } from "./questions.ts";

export type HearingOptions = Readonly<{
  account: () => string;
  clock: VenueClock;
  gapMs: number;
  contracts: Contracts;
  executions: Executions;
  orders: Orders;
  register: OrderRegister;
  market: MarketLines;
  note: (level: "info" | "warn" | "error", message: string) => void;
  /** A message was lost: whatever it said must be asked for. */
  onGap: () => void;
  /** An order says that more was filled than executions told. */
  askExecutions: () => void;
}>;

/** What all connections tell, taken in in the order in which it came: an execution waits for its contract, and what is behind it for it. */
export class Hearing {
  /** Executions of contracts that nobody could name yet. */
  readonly unbooked = new Set<string>();
  readonly #options: HearingOptions;
  readonly #inbox = new Inbox();
  readonly #checked = new Map<number, number>();
  #saidReadOnly = false;

  constructor(options: HearingOptions) {
    this.#options = options;
  }

  /** How one client's line is listened to; the account's questions are the main one's. */
  of(lineOf: () => Line, onTurn: LineListener["onTurn"]): LineListener {
    const { account, contracts, executions, orders, market, note } = this.#options;
    const row = (key: Parameters<Line["questions"]["row"]>[0], value: unknown): void => lineOf().questions.row(key, value);
    return {
      onTurn,
      onNote: note,
      onCode: (code, message, id) => this.#code(lineOf(), code, message, id),
      onOpenOrder: (contract, order, state) =>
        this.#inbox.push(() => {
          orders.hearOpen(order, state.status);
          row("openOrders", { contract, order, state });
        }),
      onOrderStatus: (words) =>
        this.#inbox.push(() => {
          orders.hearStatus(words);
          this.#checkFilled(words);
          row("openOrders", { words });
        }),
      onExecution: (contract, execution) => {
        if (execution.acctNumber !== account() || executions.knows(execution.execId ?? "")) return;
        // Asked for at once, so that many unknown contracts are looked up together.
        if (isHeld(contract)) void contracts.resolve(contract);
        this.#inbox.push(() => this.#execution(contract, execution));
      },
      onCommission: (report) => this.#inbox.push(() => executions.hearCommission(report)),
      onPosition: (of, contract, quantity, averageCost) => {
        if (of === account()) row("positions", { contract, quantity, averageCost });
      },
      onAccountValue: (key, value, currency, of) => {
        if (of === account()) row("account", { key, value, currency });
      },
      onCompletedOrder: (contract, order, state) => row("completedOrders", { contract, order, state }),
      onContract: (reqId, details) => row(reqId, details),
      onSymbols: (reqId, symbols) => {
        for (const symbol of symbols) row(reqId, symbol);
        lineOf().questions.end(reqId);
      },
      onMarketRule: (ruleId, increments) => contracts.learnRule(ruleId, increments),
      onTickPrice: (reqId, tick, price) => market.tickPrice(reqId, tick, price),
      onTickSize: (reqId, tick, size) => market.tickSize(reqId, tick, size),
      onDataType: (reqId, type) => market.dataType(reqId, type),
      onLiveBar: (reqId, bar) => market.liveBar(reqId, bar),
      onPastBar: (reqId, bar) => row(reqId, bar),
      // Behind everything that came before it.
      onEnd: (ended) => this.#inbox.push(() => lineOf().questions.end(ended)),
      // Past it: executions may be waiting for this very answer.
      onAnswered: (reqId) => lineOf().questions.end(reqId),
    };
  }

  #execution(contract: Contract, execution: Execution): Promise<void> | void {
    const { executions, contracts } = this.#options;
    // The whole of a combination is told beside its legs, which are what is held.
    if (contract.secType === "BAG") return;
    if (contract.secType === "CASH") {
      executions.hearConversion(execution, contract.symbol ?? "", contract.currency ?? "");
      return;
    }
    const resolved = contracts.resolve(contract);
    if (resolved instanceof Promise) return resolved.then(() => this.#book(contract, execution));
    this.#book(contract, execution);
  }

  #book(contract: Contract, execution: Execution): void {
    const { executions, contracts, orders, register, note } = this.#options;
    const execId = execution.execId ?? "";
    const resolved = contracts.resolve(contract);
    if (resolved instanceof Promise || !("traded" in resolved)) {
      const why =
        resolved instanceof Promise ? "IBKR did not say what it is" : "unsupported" in resolved ? resolved.unsupported : resolved.failed;
      this.unbooked.add(execId);
      note(
        "error",
        `IBKR: execution ${execId} in ${contract.localSymbol || contract.symbol} is not booked: ${why}. It is asked for again.`,
      );
      return;
    }
    this.unbooked.delete(execId);
    const { orderRef = "", clientId = -1, orderId = 0, permId = 0 } = execution;
    const owner = register.owner({ reference: orderRef, clientId, orderId, permId });
    if (owner.venueOrder !== null) orders.hearExecution(owner.venueOrder, permId);
    const named = owner.venueOrder === null ? undefined : register.instrumentOf(orderRef);
    executions.hear(execution, (named === undefined ? undefined : contracts.listing(named)) ?? resolved.traded.listing, owner);
  }

  /** A stream can drop an execution and go on (B8): the order's own count shows it. */
  #checkFilled({ clientId, orderId, permId, filled }: StatusWords): void {
    const { register, executions, clock, gapMs, askExecutions } = this.#options;
    const tracked = register.named(clientId, orderId, permId);
    if (tracked === undefined) return;
    const isShort = (): boolean => filled > executions.filled(tracked.venueOrder) + 1e-9;
    if (!isShort() || (this.#checked.get(tracked.venueOrder) ?? 0) >= filled) return;
    this.#checked.set(tracked.venueOrder, filled);
    clock.after(gapMs, () => {
      if (isShort()) askExecutions();
    });
  }

  /** Whatever the library calls it, the code says what it is (T1). */
  #code(line: Line, code: number, message: string, id: number): void {
    const { orders, market, note } = this.#options;
    const meaning = meaningOf(code);
    const words = `IBKR ${code}: ${message || meaning.says}`;
    if (isQuestionId(id) && id !== NO_ID) {
      if (market.hearCode(id, meaning, message)) return;
      if (meaning.kind === "warning" || meaning.kind === "farm") note("info", words);
      else if (!line.questions.fail(id, `${code} ${message}`, code)) note("info", words);
    } else if (id > 0 && id !== NO_ID) {
      this.#inbox.push(() => {
        if (!orders.hearCode(line.clientId, id, code, message)) note("info", `${words} (order number ${id} of client ${line.clientId})`);
      });
    } else this.#general(line, meaning, message, words);
  }

  #general(line: Line, { kind, code }: CodeMeaning, message: string, words: string): void {
    const { market, note, onGap } = this.#options;
    if (kind === "farm" || kind === "warning" || kind === "session" || kind === "person") note("info", words);
    else if (kind === "decoder") {
      note("error", `${words}. What it said is asked for again.`);
      // Whatever is being answered may have lost a row: none of it is whole.
      line.questions.failAll("a message could not be read");
      onGap();
    } else if (kind === "restored-lost") {
      note("warn", words);
      market.resubscribe();
    } else if (code === INVALID_REQUEST) {
      for (const key of ["openOrders", "completedOrders"] as const) line.questions.fail(key, `${code} ${message}`, code);
      if (!this.#saidReadOnly)
        note("warn", `${words}. If the box "Read-Only API" is ticked in the gateway's API settings, orders can neither be sent nor seen.`);
      this.#saidReadOnly = true;
    } else note("warn", words);
  }
}

const INVALID_REQUEST = 321;

const isHeld = ({ secType }: Contract): boolean => secType !== "BAG" && secType !== "CASH";
