import type { InstrumentId } from "@bulkhead/core";
import { emptyStep, type Feed, type FeedState, type FeedStep, GrowingSeries, type InstrumentFacts } from "@bulkhead/market";
import { expect, onTestFinished, test } from "vitest";
import { accountOf, configOf, decideAgain, MINUTE, newFolder, openPaper, recordsIn, removeFolder, START } from "./paper.ts";

const ID = "WAVE@SIM" as InstrumentId;
const FACTS = {
  ...{ id: ID, symbol: "WAVE", venue: "SIM", kind: "share", base: ID, quote: "USD", priceScale: 2 },
  ...{ tickSize: "0.01", sizeIncrement: "1", calendar: "24/7" },
} as InstrumentFacts;

/** Minutes of one instrument, each known at its close, but for a stretch that is known at its end all at once. */
class LateFeed implements Feed {
  readonly name = "late";
  readonly instruments = [FACTS];
  readonly series: readonly GrowingSeries[];
  state: FeedState = {
    ...{ connection: "connected", since: 0, reason: null, lastMessageAt: null },
    ...{ reconnects: 0, lagMs: null, bars: 0, dropped: 0, invalid: 0, skewMs: null },
  };
  readonly #step = emptyStep();
  readonly #gap: readonly [number, number];
  #next = 0;

  constructor(gap: readonly [number, number]) {
    this.#gap = gap;
    const source = { format: "live", path: "", zone: "UTC", adjustment: "raw", session: "regular" } as const;
    this.series = [new GrowingSeries({ instrument: ID, resolution: "1m", priceScale: 2, volumeScale: 0, source })];
  }
  get nextAt(): number {
    const [from, to] = this.#gap;
    return START + (this.#next >= from && this.#next < to ? to : this.#next + 1) * MINUTE;
  }
  begin(): void {}
  listen(): void {}
  close(): void {}
  take(): FeedStep {
    const step = this.#step;
    const n = this.#next;
    step.at = this.nextAt;
    const [open, close] = [n, n + 1].map((each) => Math.round(10_000 + 500 * Math.sin(each / 2))) as [number, number];
    const times = { openAt: START + n * MINUTE, closeAt: START + (n + 1) * MINUTE };
    this.series[0]?.end({ ...times, open, high: Math.max(open, close), low: Math.min(open, close), close, volume: 1_000 });
    this.#next += 1;
    [step.closed, step.openings] = [1, 1];
    step.markets[0] = 0;
    step.bars[0] = n;
    return step;
  }
}

const CONFIG = configOf(`
[account]
starting_cash = "20000"
[[portfolio]]
id = "rider"
starting_cash = "20000"
strategy = "sma-cross"
params = { fast = 2, slow = 3 }
`);

test("[FEED-15] I21: bars that are told too late are known and not decided on; what comes in time again is", async () => {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  const { desk, clock } = await openPaper({ folder, at: START - 1, config: CONFIG, feed: new LateFeed([40, 80]) });
  clock.advanceTo(START + 120 * MINUTE);
  expect(accountOf(desk).host.counters.bars).toBe(120);
  await desk.stop();
  const { records, digest, id } = recordsIn(folder);
  const asked = records.filter(({ command }) => command.type === "PlaceOrder").map(({ command }) => (command.at - START) / MINUTE);
  expect(asked.filter((minute) => minute < 40).length).toBeGreaterThan(3);
  expect(asked.filter((minute) => minute > 80).length).toBeGreaterThan(3);
  // Of the forty bars that came at minute 80 the last three and a half are no older than data may be.
  expect(asked.filter((minute) => minute >= 40 && minute <= 80).length).toBeLessThanOrEqual(1);
  const modes = records.flatMap(({ command }) => (command.type === "SetMode" ? [`${command.mode} ${(command.at - START) / MINUTE}`] : []));
  expect(modes.map((mode) => mode.split(".")[0])).toEqual(["reduce_only 43", "ready 80"]);
  expect(decideAgain(records, id).digest).toBe(digest);
});
