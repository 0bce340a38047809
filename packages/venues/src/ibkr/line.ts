import type { IBApi } from "@stoqey/ib";
import type { VenueClock } from "./clock.ts";
import { ClockSkew } from "./clock-skew.ts";
import { meaningOf } from "./codes.ts";
import { Connection, type ConnectionListener, type Ended, type Library } from "./connection.ts";
import { MessageBudget, type Urgency } from "./message-budget.ts";
import { type Answer, Questions } from "./questions.ts";
import { type FrameRecorder, Masker } from "./recorder.ts";

/** Where one client id's connection stands. `behind`: the gateway is there, IBKR behind it is not. */
export type LineState = "disconnected" | "connecting" | "up" | "behind" | "refused";

export type LineOptions = Readonly<{
  library: Library;
  clock: VenueClock;
  /** From 0 to 1, seeded: how far apart reconnects of many desks lie. */
  chance: () => number;
  host: string;
  port: number;
  clientId: number;
  /** The broker's number of the account that is meant; null: the only one that the login has. */
  expectedAccount: string | null;
  mode: "paper" | "live";
  timings: LineTimings;
  messagesPerSecond: number;
  recorder?: FrameRecorder | undefined;
}>;

/** All in ms. */
export type LineTimings = Readonly<{
  /** From the first byte until the gateway takes requests. */
  handshakeMs: number;
  heartbeatMs: number;
  backOffMs: number;
  backOffMaxMs: number;
  /** How long the gateway may stay away before somebody is told. */
  alarmAfterMs: number;
}>;

/** What a line tells beyond what its connection does. */
export type LineListener = Omit<ConnectionListener, "onHeard" | "onUp" | "onAccounts" | "onNextId" | "onTime" | "onDown"> &
  Readonly<{
    /** The state, or its reason, is another one. */
    onTurn: (before: LineState) => void;
    onNote: (level: "info" | "warn" | "error", message: string) => void;
  }>;

/**
 * One client id's connections, one after another, for as long as it is open: each a fresh object of the library, ready when the gateway
 * named its accounts and an order id (T2), watched by a heartbeat of its own (T5), and left for good where a person must act.
 */
export class Line {
  readonly questions: Questions;
  readonly skew = new ClockSkew();
  /** Connections so far. */
  number = 0;
  state: LineState = "disconnected";
  reason = "It was not opened yet.";
  since: number;
  /** Since when it is up, or since when it is not, however often it was tried. */
  standsSince: number;
  heardAt: number | null = null;
  accounts: readonly string[] = [];
  /** The broker's number of the account, once the gateway named it; empty before. */
  account = "";
  /** What the gateway says of itself, from its greeting. */
  greeting = "";
  readonly #options: LineOptions;
  readonly #listener: LineListener;
  readonly #budget: MessageBudget;
  readonly #lost = new Set<(why: string) => void>();
  #connection: Connection | undefined;
  readonly #masker = new Masker();
  #version = 0;
  #isWanted = false;
  #nextOrderId = 0;
  #heard = 0;
  #askedTimeAt = 0;
  #failures = 0;
  #why = "";
  readonly #callOffs = new Set<() => void>();
  #callOffAlarm: (() => void) | undefined;

  constructor(options: LineOptions, listener: LineListener) {
    this.#options = options;
    this.#listener = listener;
    this.questions = new Questions(options.clock);
    this.#budget = new MessageBudget(options.clock, options.messagesPerSecond);
    this.since = options.clock.now();
    this.standsSince = this.since;
  }

  get clientId(): number {
    return this.#options.clientId;
  }

  /** Whether orders may be sent: only ever by the connection that is (venues.md 1.2). */
  get isUp(): boolean {
    return this.state === "up";
  }

  open(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#failures = 0;
    this.#attempt();
  }

  /** Ends the connection and stays away. */
  close(): void {
    this.#isWanted = false;
    this.#connection?.destroy("closed");
    this.#callOff();
    this.#turn("disconnected", "It was closed.");
    this.#callOffAlarm?.();
    this.#callOffAlarm = undefined;
  }

  /** The next order number; numbers that were seen are passed over. */
  takeOrderId(): number {
    const id = this.#nextOrderId;
    this.#nextOrderId += 1;
    return id;
  }
  sawOrderId(orderId: number): void {
    if (orderId >= this.#nextOrderId) this.#nextOrderId = orderId + 1;
  }

  /**
   * Runs `request` with the connection as soon as the budget lets it. `lost` is called in its place where this connection ends before:
   * nothing outlives the connection that it was meant for (T3).
   */
  send(urgency: Urgency, request: (connection: Connection) => void, lost: (why: string) => void = () => {}): void {
    const connection = this.#connection;
    if (connection === undefined || !connection.isOpen) {
      lost(this.reason);
      return;
    }
    this.#lost.add(lost);
    const isTaken = this.#budget.send(urgency, () => {
      this.#lost.delete(lost);
      if (connection === this.#connection && connection.isOpen) request(connection);
      else lost("the connection ended before it was its turn");
    });
    if (isTaken) return;
    this.#lost.delete(lost);
    lost("too many messages wait to be sent");
  }

