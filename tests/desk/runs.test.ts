import { afterEach, beforeEach, expect, test } from "vitest";
import { HOUR, MINUTE, newFolder, recordsIn, removeFolder } from "./paper.ts";
import { openServed, type Row, type ServedDesk } from "./served.ts";

/** 23:00 of a Wednesday in Melbourne, an hour before its midnight. */
const EVENING = Date.UTC(2026, 2, 4, 12);
const CONFIG = `
[kill]
storm_orders = "never"
storm_account_orders = "never"
[account]
starting_cash = "150000"
[defaults]
time_zone = "Australia/Melbourne"
[[portfolio]]
id = "quick"
starting_cash = "50000"
symbols = ["DUSKUSD"]
strategy = "sma-cross"
params = { fast = 2, slow = 5 }
[[portfolio]]
id = "steady"
starting_cash = "50000"
symbols = ["DUSKUSD"]
strategy = "buy-and-hold"
stop_loss_pct = "40%"
`;

let folder = "";
beforeEach(() => {
  folder = newFolder();
});
afterEach(() => removeFolder(folder));

const start = (at: number): Promise<ServedDesk> => openServed({ folder, config: CONFIG, at });
/** What a run may not change. */
const long = async (desk: ServedDesk): Promise<unknown> => ({
  portfolios: (await desk.rows("/api/portfolios")).map((row) => [row["portfolio_id"], row["created_at"], row["initial_balance"]]),
  position: (await desk.rows("/api/positions?portfolio_id=steady")).map(plain),
  plans: (await desk.rows("/api/protections?portfolio_id=steady")).map((row) => [row["instrument"], row["stop_price"]]),
  days: await desk.rows("/api/days?portfolio_id=steady"),
});
const plain = (row: Row): unknown => [row["instrument"], row["quantity"], row["average_entry_price"], row["opened_at"]];

test("[DESK-5, DESK-15] S2.2 S2.9 S2.24 S2.30 S2.45: portfolios are made once, by the first start on an empty folder, and outlive runs; a start is a run id and nothing else", async () => {
  const first = await start(EVENING);
  first.clock.advance(30 * MINUTE);
  const before = await long(first);
  expect((await first.rows("/api/portfolios")).map((row) => row["portfolio_id"])).toEqual(["unattributed", "quick", "steady"]);
  expect(before).toMatchObject({ position: [expect.anything()], plans: [expect.anything()] });
  await first.serving.stop();
  const { records } = recordsIn(`${folder}/data`);

  const second = await start(EVENING + 31 * MINUTE);
  expect(await long(second)).toEqual(before);
  second.clock.advance(10 * MINUTE);
  expect(await long(second)).toEqual(before);
  const runs = await second.rows("/api/logs?portfolio_id=*&limit=500");
  expect(new Set(runs.map((line) => line["run_id"]))).toEqual(new Set(["start-1", "start-2"]));
  const started = await second.rows("/api/logs?portfolio_id=*&text=version");
  expect(started.map((line) => [line["run_id"], line["message"]])).toEqual(
    [2, 1].map((n) => [`start-${n}`, expect.stringMatching(`^start ${n}, version`)]),
  );
  // Nothing takes a session for a scope: what a run did is found by its label, and everything is there without one.
  for (const list of ["positions", "protections", "trades", "orders", "signals", "days"])
    expect([list, (await second.ask(`/api/${list}?portfolio_id=steady&session_id=1`)).status]).toEqual([list, 400]);
  await second.serving.stop();
  const since = recordsIn(`${folder}/data`).records.slice(records.length);
  expect(since.length).toBeGreaterThan(5);
  const types = new Set(since.map(({ command }) => command.type));
  for (const type of ["OpenAccount", "CreatePortfolio", "Deposit", "RollDay"]) expect(types).not.toContain(type);
  expect(since.filter(({ command }) => command.type === "StartEpoch")).toHaveLength(1);
});

