import { useSyncExternalStore } from "react";
import { useAccount } from "../search.ts";
import { Book, type Changed, type Held, type Whole } from "./book.ts";
import { ask } from "./desk.ts";
import { queryClient, type ReadId } from "./queries.ts";

/** What a socket says about one portfolio, or about the account where `portfolio_id` is `*`. */
export type LiveMessage = Readonly<{
  type: string;
  portfolio_id: string;
  seq: number;
  account_id?: string;
  data?: Readonly<Record<string, unknown>>;
}>;

/** `lost` since when: what is shown may be old from then on. */
export type LiveState = Readonly<{ status: "connecting" | "live" | "lost"; since: number; seq: number }>;

/** Which lines of the log are wanted, and behind which one. */
export type LineWish = Readonly<{ level?: string; text?: string; after?: number }>;

const RETRY_FIRST_MS = 500;
const RETRY_MAX_MS = 10_000;
/** Longer than the desk's own ping: a link that says nothing at all is dead. */
const SILENT_MS = 20_000;
/** What was asked before the first picture was whole is asked again, once that is drawn. */
const FIRST_MS = 2_000;
/** Longer than this nobody waits for the first picture to be whole. */
const WHOLE_MS = 3_000;
/** Lists of the past are read anew at most this often, however much happens. */
const REFRESH_MS = 1_000;

/** Reads that a message of a type makes old. */
const TOUCHED: Readonly<Record<string, readonly ReadId[]>> = {
  trade_update: ["listTrades", "listExecutions", "listOrderHistory", "listLedger"],
  order_update: ["listOrderHistory", "listReceipts", "listSignals"],
  receipt: ["listReceipts", "listSignals", "why"],
  equity_update: ["listEquityHistory"],
  day_update: ["listDays", "listPerformance"],
  transfer_update: ["listTransfers", "listPortfolios"],
  portfolio_update: ["listPortfolios", "getPortfolio", "getStatus", "listStrategyVersions"],
  kill_update: ["listKills", "getStatus"],
  mode_update: ["getStatus"],
  break: ["listBreaks", "listInbox", "listExternalOrders", "listConnections"],
  connection_update: ["listConnections", "listReconciliations", "ready"],
  strategy_fault: ["listLogs"],
};

/** One account's socket: it resumes where it was, says when it is lost, and keeps the book. */
export class Live {
  readonly book = new Book();
  readonly #account: string | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #heard = new Set<(message: LiveMessage) => void>();
  readonly #old = new Set<ReadId>();
  #state: LiveState = { status: "connecting", since: Date.now(), seq: 0 };
  #socket: WebSocket | undefined;
  #retryMs = RETRY_FIRST_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #refresh: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #opening: Promise<void> | undefined;
  #lines: LineWish | undefined;

  constructor(account?: string) {
    this.#account = account;
  }