  /** Puts a question and waits for all of its answer. */
  async ask<Row>(key: Ended, withinMs: number, request: (ib: IBApi) => void): Promise<Answer<Row>> {
    return await this.questions.ask<Row>(key, withinMs, () => {
      if (this.#connection?.isOpen !== true) return false;
      this.send(
        "question",
        (connection) => connection.ask(request),
        (why) => void this.questions.fail(key, why),
      );
      return true;
    });
  }

  #attempt(): void {
    if (!this.#isWanted) return;
    const { library, host, port, clientId, clock, recorder, timings } = this.#options;
    this.#callOff();
    this.number += 1;
    this.#why = "";
    this.accounts = [];
    this.#turn("connecting", `Connecting to ${host}:${port} as client ${clientId}.`);
    this.#watch();
    const connection = new Connection(
      { library, host, port, clientId, now: clock.now, number: this.number, masker: this.#masker, recorder },
      this.#listening(),
    );
    this.#connection = connection;
    this.#later(timings.handshakeMs, () =>
      connection.destroy("the gateway did not take requests in time: is a dialog of it waiting to be answered?"),
    );
    connection.connect();
  }

  #listening(): ConnectionListener {
    const to = this.#listener;
    return {
      ...to,
      onHeard: () => {
        this.#heard += 1;
        this.heardAt = this.#options.clock.now();
      },
      onUp: (version, time) => {
        this.greeting = `server version ${version}, ${time}`;
        this.#version = version;
      },
      onAccounts: (accounts) => {
        this.accounts = accounts;
        this.#readyWhenBoth();
      },
      onNextId: (orderId) => {
        this.#nextOrderId = Math.max(this.#nextOrderId, orderId, 1);
        this.#readyWhenBoth();
      },
      onTime: (second) => this.skew.learn({ askedAt: this.#askedTimeAt, heardAt: this.#options.clock.now(), second }),
      onCode: (code, message, id) => this.#learn(code, message, id),
      onDown: (reason) => this.#down(reason),
    };
  }

  /** Accounts and an order id, in whichever order; the account is the one that is meant, and of the kind that is meant (B28). */
  #readyWhenBoth(): void {
    if (this.accounts.length === 0 || this.#connection?.isOpen !== true || this.state !== "connecting") return;
    const wrong = this.#wrong();
    if (wrong !== undefined) {
      this.#refuse(wrong);
      return;
    }
    this.#callOff();
    this.#beat(0);
    this.#turn("up", "");
  }

  #wrong(): string | undefined {
    const { expectedAccount, mode } = this.#options;
    const account = expectedAccount ?? (this.accounts.length === 1 ? this.accounts[0] : undefined);
    const had = this.accounts.map(masked).join(", ");
    if (this.#version < VERSION_MIN)
      return `The gateway speaks version ${this.#version} of the API and ${VERSION_MIN} is needed. Install a newer IB Gateway or TWS.`;
    if (account === undefined) return `This login has ${this.accounts.length} accounts: ${had}. Say which one is meant.`;
    if (!this.accounts.includes(account))
      return `This login has no account ${masked(account)}: it has ${had}. Log in with the user of that account, or change the number.`;
    const kind = environmentOf(account);
    if (kind !== mode)
      return `${masked(account)} is a ${kind} account and the desk's account is ${mode}. Nothing is sent. Change the mode, or the port: paper is 4002, live 4001.`;
    this.account = account;
    return undefined;
  }

  /** Two questions without any word are enough: a socket can be half open for hours (T5). */
  #beat(misses: number): void {
    const { heartbeatMs } = this.#options.timings;
    const heard = this.#heard;
    this.send("question", (connection) => {
      this.#askedTimeAt = this.#options.clock.now();
      connection.ask((ib) => ib.reqCurrentTime());
    });
    this.#later(heartbeatMs, () => {
      const missed = this.#heard === heard ? misses + 1 : 0;
      if (missed >= MISSES_MAX) this.#connection?.destroy(`nothing was heard for ${(missed * heartbeatMs) / 1_000} s`);
      else this.#beat(missed);
    });
  }

  #learn(code: number, message: string, id: number): void {
    const { kind, says } = meaningOf(code);
    const words = `${code}: ${says}`;
    // With an order's number a code is the order's matter alone.
    if (id > 0 && id !== NO_ID) {
      this.#listener.onCode(code, message, id);
      return;
    }
    if (kind === "lost" && this.state === "up") {
      this.#turn("behind", `The gateway lost its connection to IBKR (${code}). It connects again by itself.`);
      this.#watch();
    }
    if ((kind === "restored" || kind === "restored-lost") && this.state === "behind") this.#turn("up", "");
    if (kind === "person") this.#refuse(`${capital(says)} (${code}). ${message}`);
    if (kind === "session") {
      this.#why = adviceOf(code, this.#options) ?? words;
      if (code === CLIENT_ID_IN_USE) this.#connection?.destroy(this.#why);
    }
    this.#listener.onCode(code, message, id);
  }

  #down(reason: string): void {
    this.#connection = undefined;
    this.#budget.clear();
    const why = this.#why || reason;
    for (const lost of [...this.#lost]) lost(why);
    this.#lost.clear();
    this.questions.failAll(why);
    this.#callOff();
    if (this.state === "refused" || !this.#isWanted) return;
    const wasSteady = (this.state === "up" || this.state === "behind") && this.#options.clock.now() - this.since >= STEADY_MS;
    this.#failures = wasSteady ? 0 : this.#failures + 1;
    this.#turn("disconnected", `${capital(why)}.`);
    this.#watch();
    this.#later(this.#backOff(), () => this.#attempt());
  }

  /** Doubles to a bound, somewhere between a half and all of it. */
  #backOff(): number {
    const { timings, chance } = this.#options;
    const full = Math.min(timings.backOffMaxMs, timings.backOffMs * 2 ** Math.min(this.#failures, 20));
    return full * (0.5 + chance() / 2);
  }

  #refuse(reason: string): void {
    this.#isWanted = false;
    this.#turn("refused", reason);
    this.#connection?.destroy(reason);
    this.#callOff();
  }

  /** Says once per outage that the gateway stays away (S0.8). */
  #watch(): void {
    const { alarmAfterMs } = this.#options.timings;
    this.#callOffAlarm ??= this.#options.clock.after(alarmAfterMs, () => {
      this.#callOffAlarm = undefined;
      if (!this.isUp)
        this.#listener.onNote(
          "error",
          `IBKR is not there for client ${this.clientId} since ${alarmAfterMs / 60_000} minutes. ${this.reason}`,
        );
    });
  }

  #turn(state: LineState, reason: string): void {
    const before = this.state;
    if (before === state && this.reason === reason) return;
    if (before !== state) this.since = this.#options.clock.now();
    if ((before === "up") !== (state === "up")) this.standsSince = this.since;
    this.state = state;
    this.reason = reason;
    if (state === "up") {
      this.#callOffAlarm?.();
      this.#callOffAlarm = undefined;
    }
    this.#listener.onTurn(before);
  }

  #later(ms: number, run: () => void): void {
    const callOff = this.#options.clock.after(ms, () => {
      this.#callOffs.delete(callOff);
      run();
    });
    this.#callOffs.add(callOff);
  }
  #callOff(): void {
    for (const callOff of this.#callOffs) callOff();
    this.#callOffs.clear();
  }
}

