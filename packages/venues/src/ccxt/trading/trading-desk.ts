import { setTimeout as sleep } from "node:timers/promises";
import { Impossible } from "../exchange.ts";
import { type Lane, TooLate } from "./budget.ts";
import { profileOf } from "./exchanges.ts";
import type { Failure, FromTradingWorker, Question, TradingSetup } from "./messages.ts";
import { redactor } from "./redacted.ts";
import { at, isRecord, orderText, tradeText } from "./texts.ts";
import { Trader } from "./trader.ts";
import { type Call, calls } from "./wire.ts";

/** How often the desk is told that the exchange was heard. */
const HEARD_EVERY_MS = 500;
/** Before a stream that ended is listened to again; doubled each time, up to the longest. */
const LISTEN_AGAIN_MS = 1_000;
const LISTEN_AGAIN_MAX_MS = 30_000;

/** The worker's side of the conversation: one question, one answer; what streams say in between. No text leaves it with a secret in it. */
export class TradingDesk {
  readonly #setup: TradingSetup;
  readonly #post: (message: FromTradingWorker) => void;
  readonly #redact: (text: string) => string;
  #trader: Promise<Trader> | undefined;
  #heardAt = 0;
  #isListening = false;
  #isClosed = false;

  constructor(setup: TradingSetup, post: (message: FromTradingWorker) => void) {
    this.#setup = setup;
    this.#post = post;
    this.#redact = redactor(setup.keys);
  }

  async ask(id: number, question: Question): Promise<void> {
    const notAfter = "notAfter" in question ? question.notAfter : Number.POSITIVE_INFINITY;
    const call: Call = { lane: laneOf(question), notAfter, mayHaveLeft: false, status: null, body: undefined };
    try {
      const answer = await calls.run(call, async () => (await this.#open()).answer(question));
      this.#post({ type: "answer", id, answer });
      if (question.ask === "listen") void this.#listen();
    } catch (error) {
      this.#post({ type: "failed", id, failure: this.#failureOf(error, call) });
    }
  }

  /** A failure that nobody waits for: streams say it themselves. */
  onUnhandled(error: unknown): void {
    if (!this.#isClosed) this.#post({ type: "streamLost", reason: this.#words(error) });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const trader = await this.#trader?.catch(() => undefined);
    await Promise.race([trader?.close().catch(() => {}), sleep(1_000)]);
  }

  #open(): Promise<Trader> {
    this.#trader ??= Trader.open(this.#setup, {
      onHeard: () => this.#hear(),
      onSilence: (ms, reason) => this.#post({ type: "silence", ms, reason }),
    });
    return this.#trader;
  }

  /** Each stream by itself, for ever; one that ends is said to have ended, so that what it missed is asked for. */
  async #listen(): Promise<void> {
    const trader = await this.#open();
    if (this.#isListening) return;
    this.#isListening = true;
    for (const params of trader.watched) {
      if (trader.streams("watchOrders")) void this.#follow(trader, "watchOrders", params);
      if (trader.streams("watchMyTrades")) void this.#follow(trader, "watchMyTrades", params);
    }
  }

  async #follow(trader: Trader, method: "watchOrders" | "watchMyTrades", params: object): Promise<void> {
    for (let waitMs = LISTEN_AGAIN_MS; !this.#isClosed; ) {
      try {
        const rows = await trader.watch(method, params);
        waitMs = LISTEN_AGAIN_MS;
        this.#hear();
        if (method === "watchOrders") this.#tellOrders(rows);
        else this.#tellTrades(rows, trader.profile.trades.clientId);
      } catch (error) {
        if (this.#isClosed) return;
        this.#post({ type: "streamLost", reason: this.#words(error) });
        // Not all at the same moment, where many were cut at once.
        await sleep(waitMs * (0.5 + Math.random() / 2));
        waitMs = Math.min(2 * waitMs, LISTEN_AGAIN_MAX_MS);
      }
    }
  }

  #tellOrders(rows: readonly unknown[]): void {
    const orders = rows.flatMap((row) => orderText(row) ?? []).slice(0, 5_000);
    if (orders.length > 0) this.#post({ type: "orders", orders });
  }

  #tellTrades(rows: readonly unknown[], clientIdAt: string | null): void {
    const trades = rows.flatMap((row) => tradeText(row, clientIdAt) ?? []).slice(0, 5_000);
    if (trades.length > 0) this.#post({ type: "trades", trades });
  }

  #hear(): void {
    const now = Date.now();
    if (now - this.#heardAt < HEARD_EVERY_MS) return;
    this.#heardAt = now;
    this.#post({ type: "heard", at: now });
  }

  #failureOf(error: unknown, call: Call): Failure {
    const name = error instanceof Impossible ? "Impossible" : error instanceof Error ? error.constructor.name : "Error";
    // What waited for its turn until it was too late never left, whatever a question before it did.
    const mayHaveLeft = call.mayHaveLeft && !(error instanceof TooLate);
    const { errorAt } = profileOf(this.#setup.exchange);
    const code = errorAt
      .map((path) => at(call.body, path))
      .find((value) => (typeof value === "string" && value !== "") || typeof value === "number");
    const isAnswer = isRecord(call.body);
    return {
      name: name.slice(0, 60),
      mayHaveLeft,
      status: call.status,
      code: code === undefined || !isAnswer ? null : this.#redact(String(code)).slice(0, 120),
      words: this.#words(error),
    };
  }

  #words(error: unknown): string {
    const text = this.#redact(error instanceof Error ? error.message : String(error));
    const kind = error instanceof Error ? error.constructor.name : "Error";
    return ["Error", "Impossible", "Partial", "Unreadable", "TooLate", "WrongAddress"].includes(kind) ? text : `${kind}: ${text}`;
  }
}

const laneOf = ({ ask }: Question): Lane => (ask === "cancel" ? "cancel" : ask === "submit" || ask === "replace" ? "order" : "question");
