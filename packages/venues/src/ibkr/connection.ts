import type {
  CommissionReport,
  Contract,
  ContractDescription,
  ContractDetails,
  Execution,
  IBApi,
  Order,
  OrderState,
  PriceIncrement,
} from "@stoqey/ib";
import { type FrameRecorder, type Masker, sentFields } from "./recorder.ts";

/** The library, loaded when a first venue is opened. */
export type Library = Pick<typeof import("@stoqey/ib"), "IBApi" | "EventName">;

/** What an order status says. Cumulative figures are checks, never a source of quantity (venues.md 1.2). */
export type StatusWords = Readonly<{
  orderId: number;
  status: string;
  filled: number;
  permId: number;
  clientId: number;
  whyHeld: string;
}>;

/** A bar of the wire: seconds since 1970 or what `date` says, prices as floats. */
export type WireBar = Readonly<{ time: string; open: number; high: number; low: number; close: number; volume: number }>;

/** Questions that end with a message of their own. Those without an id can be asked one at a time. */
export type Ended = "openOrders" | "positions" | "completedOrders" | "account" | number;

/** What one connection tells, in the order of the wire. */
export type ConnectionListener = Readonly<{
  /** Anything at all came. */
  onHeard: () => void;
  onUp: (serverVersion: number, gatewayTime: string) => void;
  onAccounts: (accounts: readonly string[]) => void;
  onNextId: (orderId: number) => void;
  /** Every code, whatever event the library makes of it (T1); `id` is -1 where it speaks of nothing. */
  onCode: (code: number, message: string, id: number) => void;
  onOpenOrder: (contract: Contract, order: Order, state: OrderState) => void;
  onOrderStatus: (words: StatusWords) => void;
  onExecution: (contract: Contract, execution: Execution) => void;
  onCommission: (report: CommissionReport) => void;
  onPosition: (account: string, contract: Contract, quantity: number, averageCost: number | undefined) => void;
  onAccountValue: (key: string, value: string, currency: string, account: string) => void;
  onCompletedOrder: (contract: Contract, order: Order, state: OrderState) => void;
  onContract: (reqId: number, details: ContractDetails) => void;
  onSymbols: (reqId: number, symbols: readonly ContractDescription[]) => void;
  onMarketRule: (ruleId: number, increments: readonly PriceIncrement[]) => void;
  onTickPrice: (reqId: number, tick: number, price: number) => void;
  onTickSize: (reqId: number, tick: number, size: number) => void;
  onDataType: (reqId: number, type: number) => void;
  /** The gateway's clock, in whole seconds since 1970. */
  onTime: (second: number) => void;
  onLiveBar: (reqId: number, bar: WireBar) => void;
  onPastBar: (reqId: number, bar: WireBar) => void;
  /** An answer about the account is whole. */
  onEnd: (ended: Ended) => void;
  /** Another answer is whole: contract details, bars of the past. */
  onAnswered: (reqId: number) => void;
  /** Once, the last that is told. */
  onDown: (reason: string) => void;
}>;

export type ConnectionOptions = Readonly<{
  library: Library;
  host: string;
  port: number;
  clientId: number;
  now: () => number;
  /** Which connection of its line it is, from 1: of the transcript. */
  number: number;
  masker: Masker;
  recorder?: FrameRecorder | undefined;
}>;

/** What the library keeps to itself and a decoder that throws makes us reach for (T4). */
type Insides = {
  controller?: { socket?: { onData?: (data: Buffer) => void; client?: { setNoDelay?: (noDelay: boolean) => unknown } | undefined } };
};

/**
 * One connection to the gateway, and one object of the library for it: what that object still has queued dies with it (T3). Nothing is
 * handed to the library before the gateway said that it takes requests, or after the connection ended.
 */
