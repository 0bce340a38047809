import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ALARM_MESSAGE, LIVE_TYPES, LOG_LINE, MESSAGE_TYPES } from "@bulkhead/contract";
import { priceOfUnits } from "@bulkhead/money";
import type { ListenOptions, Quote } from "@bulkhead/server";
import { type LogLevel, Logs } from "@bulkhead/store";
import { describe, expect, onTestFinished, test } from "vitest";
import { Client } from "./socket-client.ts";
import { Stage } from "./stage.ts";

/** A stage with a log. */
async function logged(
  more: Parameters<typeof Stage.open>[0] = {},
): Promise<Readonly<{ stage: Stage; say: (portfolioId: string, message: string, level?: LogLevel) => void }>> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-stream-"));
  const logs = new Logs(join(folder, "logs.sqlite"));
  const stage = await Stage.open({ ...more, listen: { ...more.listen, logs: () => logs } });
  onTestFinished(() => {
    logs.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const say = (portfolioId: string, message: string, level: LogLevel = "info"): void => {
    logs.append([{ seq: 1, at: 1_800_000_000_000, level, source: "host", portfolioId, runId: "run-1", message, fields: "{}" }]);
  };
  return { stage, say };
}
const lines = (client: Client): readonly unknown[] => client.of("log_line").map(({ data }) => data?.["message"]);

type Quoted = Readonly<{
  stage: Stage;
  quote: (instrument: string, cents: number) => void;
  /** Until a client of the log has been told everything as of now, prices too: its lines come last. */
  looked: (client: Client) => Promise<unknown>;
}>;

/** A stage whose quotes are said by the test. */
async function quoted(): Promise<Quoted> {
  const quotes = new Map<string, Quote>();
  const quoteOf: ListenOptions["quoteOf"] = (_account, instrument) => quotes.get(instrument) ?? null;
  let skippedMs = 0;
  const { stage, say } = await logged({ now: () => Date.now() + skippedMs, listen: { quoteOf } });
  let at = stage.account.state.at;
  const quote = (instrument: string, cents: number): void => {
    at = (at + 1) as typeof at;
    quotes.set(instrument, { price: priceOfUnits(cents), at });
  };
  const looked = (client: Client): Promise<unknown> => {
    skippedMs += 1_000; // Prices are due.
    say("alpha", `look ${skippedMs}`);
    return client.until(() => lines(client).includes(`look ${skippedMs}`));
  };
  return { stage, quote, looked };
}

type Figures = Readonly<{
  equity: string;
  unrealized_pnl: string;
  open_positions: number;
  positions: readonly Readonly<{ instrument: string; mark: string; unrealized_pnl: string; portfolio_id: string }>[];
  closed: readonly string[];
}>;
const figures = (client: Client, id: string): readonly Figures[] =>
  client.of("figures_update").flatMap(({ portfolio_id, data }) => (portfolio_id === id ? [data as unknown as Figures] : []));

describe("figures", () => {
  test("[SURF-13] S3.12: all of them first, then what changed at the desk's prices, and nothing while nothing does", async () => {
    const { stage, quote, looked } = await quoted();
    stage.account.with((books) => {
      books.trade("alpha", "LONG@X", "buy 50 @ 10");
      books.trade("alpha", "SPY@X", "buy 2 @ 400");
    });
    const [client, plain] = [await Client.open(stage), await Client.open(stage)];
    await client.subscribe(["alpha"], { figures: true, logs: {} });
    await plain.subscribe(["alpha"], { logs: {} });
    await client.until(() => figures(client, "alpha").length === 1);
    expect(client.messages.map(({ type }) => type)).toEqual(["snapshot", "subscribed", "figures_update"]);
    expect(figures(client, "alpha")[0]).toMatchObject({ equity: "10000", open_positions: 2, closed: [] });
    expect(figures(client, "alpha")[0]?.positions.map(({ instrument }) => instrument)).toEqual(["LONG@X", "SPY@X"]);
    quote("LONG@X", 1_100);
    await looked(client);
    expect(figures(client, "alpha")).toHaveLength(2);
    const second = figures(client, "alpha")[1];
    expect(second).toMatchObject({ equity: "10050", unrealized_pnl: "50", closed: [] });
    expect(second?.positions).toMatchObject([{ instrument: "LONG@X", mark: "11", unrealized_pnl: "50" }]);
    // The books still stand at the mark.
    await looked(plain);
    expect(plain.of("figures_update")).toEqual([]);
    const seq = stage.account.durableSeq;
    expect(client.of("figures_update").at(-1)?.seq).toBe(seq);
    for (let look = 0; look < 3; look++) await looked(client);
    expect(figures(client, "alpha")).toHaveLength(2);
    stage.account.with((books) => books.trade("alpha", "SPY@X", "sell 2 @ 400"));
    await client.until(() => figures(client, "alpha").length === 3);
    expect(figures(client, "alpha")[2]).toMatchObject({ closed: ["SPY@X"], positions: [], open_positions: 1 });
    await client.subscribe(["alpha"], { figures: false });
    quote("LONG@X", 1_200);
    await looked(client);
    expect(figures(client, "alpha")).toHaveLength(3);
  });

  test("[SURF-13, SEC-6] never of a state that is not durable, nor of a portfolio that may not be seen", async () => {
    const { stage, looked } = await quoted();
    const { headers } = await stage.key(["read"], ["alpha"]);
    const [all, one] = [await Client.open(stage), await Client.open(stage, headers)];
    await all.subscribe(["*"], { figures: true, logs: {} });
    await one.subscribe(["*"], { figures: true });
    await all.until(() => figures(all, "beta").length === 1);
    await one.until(() => figures(one, "alpha").length === 1);
    stage.account.hold();
    stage.account.with((books) => books.run(books.transfer("beta", "alpha", "7 USD")));
    await looked(all);
    expect(figures(all, "alpha")).toHaveLength(1);
    stage.account.release();
    await all.until(() => figures(all, "alpha").length === 2);
    expect(figures(all, "alpha")[1]?.equity).toBe("10007");
    await one.until(() => figures(one, "alpha").length === 2);
    expect(JSON.stringify(one.messages)).not.toMatch(/beta|unattributed/);
  });
});

test("[SURF-14] quotes: every instrument first, then each that changes", async () => {
  const { stage, quote } = await quoted();
  quote("LONG@X", 1_000);
  quote("SPY@X", 40_000);
  const client = await Client.open(stage);
  await client.subscribe(["alpha"], { quotes: true });
  const said = (): readonly unknown[] =>
    client.of("quote_update").map(({ data }) => `${data?.["symbol"]} ${data?.["price"]} ${data?.["currency"]}`);
  await client.until(() => said().length === 2);
  expect(said().toSorted()).toEqual(["LONG 10 USD", "SPY 400 USD"]);
  quote("LONG@X", 1_005);
  await client.until(() => said().length === 3);
  expect(said()[2]).toBe("LONG 10.05 USD");
  expect(client.of("quote_update").every(({ portfolio_id: id, seq }) => id === "*" && seq === stage.account.durableSeq)).toBe(true);
});

describe("the log", () => {
  test("[SURF-12] S3.7: the next lines of one's portfolios, or from behind a line; none twice, none left out", async () => {
    const { stage, say } = await logged();
    for (let i = 0; i < 3; i++) say("alpha", `old ${i}`);
    const [alpha, all] = [await Client.open(stage), await Client.open(stage)];
    await alpha.subscribe(["alpha"], { logs: {} });
    expect(alpha.of("subscribed")[0]?.log_id).toBe(3);
    await all.subscribe(["*"], { logs: { level: "warn" } });
    for (let i = 0; i < 1_200; i++) say(["alpha", "beta", "*"][i % 3] as string, `line ${i}`, i % 100 === 0 ? "warn" : "info");
    await alpha.until(() => lines(alpha).includes("line 1197"));
    expect(lines(alpha)).toEqual(Array.from({ length: 400 }, (_, i) => `line ${3 * i}`));
    await all.until(() => lines(all).includes("line 1100"));
    expect(lines(all)).toEqual(Array.from({ length: 12 }, (_, i) => `line ${100 * i}`));
    const seen = Number(alpha.of("log_line")[99]?.data?.["log_id"]);
    alpha.socket.terminate();
    say("alpha", "later");
    const again = await Client.open(stage);
    await again.subscribe(["alpha"], { logs: { after: seen } });
    await again.until(() => lines(again).includes("later"));
    expect(lines(again)).toEqual([...Array.from({ length: 300 }, (_, i) => `line ${3 * (i + 100)}`), "later"]);
    await again.subscribe(["alpha"], { logs: false });
    await all.subscribe(["*"], { logs: {} });
    say("alpha", "unheard");
    // Everybody is told in the same turn.
    await all.until(() => lines(all).includes("unheard"));
    await again.heard();
    expect(lines(again).includes("unheard")).toBe(false);
  });

  test("[SURF-12, SEC-6] a key hears of its portfolios, and nothing about everybody", async () => {
    const { stage, say } = await logged();
    const { headers } = await stage.key(["read"], ["alpha"]);
    const client = await Client.open(stage, headers);
    await client.subscribe(["*"], { logs: {} });
    for (const id of ["beta", "*", "alpha"]) say(id, `of ${id}`);
    await client.until(() => lines(client).length > 0);
    expect(lines(client)).toEqual(["of alpha"]);
  });

  test("[SURF-12] a client that does not read for a while gets every line once", async () => {
    const { stage, say } = await logged();
    const client = await Client.open(stage);
    await client.subscribe(["alpha"], { logs: {} });
    client.socket.pause();
    for (let round = 0; round < 40; round++) {
      for (let i = 0; i < 100; i++) say("alpha", `${100 * round + i} ${"x".repeat(1_500)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    client.socket.resume();
    await client.until(() => lines(client).length >= 4_000);
    expect(lines(client).map((line) => Number(String(line).split(" ")[0]))).toEqual(Array.from({ length: 4_000 }, (_, i) => i));
  });
});

test("[SURF-21] every type of message is documented", () => {
  const text = readFileSync(new URL("../../docs/api.md", import.meta.url), "utf8");
  const types = [...MESSAGE_TYPES, ...LIVE_TYPES, LOG_LINE, ALARM_MESSAGE, "snapshot"];
  expect(types.filter((type) => !text.includes(`\`${type}\``))).toEqual([]);
});
