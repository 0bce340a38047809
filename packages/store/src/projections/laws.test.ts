import { type Engine, type JournalRecord, LEDGER_ACCOUNTS, valuePortfolio } from "@bulkhead/core";
import { type Exact, type Money, unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { anyActions, Player } from "../../../../tests/kit/actions.ts";
import { play } from "../../../../tests/model/run.ts";
import { runScenario } from "../scenario.ts";
import { everything, journalOf, projected, removeFolders, rowsOf } from "./samples.ts";
import { exactly } from "./sections/sum.ts";

afterAll(removeFolders);

type Run = Readonly<{ engine: Engine; records: readonly JournalRecord[] }>;

/** A seed of generated commands, or actions on busy books. */
const anySource = fc.oneof(fc.integer({ min: 0, max: 2 ** 31 }), anyActions(60));
function runOf(source: number | Parameters<Player["play"]>[0]): Run {
  if (typeof source === "number") return play(source);
  const player = new Player();
  player.play(source);
  return player.books;
}
const anyCuts = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 6 }).filter((cuts) => cuts.some((cut) => cut > 0));
const settings = (full: number) => ({ numRuns: runs(full), seed: seed(), endOnFailure: true });
const units = (amount: Exact | undefined): number => (amount === undefined ? 0 : unitsOf(amount));

/** Balances by portfolio, asset and account, zeros left out. */
function balancesOf(engine: Engine): Readonly<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const portfolio of engine.state.portfolios.values())
    for (const [asset, balances] of portfolio.ledger)
      for (const account of LEDGER_ACCOUNTS)
        if (units(balances[account]) !== 0) found[`${portfolio.id} ${asset} ${account}`] = units(balances[account]);
  return found;
}

/** Amounts of a table by ledger account, zeros left out. */
const summed = (path: string, table: "ledger_entries" | "balances"): Readonly<Record<string, number>> => {
  const names = new Map(
    rowsOf(path, "balances").map((row) => [row["account_no"], `${row["portfolio_id"]} ${row["asset"]} ${row["account"]}`]),
  );
  const found: Record<string, number> = {};
  for (const row of rowsOf(path, table)) {
    const key = names.get(row["account_no"]) ?? "";
    found[key] = (found[key] ?? 0) + Number(row["amount"]);
  }
  return Object.fromEntries(Object.entries(found).filter(([, amount]) => amount !== 0));
};

describe("the tables are a function of the journal", () => {
  test("[PRJ-1] wherever one transaction ends and the next begins, and whoever reopens between them (I17)", () => {
    fc.assert(
      fc.property(anySource, anyCuts, (source, cuts) => {
        const { records } = runOf(source);
        const whole = projected(records);
        const cut = projected(records, cuts);
        expect(everything(cut.path)).toEqual(everything(whole.path));
        whole.close();
        cut.close();
      }),
      settings(150),
    );
  });

  test("[PRJ-2] and the same after a rebuild", async () => {
    await fc.assert(
      fc.asyncProperty(anySource, anyCuts, async (source, cuts) => {
        const { records } = runOf(source);
        const projections = projected(records, cuts);
        const before = everything(projections.path);
        expect(await projections.rebuild(journalOf(records), { chunk: 17 })).toBe(records.length);
        expect(everything(projections.path)).toEqual(before);
        projections.close();
      }),
      settings(100),
    );
  });

  test("[PRJ-1, PRJ-2] of every kind of command", async () => {
    const { records } = runScenario();
    const projections = projected(records);
    const whole = everything(projections.path);
    const single = projected(records, [1, 0]);
    expect(everything(single.path)).toEqual(whole);
    await projections.rebuild(journalOf(records));
    expect(everything(projections.path)).toEqual(whole);
    projections.close();
    single.close();
  });
});

