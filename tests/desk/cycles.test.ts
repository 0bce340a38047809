import { writeFileSync } from "node:fs";
import { syntheticFeed } from "@bulkhead/market";
import { serve } from "@bulkhead/server";
import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR, MINUTE, newFolder, removeFolder, START } from "./paper.ts";
import { VirtualClock } from "./virtual-clock.ts";

const CONFIG = `
[account]
starting_cash = "150000"
[[portfolio]]
id = "broken"
starting_cash = "50000"
symbols = ["DUSKUSD"]
strategy = "./broken.ts"
[[portfolio]]
id = "sound"
starting_cash = "50000"
symbols = ["DUSKUSD", "ACME"]
strategy = "sma-cross"
params = { fast = 2, slow = 5 }
[[portfolio]]
id = "hands"
starting_cash = "50000"
`;
const BROKEN =
  'export default { [Symbol.for("bulkhead.strategy")]: true, name: "broken", params: {}, onBar() { throw new Error("no idea"); } };\n';

let folder: string;
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

type Cycle = Readonly<{
  at: string;
  instruments: readonly string[];
  bars: number;
  portfolios_asked: number;
  evaluations: number;
  orders: number;
  faults: number;
  decided_ms: number;
  duration_ms: number;
  portfolios: readonly Readonly<{ portfolio_id: string; evaluations: number; orders: number; faults: number }>[];
}>;

test("[SURF-6, SURF-7] S0.5, S0.7, S0.33, S1.55, S1.72, S1.74: a cycle asks once for data and every portfolio in order; one that fails stops no other", async () => {
  writeFileSync(`${folder}/broken.ts`, BROKEN);
  writeFileSync(`${folder}/bulkhead.toml`, CONFIG);
  const clock = new VirtualClock(START);
  const feed = syntheticFeed({ seed: 7, from: START });
  let steps = 0;
  const counted = new Proxy(feed, {
    get: (target, name) => {
      if (name === "take") steps += 1;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const serving = await serve({ data: `${folder}/data`, environment: {}, workingFolder: folder, clock, feed: counted, port: 0 });
  const ask = async (query: string): Promise<readonly Cycle[]> => {
    const response = await fetch(`${serving.url}/api/cycles?${query}`);
    return ((await response.json()) as { data: readonly Cycle[] }).data;
  };
  try {
    clock.advance(HOUR);
    const cycles = (await ask("portfolio_id=*&limit=500")).toReversed();
    expect(cycles).toHaveLength(60);
    expect(cycles.map(({ at }) => Date.parse(at))).toEqual(Array.from({ length: 60 }, (_, i) => START + (i + 1) * MINUTE));
    // One look at the feed an instant, whoever wants to know: what opens then comes with what closes.
    expect(steps).toBeLessThanOrEqual(61);
    const [first, second, third, fourth] = cycles;
    for (const cycle of [first, second, third]) {
      expect(cycle?.portfolios.map((part) => [part.portfolio_id, part.evaluations, part.faults])).toEqual([
        ["broken", 1, 1],
        ["sound", 2, 0],
      ]);
    }
    expect(fourth?.portfolios.map(({ portfolio_id: id }) => id)).toEqual(["sound"]);
    expect(cycles.every(({ instruments, bars, evaluations }) => instruments.length === bars && evaluations >= 2)).toBe(true);
    expect(cycles.every(({ decided_ms: decided, duration_ms: ms }) => decided > 0 && decided <= ms)).toBe(true);
    const orders = cycles.reduce((sum, cycle) => sum + cycle.orders, 0);
    expect(orders).toBeGreaterThan(5);
    const sound = await ask("portfolio_id=sound&limit=500");
    expect(sound.reduce((sum, cycle) => sum + cycle.orders, 0)).toBe(orders);
    expect(sound.every((cycle) => cycle.faults === 0 && cycle.portfolios.length === 1)).toBe(true);
    const listed = await fetch(`${serving.url}/api/order-history?portfolio_id=sound&limit=500`);
    expect(
      ((await listed.json()) as { data: readonly { origin: string }[] }).data.filter(({ origin }) => origin === "strategy"),
    ).toHaveLength(orders);
    expect(await ask("portfolio_id=hands")).toEqual([]);
  } finally {
    await serving.stop();
  }
});
