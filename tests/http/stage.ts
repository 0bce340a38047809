import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Alarms, EdgeStore, type Listening, type ListenOptions, listen, openHistory, RATES } from "@bulkhead/server";
import { Projections } from "@bulkhead/store";
import { onTestFinished } from "vitest";
import { StillDesk } from "../kit/still-desk.ts";

/** Budgets that no test meets by accident. */
const FREE_RATES = Object.fromEntries(Object.keys(RATES).map((name) => [name, { perSecond: 1e6, burst: 1e6 }])) as typeof RATES;

type Asked = Readonly<{
  method?: string;
  body?: unknown;
  headers?: Readonly<Record<string, string>>;
  /** Idempotency-Key; a fresh one for writes unless given, none where null. */
  key?: string | null;
}>;
export type Answer = Readonly<{ status: number; body: unknown; text: string; headers: Headers }>;

/** What stands at a path of an answer: "data.0.equity". Undefined where nothing does. */
export function at(answer: Readonly<{ body: unknown }>, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) => (value === null || typeof value !== "object" ? undefined : (value as Record<string, unknown>)[name]),
      answer.body,
    );
}
/** The rows of a list. */
export const rows = (answer: Readonly<{ body: unknown }>): readonly Readonly<Record<string, unknown>>[] =>
  at(answer, "data") as readonly Readonly<Record<string, unknown>>[];

/** A desk behind a real port of the loopback, with its tables, and verbs of HTTP. */
export class Stage {
  readonly desk: StillDesk;
  readonly listening: Listening;
  readonly store: EdgeStore;
  readonly projections: Projections;
  readonly alarms: Alarms;
  #keys = 0;

  private constructor(desk: StillDesk, listening: Listening, store: EdgeStore, projections: Projections, alarms: Alarms) {
    this.alarms = alarms;
    this.desk = desk;
    this.listening = listening;
    this.store = store;
    this.projections = projections;
  }

  /** Two portfolios of 10,000 USD with LONG@X marked at 10, unless told. Everything ends with the test. */
  static async open(
    options: Readonly<{ set?: (desk: StillDesk) => void; listen?: Partial<ListenOptions>; now?: () => number }> = {},
  ): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-http-"));
    const desk = new StillDesk({}, options.now);
    desk.account.with((books) => {
      books.portfolio("alpha", "10000");
      books.portfolio("beta", "10000");
    });
    options.set?.(desk);
    desk.account.with((books) => books.run(books.markAsk({ "LONG@X": "10", "SPY@X": "400" }, { EUR: "1.1" })));
    const store = new EdgeStore(":memory:");
    const projections = new Projections(join(folder, "tables"));
    projections.apply(desk.account.records);
    desk.account.onDurable((records) => projections.apply(records));
    const history = openHistory(projections);
    const { account } = desk;
    const watched = {
      id: account.id,
      state: account.state,
      get alarms() {
        return account.alarms;
      },
      get durableSeq() {
        return account.durableSeq;
      },
      onDurable: (listener: Parameters<typeof account.onDurable>[0]) => account.onDurable(listener),
      read: (fromSeq: number) => account.records.slice(fromSeq - 1),
    };
    const alarms = new Alarms({
      path: ":memory:",
      config: { minSeverity: "warning", repeatEveryMs: 3_600_000 },
      channel: undefined,
      accounts: [watched],
      look: () => [],
      deskNow: () => account.state.at,
    });
    alarms.start();
    const listening = await listen(desk, {
      alarms: { alarms, heartbeat: undefined },
      port: 0,
      store,
      rates: FREE_RATES,
      history: () => history,
      records: () => (fromSeq) => desk.account.records.slice(fromSeq - 1),
      ...(options.now === undefined ? {} : { now: options.now }),
      ...options.listen,
    });
    onTestFinished(async () => {
      await listening.close();
      await alarms.close();
      history.close();
      store.close();
      rmSync(folder, { recursive: true, force: true });
    });
    return new Stage(desk, listening, store, projections, alarms);
  }

  get account() {
    return this.desk.account;
  }

  get seq(): number {
    return this.account.state.seq;
  }

  async ask(path: string, { method = "GET", body, headers = {}, key }: Asked = {}): Promise<Answer> {
    const isWrite = method !== "GET";
    this.#keys += isWrite ? 1 : 0;
    const idempotency = key === undefined && isWrite ? `key-${this.#keys}` : key;
    const response = await fetch(`${this.listening.url}${path}`, {
      method,
      redirect: "manual",
      headers: {
        ...(isWrite ? { "X-Bulkhead-Client": "test", "Content-Type": "application/json" } : {}),
        ...(typeof idempotency === "string" ? { "Idempotency-Key": idempotency } : {}),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /\/(?:problem\+)?json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, body: isJson && text !== "" ? JSON.parse(text) : null, text, headers: response.headers };
  }

  post(path: string, body: unknown = {}, more: Asked = {}): Promise<Answer> {
    return this.ask(path, { method: "POST", body, ...more });
  }

  /** A key's secret. */
  async key(
    actions: readonly string[],
    portfolios: "*" | readonly string[] = "*",
    more: object = {},
  ): Promise<Readonly<{ id: string; headers: Readonly<Record<string, string>> }>> {
    const made = await this.post("/api/keys", { name: "test", portfolios, actions, ...more });
    if (made.status !== 201) throw new Error(made.text);
    return { id: String(at(made, "data.key_id")), headers: { Authorization: `Bearer ${at(made, "data.secret")}` } };
  }
}