const MISSES_MAX = 2;
/** Completed orders of older gateways are misread by the library: it looks for the advisers' profile where there is none. */
const VERSION_MIN = 177;
/** A connection that lasted so long begins the next back-off anew. */
const STEADY_MS = 60_000;
/** The greatest number of 31 bits, which stands for none. */
export const NO_ID = 2_147_483_647;
const CLIENT_ID_IN_USE = 326;

/** Paper accounts begin with D: DU of a person, DF of an adviser. */
export const environmentOf = (account: string): "paper" | "live" => (/^D[A-Z]/.test(account) ? "paper" : "live");

/** An account for people and logs: its kind and its last three figures. */
export const masked = (account: string): string => `${/^[A-Z]*/.exec(account)?.[0] ?? ""}…${account.slice(-3)}`;

function adviceOf(code: number, { host, port, clientId }: LineOptions): string | undefined {
  if (code === 502)
    return `nothing answers at ${host}:${port}: start IB Gateway or TWS, log in, and switch on "Enable ActiveX and Socket Clients" with this port under Configure, Settings, API`;
  if (code === CLIENT_ID_IN_USE)
    return `client id ${clientId} is in use (326): another program, or a connection of this desk that the gateway has not given up yet. Close it, or change client_id`;
  return undefined;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
