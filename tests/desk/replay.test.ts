import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startDesk } from "@bulkhead/server";
import { expect, onTestFinished, test } from "vitest";
import { soon } from "../kit/soon.ts";
import { accountOf, decideAgain, newFolder, ordersIn, recordsIn, removeFolder } from "./paper.ts";

const MINUTE = 60_000;
const START = Date.UTC(2026, 2, 2, 10);

/** Two hours of minutes that go up and down. */
const rows = Array.from({ length: 120 }, (_, i) => {
  const [open, close] = [i, i + 1].map((each) => (100 + 5 * Math.sin(each / 4)).toFixed(2));
  const [low, high] = [Number(open), Number(close)].sort((a, b) => a - b);
  return `${new Date(START + i * MINUTE).toISOString()},${open},${high?.toFixed(2)},${low?.toFixed(2)},${close},1000`;
});

const CONFIG = `
[account]
starting_cash = "10000"
[feed]
source = "replay"
speed = 1000
[[feed.data]]
format = "csv"
path = "wave.csv"
symbol = "WAVE"
calendar = "24/7"
[[portfolio]]
id = "rider"
starting_cash = "10000"
symbols = ["WAVE"]
strategy = "sma-cross"
params = { fast = 2, slow = 4 }
`;

test("[FEED-13] recorded prices are replayed as configured, and a desk that starts again goes on where its books end", async () => {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  writeFileSync(join(folder, "wave.csv"), `time,open,high,low,close,volume\n${rows.join("\n")}\n`);
  const config = join(folder, "bulkhead.toml");
  writeFileSync(config, CONFIG);
  const options = { data: join(folder, "data"), config, environment: {}, workingFolder: folder };

  const first = await startDesk(options);
  expect(first.market).toBe("Prices are recorded, replayed 1000 times as fast: WAVE.");
  const { desk } = first;
  expect(desk.clock.now()).toBeLessThan(START + 10 * MINUTE);
  await soon(() => expect(accountOf(desk).state.executions.size).toBeGreaterThan(2));
  await desk.stop();
  const until = accountOf(desk).state.at;
  expect(until).toBeLessThan(START + 120 * MINUTE);

  const { desk: again } = await startDesk(options);
  onTestFinished(() => again.stop());
  expect(again.clock.now()).toBeGreaterThanOrEqual(until);
  expect(again.feed.series[0]?.length).toBeGreaterThan(0); // What was there before is history.
  await soon(() => expect(again.readiness.ready).toBe(false));
  expect(again.readiness.reasons).toEqual(["market data: stale: nothing more comes from replay (it is over)"]);
  expect(again.feed.series[0]?.length).toBe(120);
  expect(again.untradable).toMatchObject([{ instrument: "WAVE@LOCAL", kind: "stale" }]);
  await again.stop();
  const { records, digest, id } = recordsIn(join(folder, "data"));
  const minutes = ordersIn(records).map((order) => Number(order.split(" ")[0]));
  expect(minutes).toEqual([...minutes].sort((a, b) => a - b));
  expect(decideAgain(records, id).digest).toBe(digest);
});

test("[FEED-13] prices that do not load are named with their rows, and nothing is opened", async () => {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  const config = join(folder, "bulkhead.toml");
  writeFileSync(config, CONFIG);
  const options = { data: join(folder, "data"), config, environment: {}, workingFolder: folder };
  await expect(startDesk(options)).rejects.toMatchObject({
    code: "DESK_PRICES_REFUSED",
    details: [expect.stringContaining("DATA_PATH_MISSING: The prices are not there")],
  });
  writeFileSync(join(folder, "wave.csv"), `time,open,high,low,close,volume\n${rows.join("\n").replace(/,1000$/, ",x")}\n`);
  await expect(startDesk(options)).rejects.toMatchObject({
    details: [expect.stringContaining("DATA_ROWS_DIRTY"), expect.stringContaining("wave.csv")],
  });
});
