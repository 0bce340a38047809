import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { HOUR, newFolder, removeFolder } from "./paper.ts";
import { served } from "./served.ts";

/** Enters while flat, sure of itself by `sure` at every other entry and by a tenth less at the others; leaves two bars later. */
const strategy = (name: string, sure: string, less: string): string => `
import { enter, exit, p, size, strategy } from "bulkhead";
export default strategy({
  name: "${name}",
  params: { units: p.int(1) },
  state: { version: 1, initial: { entries: 0 } },
  onBar({ position, waiting, params, state }) {
    if (waiting) return undefined;
    if (position !== undefined) return position.barsHeld >= 2 ? exit({ why: "two bars" }) : undefined;
    state.entries += 1;
    return enter.long({ size: size.units(params.units), confidence: state.entries % 2 === 1 ? ${sure} : ${less}, why: "flat" });
  },
});
`;

const portfolio = (id: string, type: string, minConfidence: string, units: number): string => `[[portfolio]]
id = "${id}"
starting_cash = "10000"
symbols = ["DUSKUSD"]
strategy = "./${type}.ts"
params = { units = ${units} }
min_confidence = ${minConfidence}
`;

const CONFIG = `
[strategies]
deadline = "30s"
[kill]
storm_orders = "never"
storm_account_orders = "never"
[account]
starting_cash = "30000"
${portfolio("trend", "momentum", '"70%"', 1)}
${portfolio("back", "mean_reversion", '"75%"', 2)}
[[portfolio]]
id = "hands"
starting_cash = "10000"
strategy = "sma-cross"
symbols = ["DUSKUSD"]
`;

test("[SURF-6, RISK-6] S1.8 S1.10 S1.43 S1.96: in each cycle every portfolio is asked by its own strategy with its own config, files in threads and a built-in, and each is read by itself", async () => {
  const folder = newFolder();
  onTestFinished(() => removeFolder(folder));
  writeFileSync(join(folder, "momentum.ts"), strategy("momentum", "0.8", "0.65"));
  writeFileSync(join(folder, "mean_reversion.ts"), strategy("mean-reversion", "0.8", "0.72"));
  const desk = await served(CONFIG, { folder });
  desk.clock.advance(HOUR);
  const cycles = await desk.rows("/api/cycles?portfolio_id=*&limit=500");
  expect(cycles).toHaveLength(60);
  for (const cycle of cycles)
    expect(
      (cycle["portfolios"] as { portfolio_id: string; faults: number }[]).map((each) => [each.portfolio_id, each.faults]).toSorted(),
    ).toEqual([
      ["back", 0],
      ["hands", 0],
      ["trend", 0],
    ]);
  for (const [id, type, units, bound] of [
    ["trend", "momentum", 1, 0.7],
    ["back", "mean-reversion", 2, 0.75],
  ] as const) {
    const row = await desk.row(`/api/portfolios/${id}`);
    expect(row).toMatchObject({ strategy_type: type, min_confidence: String(bound), initial_balance: "10000" });
    expect(JSON.parse(String(row["strategy_config"]))).toMatchObject({ units });
    const signals = (await desk.rows(`/api/signals?portfolio_id=${id}&limit=500`)).filter((each) => each["action"] === "buy");
    expect(signals.length).toBeGreaterThan(5);
    for (const signal of signals) {
      const isSure = Number(signal["confidence"]) >= bound;
      expect([signal["portfolio_id"], signal["strategy"], signal["quantity"], signal["verdict"] === "denied", signal["rule"]]).toEqual([
        id,
        type,
        String(units),
        !isSure,
        isSure ? null : "min_confidence",
      ]);
    }
    const trades = await desk.rows(`/api/trades?portfolio_id=${id}&limit=500`);
    expect(trades.length).toBeGreaterThan(2);
    expect(new Set(trades.map((trade) => `${trade["portfolio_id"]} ${trade["strategy"]}`))).toEqual(new Set([`${id} ${type}`]));
    // Nobody's money but its own: what it has is what it began with and what its own trades made.
    const made = trades.reduce((sum, trade) => sum + Number(trade["realized_pnl"]) - Number(trade["fees"]), 0);
    expect(Number(row["equity"]) - Number(row["unrealized_pnl"])).toBeCloseTo(10_000 + made, 6);
  }
});