  readonly state = (): LiveState => this.#state;
  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };
  /** Every message as it comes. */
  readonly hear = (listener: (message: LiveMessage) => void): (() => void) => {
    this.#heard.add(listener);
    return () => this.#heard.delete(listener);
  };

  open(): void {
    this.#closed = false;
    if (this.#socket === undefined && this.#opening === undefined)
      this.#opening = addressOf().then(
        (address) => this.#connect(address),
        () => this.#tryLater(),
      );
  }

  #connect(address: string): void {
    this.#opening = undefined;
    if (this.#closed) return;
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.addEventListener("open", () => this.#begin(socket));
    socket.addEventListener("message", ({ data }) => this.#take(String(data)));
    socket.addEventListener("close", () => this.#lose(socket));
    socket.addEventListener("error", () => socket.close());
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** Asks for the lines of the log from behind `after` on, or for no more; asked again by itself after a lost link. */
  wantLines(wish: LineWish | undefined): void {
    this.#lines = wish;
    const since = this.#state.seq > 0 ? { since: this.#state.seq } : {};
    this.say({ action: "subscribe", portfolio_ids: ["*"], ...this.#whose(), ...since, logs: wish ?? false });
  }

  /** Says something to the desk; false where nobody hears it. */
  say(request: Readonly<Record<string, unknown>>): boolean {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(JSON.stringify(request));
    return true;
  }

  #begin(socket: WebSocket): void {
    const { seq } = this.#state;
    const since = seq > 0 ? { since: seq } : {};
    if (seq === 0) {
      this.book.hold();
      setTimeout(() => this.book.release(), WHOLE_MS);
    }
    const logs = this.#lines === undefined ? {} : { logs: this.#lines };
    socket.send(JSON.stringify({ action: "subscribe", portfolio_ids: ["*"], figures: true, ...this.#whose(), ...since, ...logs }));
    this.#listenForSilence(socket);
  }

  #whose(): Readonly<{ account_id?: string }> {
    return this.#account === undefined ? {} : { account_id: this.#account };
  }

  #take(text: string): void {
    const message = JSON.parse(text) as LiveMessage;
    const socket = this.#socket;
    if (socket !== undefined) this.#listenForSilence(socket);
    if (message.type === "snapshot") this.book.put(message.portfolio_id, message.seq, message.data as Whole);
    if (message.type === "figures_update") this.book.change(message.portfolio_id, message.seq, message.data as Changed);
    if (message.type === "subscribed") {
      this.book.release();
      this.#retryMs = RETRY_FIRST_MS;
      const isFirst = this.#state.seq === 0;
      this.#set({ status: "live", since: Date.now(), seq: Math.max(this.#state.seq, message.seq) });
      // What changed while nobody listened.
      setTimeout(() => void queryClient.invalidateQueries(), isFirst ? FIRST_MS : 0);
    } else if (message.seq > this.#state.seq) this.#state = { ...this.#state, seq: message.seq };
    if (message.type === "log_line" && this.#lines !== undefined) this.#lines = { ...this.#lines, after: Number(message.data?.["log_id"]) };
    for (const read of TOUCHED[message.type] ?? []) this.#makeOld(read);
    for (const listener of this.#heard) listener(message);
  }

  #makeOld(read: ReadId): void {
    this.#old.add(read);
    this.#refresh ??= setTimeout(() => {
      this.#refresh = undefined;
      for (const each of this.#old) void queryClient.invalidateQueries({ queryKey: [each] });
      this.#old.clear();
    }, REFRESH_MS);
  }

  #lose(socket: WebSocket): void {
    if (this.#socket !== socket) return;
    this.#socket = undefined;
    clearTimeout(this.#silence);
    this.#tryLater();
  }

  #tryLater(): void {
    this.#opening = undefined;
    if (this.#closed) return;
    if (this.#state.status !== "lost") this.#set({ ...this.#state, status: "lost", since: Date.now() });
    this.#retry = setTimeout(() => this.open(), this.#retryMs * (0.75 + Math.random() / 2));
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS);
  }

  #listenForSilence(socket: WebSocket): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      if (this.say({ action: "ping" })) this.#silence = setTimeout(() => socket.close(), SILENT_MS / 2);
    }, SILENT_MS);
  }

  #set(state: LiveState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

/** Where the socket is: with a ticket where people log in, since a cookie alone would open it for any page. */
async function addressOf(): Promise<string> {
  const base = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`;
  const { data } = await ask("session", {});
  if (!data.login_required) return base;
  const made = await ask("createTicket", { body: {} });
  return `${base}?ticket=${encodeURIComponent(made.data.ticket)}`;
}

const all = new Map<string, Live>();

/** The socket of an account; the first who asks opens it. */
export function liveOf(account: string | undefined): Live {
  const name = account ?? "";
  let found = all.get(name);
  if (found === undefined) {
    found = new Live(account);
    all.set(name, found);
    found.open();
  }
  return found;
}

export const useLive = (): Live => liveOf(useAccount());

export function useLiveState(): LiveState {
  const live = useLive();
  return useSyncExternalStore(live.subscribe, live.state);
}

/** All portfolios as they are now; drawn at most once per frame. */
export function useBook(): readonly Held[] {
  const { book } = useLive();
  return useSyncExternalStore(book.subscribe, book.all);
}

/** One portfolio as it is now; undefined before the first snapshot, or where there is none. */
export function useHeld(portfolio: string): Held | undefined {
  const { book } = useLive();
  return useSyncExternalStore(book.subscribe, () => book.of(portfolio));
}