export class Connection {
  readonly #ib: IBApi;
  readonly #listener: ConnectionListener;
  readonly #options: ConnectionOptions;
  #isOpen = false;
  #isDown = false;
  #framesOut = 0;
  /** Codes that the library gave for an order before it left. */
  #refusedHere: string | undefined;

  constructor(options: ConnectionOptions, listener: ConnectionListener) {
    const { host, port, clientId, library } = options;
    this.#options = options;
    this.#listener = listener;
    // Everything is named, so that the library reads no configuration and no .env file (T9); its own limiter never holds anything back.
    this.#ib = new library.IBApi({ host, port, clientId, maxReqPerSec: NO_LIMIT });
    this.#guard();
    this.#ib.on(library.EventName.all, (name, args) => this.#hear(name, args as unknown[]));
  }

  /** Whether requests are taken: from the first order id that the gateway named until the end. */
  get isOpen(): boolean {
    return this.#isOpen && !this.#isDown;
  }

  /** The library lets the system hold a small message back until the one before it was acknowledged, 40 ms or more: no order waits for that. */
  connect(): void {
    this.#ib.connect();
    (this.#ib as unknown as Insides).controller?.socket?.client?.setNoDelay?.(true);
  }

  /** Hands a request to the library; false, and nothing done, where the connection takes none. */
  ask(request: (ib: IBApi) => void): boolean {
    if (!this.isOpen) return false;
    request(this.#ib);
    return true;
  }

  /** `left`: the bytes are with the operating system, and the order may exist. `stayed`: the library would not have it (T11), or nothing was connected. */
  place(orderId: number, contract: Contract, order: Order): Readonly<{ left: true } | { stayed: string }> {
    if (!this.isOpen) return { stayed: "the connection ended" };
    this.#refusedHere = undefined;
    const before = this.#framesOut;
    this.#ib.placeOrder(orderId, contract, order);
    const refused = this.#refusedHere;
    return refused !== undefined && this.#framesOut === before ? { stayed: refused } : { left: true };
  }

  /** Ends it now, also where the other side does not answer any more. */
  destroy(reason: string): void {
    if (this.#isDown) return;
    this.#isDown = true;
    this.#ib.removeAllListeners();
    this.#ib.disconnect();
    this.#listener.onDown(reason);
  }

  /** A decoder that throws has lost what it was reading and what comes next: the connection is over, and the next one reconciles (T4). */
  #guard(): void {
    const socket = (this.#ib as unknown as Insides).controller?.socket;
    const read = socket?.onData?.bind(socket);
    if (socket === undefined || read === undefined) throw new Error("LIBRARY_CHANGED: @stoqey/ib has no socket.onData to guard");
    socket.onData = (data) => {
      try {
        read(data);
      } catch (error) {
        this.destroy(`a message could not be decoded (${error instanceof Error ? error.message : String(error)})`);
      }
    };
  }

  #hear(name: string, args: unknown[]): void {
    if (this.#isDown) return;
    if (name === "sent") this.#sent(args[0] as unknown[]);
    else if (name === "received") this.#received(args[0] as readonly string[]);
    else if (name === "disconnected") this.destroy("the gateway closed the connection");
    else if (name === "error") this.#code(args[1] as number, (args[0] as Error).message, (args[2] as number | undefined) ?? -1);
    else if (name === "info") this.#code(args[1] as number, String(args[0]), -1);
    else {
      if (name === "nextValidId") this.#isOpen = true;
      TOLD[name]?.(this.#listener, args as never);
    }
  }

  #sent(tokens: readonly unknown[]): void {
    this.#framesOut += 1;
    this.#record("client", sentFields(tokens));
  }

  #received(fields: readonly string[]): void {
    this.#record("server", fields);
    this.#listener.onHeard();
  }

  #record(direction: "client" | "server", fields: readonly string[]): void {
    const { recorder, masker, now, number } = this.#options;
    recorder?.({ at: new Date(now()).toISOString(), direction, connection: number, fields: masker.mask(fields) });
  }

  #code(code: number, message: string, id: number): void {
    if (id >= 0) this.#refusedHere = `${code} ${message}`;
    this.#listener.onCode(code, message, id);
  }
}

