import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Why } from "@bulkhead/contract";
import { EdgeStore, listen } from "@bulkhead/server";
import { expect, onTestFinished, test } from "vitest";
import { bulkhead } from "../cli/command.ts";
import { configOf, MINUTE, newFolder, openPaper, removeFolder } from "../desk/paper.ts";
import { PATIENT } from "./threads.ts";

const FILE = `
import { enter, p, size, strategy, ta } from "bulkhead";
export default strategy({
  name: "above",
  params: { length: p.int(5, { min: 2, max: 50, help: "bars of the average" }), level: p.number(1_000_000) },
  indicators: ({ length }) => ({ mean: ta.sma(length) }),
  onBar: ({ ind, params }) => (ind.mean.value > params.level ? enter.long({ size: size.units(1), why: "above" }) : undefined),
});
`;
const CONFIG = configOf(`
[account]
starting_cash = "150000"
[[portfolio]]
id = "mine"
starting_cash = "50000"
symbols = ["ACME"]
strategy = "./above.ts"
[[portfolio]]
id = "plain"
starting_cash = "50000"
symbols = ["ACME", "BOLT"]
strategy = "sma-cross"
[[portfolio]]
id = "kept"
starting_cash = "30000"
strategy = "buy-and-hold"
[[portfolio]]
id = "cold"
starting_cash = "10000"
symbols = ["ACME"]
strategy = "sma-cross"
params = { slow = 9000 }
`);

async function served() {
  const [folder, files] = [newFolder(), newFolder()];
  writeFileSync(join(files, "above.ts"), FILE);
  const { desk, clock } = await openPaper({ folder, config: CONFIG, folders: { file: files, working: files }, threads: PATIENT });
  const store = new EdgeStore(":memory:");
  const listening = await listen(desk, { port: 0, store, strategies: (account) => desk.accounts.get(account)?.strategies });
  onTestFinished(async () => {
    await listening.close();
    await desk.stop();
    store.close();
    removeFolder(folder);
    removeFolder(files);
  });
  const data = async (path: string): Promise<unknown> =>
    ((await (await fetch(`${listening.url}${path}`)).json()) as { data: unknown }).data;
  const why = async (query: string): Promise<Why> => (await data(`/api/why?${query}`)) as Why;
  const tell = async (line: string): Promise<string> =>
    (await bulkhead(line.split(" "), { environment: { BULKHEAD_URL: listening.url } })).out;
  return { clock, data, why, tell };
}

test("[HTTP-74] why says what a strategy sees at a closed bar, and what alone would have been enough: in a thread as in the desk", async () => {
  const { clock, data, why, tell } = await served();
  clock.advance(2 * MINUTE);
  const cold = (await why("portfolio_id=cold")).decides;
  expect(cold).toMatchObject({ strategy: "sma-cross", by: "bars", asked: true, schedule_due_at: null, bars_ago: 0 });
  expect(cold?.conditions).toMatchObject([{ instrument: "ACME@DEMO", warm_up_left: expect.any(Number), looks: [], wished: null }]);
  expect(cold?.conditions[0]?.warm_up_left).toBeGreaterThan(0);
  clock.advance(60 * MINUTE);

  for (const barsAgo of [0, 3]) {
    const { decides } = await why(`portfolio_id=mine&instrument=ACME&bars_ago=${barsAgo}`);
    const [condition] = decides?.conditions ?? [];
    expect(condition).toMatchObject({ instrument: "ACME@DEMO", warm_up_left: 0, wished: null });
    expect(condition?.looks).toMatchObject([{ line: "mean", question: "value", value: expect.any(Number), met: null }]);
    // A million is further than four times what it moves over: nothing is enough.
    expect(condition?.nearest).toEqual([]);
  }
  const [now, before] = await Promise.all([0, 1].map((ago) => why(`portfolio_id=mine&instrument=ACME&bars_ago=${ago}`)));
  const at = (each: Why | undefined): number => Date.parse(each?.decides?.conditions[0]?.bar_at ?? "");
  expect(at(now) - at(before)).toBe(MINUTE);

  const plain = await why("portfolio_id=plain");
  expect(plain.decides?.conditions.map(({ instrument, nearest }) => [instrument, nearest])).toEqual([
    ["ACME@DEMO", []],
    ["BOLT@DEMO", []],
  ]);
  const searched = (await why("portfolio_id=plain&instrument=ACME")).decides?.conditions[0];
  if (searched?.wished === null) expect(searched.nearest.length).toBeGreaterThan(0);
  expect(searched?.looks[0]).toMatchObject({ line: "fast", question: "crossed_above", other: "slow", met: expect.any(Boolean) });
  expect((await why("portfolio_id=kept")).decides).toMatchObject({ by: "schedule", conditions: [], schedule_due_at: expect.any(String) });

  expect(await tell("why mine ACME")).toMatch(/above decides\.\nACME@DEMO, bar of .* UTC: it wants nothing\n {2}mean is [\d.]+\n/);
  if (searched?.wished === null)
    expect(await tell("why plain ACME")).toMatch(/ {2}not met: fast \([\d.]+\) crosses above slow.*enough alone: (fast|slow) at/s);

  expect(await data("/api/strategies?portfolio_id=mine")).toMatchObject([
    {
      params_schema: {
        properties: { length: { type: "integer", minimum: 2, maximum: 50, default: 5, description: "bars of the average" } },
      },
    },
  ]);
});