describe("the tables say what the engine's say", () => {
  test("[PRJ-3] the postings of every ledger account add up to its balance, and the balance is the engine's", () => {
    fc.assert(
      fc.property(anySource, (source) => {
        const { engine, records } = runOf(source);
        const projections = projected(records);
        const balances = balancesOf(engine);
        expect(summed(projections.path, "ledger_entries")).toEqual(balances);
        expect(summed(projections.path, "balances")).toEqual(balances);
        projections.close();
      }),
      settings(150),
    );
  });

  test("[PRJ-4] open lots and positions are the engine's, valued as it values them", () => {
    fc.assert(
      fc.property(anySource, (source) => {
        const { engine, records } = runOf(source);
        const projections = projected(records);
        const lots = rowsOf(projections.path, "lots").filter((lot) => lot["quantity"] !== 0);
        const positions = rowsOf(projections.path, "positions").filter((position) => position["quantity"] !== 0);
        expect(
          lots.map(({ lot_id, portfolio_id, asset, quantity, cost, cost_asset, opened_at, execution_id }) => ({
            lot_id,
            portfolio_id,
            asset,
            quantity,
            cost,
            cost_asset,
            opened_at,
            execution_id,
          })),
        ).toEqual(lotsOf(engine));
        expect(positions.map(({ portfolio_id, asset, quantity, instrument }) => ({ portfolio_id, asset, quantity, instrument }))).toEqual(
          positionsOf(engine),
        );
        for (const row of rowsOf(projections.path, "portfolios")) {
          const portfolio = engine.state.portfolios.get(row["portfolio_id"] as never);
          if (portfolio === undefined) throw new Error("PORTFOLIO_UNKNOWN");
          const valued = exactly(() => valuePortfolio(engine.state, portfolio));
          if (valued === undefined) continue; // So large that the engine would refuse to mark it.
          const { grossExposure, netExposure, equity } = valued;
          const worth = [row["gross_exposure"], row["net_exposure"], row["equity"], row["high_water_mark"], row["contributions"]];
          expect(worth).toEqual(
            [grossExposure, netExposure, portfolio.equity, portfolio.highWaterMark, portfolio.contributions].map(units),
          );
          // Of margined positions only the unrealized P&L is equity.
          const full = [...portfolio.holdings.keys()].every((asset) => engine.state.primary.get(asset)?.instrument.settlement === "full");
          if (full) expect(Number(row["cash"]) + Number(row["net_exposure"])).toBe(units(equity as Money));
        }
        projections.close();
      }),
      settings(150),
    );
  });

  test("[PRJ-28] S2.38 a portfolio's figures never drift from its snapshots: equity is that of the last one and the capital since", () => {
    fc.assert(
      fc.property(anySource, anyCuts, (source, cuts) => {
        const projections = projected(runOf(source).records, cuts);
        const snapshots = rowsOf(projections.path, "equity_history");
        const flows = rowsOf(projections.path, "flows");
        for (const { portfolio_id, equity, contributions } of rowsOf(projections.path, "portfolios")) {
          const last = snapshots.findLast((row) => row["portfolio_id"] === portfolio_id);
          const own = flows.filter((row) => row["portfolio_id"] === portfolio_id);
          const since = own.filter(({ seq }) => Number(seq) > Number(last?.["seq"] ?? 0));
          const sum = (rows: typeof own): number => rows.reduce((total, { amount }) => total + Number(amount), 0);
          expect(equity).toBe(Number(last?.["equity"] ?? 0) + sum(since));
          expect(contributions).toBe(sum(own));
        }
        projections.close();
      }),
      settings(150),
    );
  });
});

const lotsOf = (engine: Engine) =>
  [...engine.state.portfolios.values()]
    .flatMap((portfolio) =>
      [...portfolio.holdings].flatMap(([asset, { lots }]) =>
        lots.map((lot) => ({
          lot_id: lot.id,
          portfolio_id: portfolio.id,
          asset,
          quantity: units(lot.quantity),
          cost: units(lot.cost),
          cost_asset: lot.costAsset,
          opened_at: lot.openedAt,
          execution_id: lot.execution,
        })),
      ),
    )
    .toSorted((a, b) => a.lot_id - b.lot_id);

const positionsOf = (engine: Engine) =>
  [...engine.state.portfolios.values()]
    .flatMap((portfolio) =>
      [...portfolio.holdings].map(([asset, holding]) => ({
        portfolio_id: portfolio.id,
        asset,
        quantity: units(holding.quantity),
        instrument: engine.state.primary.get(asset)?.instrument.id,
      })),
    )
    .toSorted((a, b) => compare(a.portfolio_id, b.portfolio_id) || compare(a.asset, b.asset));
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