test("[MARK-7, MARK-9, PRJ-14] S2.3 S2.29: a day that ends is a row; P&L, equity and positions go on as if there were no days", async () => {
  const desk = await start(EVENING);
  try {
    desk.clock.advanceTo(EVENING + HOUR - 1);
    const [quick, steady] = await Promise.all(["quick", "steady"].map((id) => desk.row(`/api/portfolios/${id}`)));
    const [position] = await desk.rows("/api/positions?portfolio_id=steady");
    desk.clock.advanceTo(EVENING + HOUR);
    const [quickAfter, steadyAfter] = await Promise.all(["quick", "steady"].map((id) => desk.row(`/api/portfolios/${id}`)));
    const [positionAfter] = await desk.rows("/api/positions?portfolio_id=steady");
    expect(Number(quick?.["realized_pnl"])).not.toBe(0);
    for (const field of ["realized_pnl", "fees", "initial_balance"]) {
      expect([field, quickAfter?.[field]]).toEqual([field, quick?.[field]]);
      expect([field, steadyAfter?.[field]]).toEqual([field, steady?.[field]]);
    }
    expect(plain(positionAfter as Row)).toEqual(plain(position as Row));
    // The first minute of the new day: what was made before it is not gone, and only the day's own figure begins anew.
    desk.clock.advance(MINUTE);
    const later = await desk.row("/api/portfolios/steady");
    expect(Number(later["total_profit_loss"])).toBeCloseTo(Number(later["equity"]) - Number(later["initial_balance"]), 6);
    const [today, ended] = await desk.rows("/api/days?portfolio_id=steady");
    expect([ended?.["date"], today?.["date"], today?.["start_equity"]]).toEqual(["2026-03-04", "2026-03-05", ended?.["end_equity"]]);
    expect(Number(later["day_pnl"])).toBeCloseTo(Number(later["equity"]) - Number(today?.["start_equity"]), 6);
  } finally {
    await desk.serving.stop();
  }
});

test("[SURF-8, HTTP-83] S2.4 S2.25: what was wished, ordered, traded and logged carries portfolio, run and version; slices by version add up to the whole", async () => {
  const desk = await start(EVENING);
  try {
    const label = (labels: object) => desk.ask("/api/portfolios/quick", "PATCH", labels);
    expect((await label({ bot_version: "v1", run_id: "trial-1" })).status).toBe(200);
    desk.clock.advance(HOUR);
    expect((await label({ bot_version: "v2", run_id: "trial-2" })).status).toBe(200);
    desk.clock.advance(HOUR);
    for (const list of ["signals", "order-history", "trades"]) {
      const rows = await desk.rows(`/api/${list}?portfolio_id=quick&limit=500`);
      const of = async (query: string): Promise<number> => (await desk.rows(`/api/${list}?portfolio_id=quick&limit=500&${query}`)).length;
      expect([list, new Set(rows.map((row) => `${row["bot_version"]} ${row["run_id"]}`))]).toEqual([
        list,
        new Set(["v1 trial-1", "v2 trial-2"]),
      ]);
      expect(await of("bot_version=v1")).toBe(await of("run_id=trial-1"));
      expect((await of("bot_version=v1")) + (await of("bot_version=v2"))).toBe(rows.length);
    }
    const realized = async (query: string): Promise<number> =>
      (await desk.rows(`/api/trades?portfolio_id=quick&limit=500${query}`)).reduce((sum, row) => sum + Number(row["realized_pnl"]), 0);
    const whole = Number((await desk.row("/api/portfolios/quick"))["realized_pnl"]);
    expect(await realized("")).toBeCloseTo(whole, 6);
    expect((await realized("&bot_version=v1")) + (await realized("&bot_version=v2"))).toBeCloseTo(whole, 6);
    const lines = (await desk.rows("/api/logs?portfolio_id=quick&limit=500&text=order")).filter((line) => line["portfolio_id"] === "quick");
    expect(new Set(lines.map((line) => `${line["portfolio_id"]} ${line["run_id"]}`))).toEqual(new Set(["quick trial-1", "quick trial-2"]));
  } finally {
    await desk.serving.stop();
  }
});
