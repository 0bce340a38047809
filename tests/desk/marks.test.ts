import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type BarSeries, type Feed, replayFeed, syntheticMarket } from "@bulkhead/market";
import { expect, onTestFinished, test } from "vitest";
import { MINUTE, newFolder, removeFolder } from "./paper.ts";
import { type Row, type ServedDesk, served } from "./served.ts";

/** New York is open. */
const OPEN = Date.UTC(2026, 2, 4, 15);

const portfolio = (id: string, symbol: string): string => `[[portfolio]]
id = "${id}"
starting_cash = "50000"
symbols = ["${symbol}"]
strategy = "buy-and-hold"
`;
const config = (markEvery: string): string => `
[account]
starting_cash = "200000"
${markEvery}
${portfolio("one", "ACME")}
${portfolio("two", "BOLT")}
[[portfolio]]
id = "idle"
starting_cash = "1000"
[[portfolio]]
id = "broken"
starting_cash = "1000"
symbols = ["CRUX"]
strategy = "./broken.ts"
`;
const BROKEN =
  'export default { [Symbol.for("bulkhead.strategy")]: true, name: "broken", params: {}, onBar() { throw new Error("no idea"); } };\n';
const open = async (markEvery: string, feed: Feed): Promise<ServedDesk> => {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  writeFileSync(join(folder, "broken.ts"), BROKEN);
  return await served(config(markEvery), { folder, at: OPEN, feed });
};

const market = (): Readonly<{ series: readonly BarSeries[]; instruments: Parameters<typeof replayFeed>[0]["instruments"] }> =>
  syntheticMarket({ seed: 7, from: "2026-03-04", days: 1, resolution: "1m" });

/** The market without the bars of one instrument, or of all, that open from an instant on. */
function silent(symbol: string | null, from: number): Feed {
  const { series, instruments } = market();
  return replayFeed({
    instruments,
    series: series.map((each) => {
      if (symbol !== null && !each.instrument.startsWith(`${symbol}@`)) return each;
      const length = each.openAt.findIndex((at) => at >= from);
      const cut = (column: Float64Array): Float64Array => column.slice(0, length);
      const { openAt, closeAt, open, high, low, close, volume } = each;
      const columns = { openAt: cut(openAt), closeAt: cut(closeAt), open: cut(open), high: cut(high), low: cut(low) };
      return { ...each, ...columns, close: cut(close), volume: cut(volume), length };
    }),
  });
}

const ALL = ["one", "two", "idle", "broken"];
const marksOf = async (desk: ServedDesk, id: string): Promise<readonly Row[]> =>
  (await desk.rows(`/api/equity-history?portfolio_id=${id}&limit=500`)).toReversed();
const minutes = (rows: readonly Row[]): readonly number[] => [
  ...new Set(rows.map((row) => (Date.parse(String(row["at"])) - OPEN) / MINUTE).filter((minute) => minute > 0)),
];

test("[CFG-80] S1.60: every portfolio is valued as often as the account says, every minute unless it does", async () => {
  const often = await open("", replayFeed(market()));
  const seldom = await open('mark_every = "5m"', replayFeed(market()));
  for (const desk of [often, seldom]) desk.clock.advance(20 * MINUTE);
  for (const id of ALL) {
    expect(minutes(await marksOf(often, id))).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(minutes(await marksOf(seldom, id))).toEqual([5, 10, 15, 20]);
  }
});

test("[MARK-1] S1.42 S1.63: a mark values positions, portfolio and account at one instant's prices, and is kept as a snapshot", async () => {
  const desk = await open('mark_every = "5m"', replayFeed(market()));
  desk.clock.advance(10 * MINUTE);
  const [position] = await desk.rows("/api/positions?portfolio_id=one");
  const pnl = Number(position?.["quantity"]) * (Number(position?.["mark"]) - Number(position?.["average_entry_price"]));
  expect(Number(position?.["unrealized_pnl"])).toBeCloseTo(pnl, 2);
  const row = await desk.row("/api/portfolios/one");
  expect(Number(row["unrealized_pnl"])).toBeCloseTo(pnl, 2);
  expect(row["total_profit_loss"]).toBe(row["unrealized_pnl"]);
  const at = new Date(OPEN + 10 * MINUTE).toISOString();
  expect(position?.["marked_at"]).toBe(at);
  expect((await desk.rows("/api/status?portfolio_id=one"))[0]?.["last_marked_at"]).toBe(at);
  const last = (await marksOf(desk, "one")).at(-1);
  expect([last?.["at"], last?.["equity"]]).toEqual([at, row["equity"]]);
  // The market's own snapshot: the journal has the prices of that instant, which are the closes of the bars that ended then.
  const journal = (await (await fetch(`${desk.serving.url}/api/export?what=journal`)).text()).trim().split("\n");
  const mark = journal.map((line) => JSON.parse(line) as { command: Row }).findLast(({ command }) => command["type"] === "MarkAccount");
  expect(mark?.command["marks"]).toEqual(expect.arrayContaining([expect.objectContaining({ instrument: "ACME@DEMO" })]));
  const bars = await desk.rows("/api/bars?instrument=ACME&limit=1");
  expect([bars[0]?.["close_at"], bars[0]?.["close"]]).toEqual([at, position?.["mark"]]);
});

test("[MARK-1, DESK-10] S1.62 S1.64: an instrument without prices is said and keeps its last mark; everything else is valued on", async () => {
  const desk = await open("", silent("BOLT", OPEN + 10 * MINUTE));
  desk.clock.advance(30 * MINUTE);
  const [one, two] = (await Promise.all(["one", "two"].map((id) => desk.rows(`/api/positions?portfolio_id=${id}`)))).map(([row]) => row);
  expect(one?.["marked_at"]).toBe(new Date(OPEN + 30 * MINUTE).toISOString());
  expect(two?.["marked_at"]).toBe(new Date(OPEN + 10 * MINUTE).toISOString());
  for (const id of ALL) expect(minutes(await marksOf(desk, id)).at(-1)).toBe(30);
  const ofTwo = (await marksOf(desk, "two")).filter((row) => Date.parse(String(row["at"])) > OPEN + 10 * MINUTE);
  expect(new Set(ofTwo.map((row) => row["equity"])).size).toBe(1);
  const warned = await desk.rows("/api/logs?portfolio_id=*&level=warn&text=BOLT&limit=100");
  expect(warned.some((line) => /reduce_only.*stale/.test(String(line["message"])))).toBe(true);
  expect(await desk.rows("/api/logs?portfolio_id=*&level=warn&text=ACME&limit=100")).toEqual([]);
  expect((await desk.rows("/api/logs?portfolio_id=broken&level=warn&text=no%20idea&limit=100")).length).toBe(3);
});

test("[MARK-1, DESK-10] S1.62: without any price there is a warning, no figure is made up, and the desk goes on", async () => {
  const desk = await open("", silent(null, OPEN + 10 * MINUTE));
  desk.clock.advance(30 * MINUTE);
  for (const id of ALL) {
    const rows = (await marksOf(desk, id)).filter((row) => Date.parse(String(row["at"])) >= OPEN + 10 * MINUTE);
    expect(rows.length).toBeGreaterThan(10);
    expect(new Set(rows.map((row) => row["equity"])).size).toBe(1);
  }
  expect((await desk.rows("/api/logs?portfolio_id=*&level=warn&text=stale&limit=100")).length).toBeGreaterThan(0);
  expect(desk.serving.desk.alarms.map(({ code }) => code)).toContain("MODE_RESTRICTED");
});