type Told = (to: ConnectionListener, args: never) => void;
/** How the library's events are told. What they carry is said as the library's own declarations say it. */
const TOLD: Readonly<Record<string, Told>> = {
  server: (to, [version, time]: [number, string]) => to.onUp(version, time),
  managedAccounts: (to, [csv]: [string]) => to.onAccounts(csv.split(",").filter((account) => account !== "")),
  nextValidId: (to, [orderId]: [number]) => to.onNextId(orderId),
  openOrder: (to, [, contract, order, state]: [number, Contract, Order, OrderState]) => to.onOpenOrder(contract, order, state),
  orderStatus: (to, args: unknown[]) => to.onOrderStatus(statusOf(args)),
  execDetails: (to, [, contract, execution]: [number, Contract, Execution]) => to.onExecution(contract, execution),
  commissionReport: (to, [report]: [CommissionReport]) => to.onCommission(report),
  position: (to, [account, contract, quantity, cost]: [string, Contract, number, number?]) =>
    to.onPosition(account, contract, quantity, cost),
  updateAccountValue: (to, [key, value, currency, account]: [string, string, string, string]) =>
    to.onAccountValue(key, value, currency, account),
  completedOrder: (to, [contract, order, state]: [Contract, Order, OrderState]) => to.onCompletedOrder(contract, order, state),
  contractDetails: (to, [reqId, details]: [number, ContractDetails]) => to.onContract(reqId, details),
  symbolSamples: (to, [reqId, symbols]: [number, readonly ContractDescription[]]) => to.onSymbols(reqId, symbols),
  marketRule: (to, [ruleId, increments]: [number, readonly PriceIncrement[]]) => to.onMarketRule(ruleId, increments),
  tickPrice: (to, [reqId, tick, price]: [number, number, number]) => to.onTickPrice(reqId, tick, price),
  tickSize: (to, [reqId, tick, size]: [number, number, number]) => to.onTickSize(reqId, tick, size),
  currentTime: (to, [second]: [number]) => to.onTime(second),
  marketDataType: (to, [reqId, type]: [number, number]) => to.onDataType(reqId, type),
  realtimeBar: (to, args: unknown[]) => to.onLiveBar(args[0] as number, barOf(args)),
  historicalData: (to, args: unknown[]) =>
    String(args[1]).startsWith("finished") ? to.onAnswered(args[0] as number) : to.onPastBar(args[0] as number, barOf(args)),
  openOrderEnd: (to) => to.onEnd("openOrders"),
  positionEnd: (to) => to.onEnd("positions"),
  completedOrdersEnd: (to) => to.onEnd("completedOrders"),
  accountDownloadEnd: (to) => to.onEnd("account"),
  execDetailsEnd: (to, [reqId]: [number]) => to.onEnd(reqId),
  contractDetailsEnd: (to, [reqId]: [number]) => to.onAnswered(reqId),
};

/** Above what our own limiter lets through: the library's queue stays empty (T3, T10). */
const NO_LIMIT = 100_000;

function statusOf(args: readonly unknown[]): StatusWords {
  const [orderId, status, filled, , , permId, , , clientId, whyHeld] = args;
  return {
    orderId: orderId as number,
    status: String(status),
    filled: (filled as number | undefined) ?? 0,
    permId: (permId as number | undefined) ?? 0,
    clientId: (clientId as number | undefined) ?? -1,
    whyHeld: (whyHeld as string | undefined) ?? "",
  };
}

function barOf([, time, open, high, low, close, volume]: readonly unknown[]): WireBar {
  const [o, h, l, c] = [open, high, low, close] as [number, number, number, number];
  return { time: String(time), open: o, high: h, low: l, close: c, volume: (volume as number | undefined) ?? 0 };
}
