import { type BarSeries, type Feed, type FeedQuote, type FeedStep, replayFeed, syntheticFeed } from "@bulkhead/market";
import { quantityOfUnits } from "@bulkhead/money";
import { expect, test } from "vitest";
import { accountOf, configOf, fillsIn, MINUTE, newFolder, openPaper, recordsIn, removeFolder, START } from "./paper.ts";

const CONFIG = configOf(`
[account]
starting_cash = "100000"
[[portfolio]]
id = "steady"
starting_cash = "50000"
symbols = ["CRUX"]
strategy = "buy-and-hold"
stop_loss_pct = "10%"
`);

/** Bars of CRUX, and the best prices ten seconds after each of the first closes. */
class QuotedFeed implements Feed {
  readonly name = "quoted";
  readonly #bars: Feed;
  readonly #quotes: { at: number; quote: FeedQuote }[];

  constructor(bars: Feed, quotes: readonly { at: number; quote: FeedQuote }[]) {
    this.#bars = bars;
    this.#quotes = [...quotes];
  }
  get instruments() {
    return this.#bars.instruments;
  }
  get series() {
    return this.#bars.series;
  }
  get nextAt(): number {
    return Math.min(this.#bars.nextAt, this.#quotes[0]?.at ?? Number.POSITIVE_INFINITY);
  }
  get state() {
    return this.#bars.state;
  }
  begin(at: number): void {
    this.#bars.begin(at);
  }
  listen(): void {}
  take(): FeedStep {
    const [first] = this.#quotes;
    if (first === undefined || this.#bars.nextAt <= first.at) return this.#bars.take();
    this.#quotes.shift();
    const none = new Uint16Array();
    return {
      at: first.at,
      closed: 0,
      markets: none,
      bars: new Uint32Array(),
      openings: 0,
      opened: none,
      quotes: [first.quote],
      quiet: [],
      late: false,
    };
  }
  close(): void {
    this.#bars.close();
  }
}

test("[DESK-16] where quotes come, what waits trades at the far side of them, and exits are reached by them", async () => {
  const folder = newFolder();
  const source = syntheticFeed({ seed: 9, from: START, historyDays: 0 });
  const index = source.instruments.findIndex(({ symbol }) => symbol === "CRUX");
  const { openAt, closeAt, open, high, low, close, volume, ...facts } = source.series[index] as BarSeries;
  const first = openAt.indexOf(START);
  // One bar, then nothing opens for an hour: only quotes can fill what it made people want.
  const cut = (column: Float64Array): Float64Array => column.slice(first, first + 1);
  const bar: BarSeries = {
    ...{ ...facts, length: 1, openAt: cut(openAt), closeAt: cut(closeAt) },
    ...{ open: cut(open), high: cut(high), low: cut(low), close: cut(close), volume: cut(volume) },
  };
  const price = bar.close[0] as number;
  const quote = (seconds: number, bid: number): { at: number; quote: FeedQuote } => ({
    at: START + MINUTE + seconds * 1_000,
    quote: { market: 0, bid, bidSize: quantityOfUnits(1_000), ask: bid + 2, askSize: quantityOfUnits(1_000) },
  });
  const facts1 = source.instruments.slice(index, index + 1);
  const feed = new QuotedFeed(replayFeed({ series: [bar], instruments: facts1 }), [
    quote(10, price),
    quote(20, Math.round(price * 0.95)),
    quote(30, Math.round(price * 0.85)),
  ]);
  const { desk, clock } = await openPaper({ folder, at: START - 1, config: CONFIG, feed });
  clock.advanceTo(START + 2 * MINUTE);
  expect(accountOf(desk).host.exits).toEqual({ expected: 0, armed: 0 });
  await desk.stop();
  const fills = fillsIn(recordsIn(folder).records).map((fill) => fill.split(" ").filter((_, i) => i === 0 || i === 1 || i === 5));
  expect(fills).toEqual([
    [String(1 + 10 / 60), "buy", String(price + 2)],
    [String(1 + 30 / 60), "sell", String(Math.round(price * 0.85))],
  ]);
  removeFolder(folder);
});
