import { type JournalRecord, LEDGER_ACCOUNTS } from "@bulkhead/core";
import { formatAmount, moneyOfUnits, unitsOf } from "@bulkhead/money";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../../../../../tests/count.ts";
import { anyActions, Player } from "../../../../../tests/kit/actions.ts";
import { Books } from "../../../../../tests/kit/books.ts";
import { runScenario } from "../../scenario.ts";
import { projected, removeFolders } from "../samples.ts";
import { explain, FIGURES, type Figure } from "./explain.ts";
import { accountPositionsOf, balancesOf, daysOf, equityHistoryOf, portfoliosOf, positionsAsOf, positionsOf } from "./figures.ts";
import { listOf } from "./lists.ts";

afterAll(removeFolders);

const settings = (full: number) => ({ numRuns: runs(full), seed: seed(), endOnFailure: true });
function playedOf(actions: Parameters<Player["play"]>[0]): Books {
  const player = new Player();
  player.play(actions);
  return player.books;
}
const changed = ({ seq: _, line: __, at: ___, ...rest }: Readonly<Record<string, unknown>>) => rest;

test("[PRJ-18] as of an earlier sequence the answer is what a projection of that many records says", async () => {
  await fc.assert(
    fc.asyncProperty(anyActions(50), fc.double({ min: 0, max: 1, noNaN: true }), async (actions, part) => {
      const { records } = playedOf(actions);
      const asOfSeq = 1 + Math.floor(part * (records.length - 1));
      const [whole, before] = [projected(records), projected(records.slice(0, asOfSeq))];
      const answer = await whole.reader.ask(async (db) => ({
        balances: await balancesOf(db, { asOfSeq }),
        positions: await positionsAsOf(db, { asOfSeq }),
        executions: (await listOf(db, "executions", { asOfSeq, limit: 1000 })).rows.map(({ superseded_seq: _, ...row }) => row),
        entries: (await listOf(db, "ledger_entries", { asOfSeq, limit: 1000 })).rows,
      }));
      const expected = await before.reader.ask(async (db) => ({
        balances: await balancesOf(db),
        positions: (await positionsOf(db)).map(({ portfolio_id, asset, quantity }) => ({ portfolio_id, asset, quantity })),
        executions: (await listOf(db, "executions", { limit: 1000 })).rows.map(({ superseded_seq: _, ...row }) => row),
        entries: (await listOf(db, "ledger_entries", { limit: 1000 })).rows,
      }));
      expect([answer.asOfSeq, expected.asOfSeq]).toEqual([records.length, asOfSeq]);
      const { positions, ...rest } = answer.answer;
      const { positions: then, ...restThen } = expected.answer;
      expect(rest).toEqual(restThen);
      expect(positions.map(({ portfolio_id, asset, quantity }) => ({ portfolio_id, asset, quantity }))).toEqual(then);
      whole.close();
      before.close();
    }),
    settings(100),
  );
});

test("[PRJ-19] postings add up to the figure they explain, and the figure is the engine's", async () => {
  await fc.assert(
    fc.asyncProperty(anyActions(50), fc.integer({ min: 1, max: 20 }), async (actions, limit) => {
      const { engine, records } = playedOf(actions);
      const projections = projected(records);
      for (const portfolio of ["first", "pool"])
        for (const figure of ["cash", "realized_pnl", "fees", "income", "capital"] as const) {
          const { answer } = await projections.reader.ask(async (db) => {
            const pages = [await explain(db, { portfolio, figure, asset: "USD", limit })];
            for (let last = pages[0]; last?.next != null; last = pages.at(-1))
              pages.push(await explain(db, { portfolio, figure, asset: "USD", limit, cursor: last.next }));
            return pages;
          });
          const ledger = engine.state.portfolios.get(portfolio as never)?.ledger.get("USD" as never);
          const { accounts, sign } = FIGURES[figure];
          const units = accounts.reduce((sum, account) => sum + unitsOf(ledger?.[account] ?? moneyOfUnits(0)), 0);
          expect(answer[0]?.balance).toBe(formatAmount(moneyOfUnits(sign * units + 0), 6));
          const postings = answer.flatMap((page) => page.postings);
          expect(postings.length).toBe(answer[0]?.count);
          const added = postings.reduce(
            (sum, { amount }) =>
              sum +
              BigInt(amount.replace(/^(-?\d+)(?:\.(\d+))?$/, (_t, whole: string, rest = "") => `${whole}${String(rest).padEnd(6, "0")}`)),
            0n,
          );
          expect(Number(added) + 0).toBe(units + 0);
        }
      projections.close();
    }),
    settings(50),
  );
});

describe("explain", () => {
  test("[PRJ-19] names the executions behind a figure", async () => {
    const books = new Books();
    books.portfolio("p", "100000");
    books.trade("p", "SPY@X", "buy 10 @ 100", { executionId: "bought" });
    books.trade("p", "SPY@X", "sell 10 @ 104", { executionId: "sold", fee: "1 USD" });
    books.deposit("p", "5 USD");
    const projections = projected(books.records);
    const told = (await projections.reader.ask((db) => explain(db, { portfolio: "p", figure: "realized_pnl", asset: "USD" }))).answer;
    expect([told.balance, told.count, told.next]).toEqual(["40", 1, null]);
    expect(told.postings).toMatchObject([
      { account: "realized", amount: "-40", balance: "-40", event: "ExecutionBooked", reference: "sold" },
    ]);
    expect(told.executions).toMatchObject([{ execution_id: "sold", price: "104", fees: "1", realized_pnl: "40" }]);
    const cash = (await projections.reader.ask((db) => explain(db, { figure: "cash", asset: "USD", limit: 2 }))).answer;
    expect([cash.balance, cash.next !== null]).toEqual(["1000000044", true]);
    const nothing = (await projections.reader.ask((db) => explain(db, { portfolio: "nobody", figure: "fees", asset: "USD" }))).answer;
    expect(nothing).toMatchObject({ balance: "0", count: 0, postings: [], executions: [] });
    projections.close();
  });

  test("[PRJ-19] every ledger account but the far side of trades is in a figure", () => {
    const explained = new Set((Object.keys(FIGURES) as Figure[]).flatMap((figure): readonly string[] => FIGURES[figure].accounts));
    expect(LEDGER_ACCOUNTS.filter((account) => !explained.has(account))).toEqual(["exchange", "accrued"]);
  });
});

describe("figures", () => {
  const { records }: { records: readonly JournalRecord[] } = runScenario();

  test("[PRJ-18] portfolios add up to the account, by asset and in time, from one database (S0.4, S2.33, S3.20)", async () => {
    const projections = projected(records);
    const { answer } = await projections.reader.ask(async (db) => ({
      account: await accountPositionsOf(db),
      positions: await positionsOf(db),
      all: await equityHistoryOf(db),
      calm: await equityHistoryOf(db, { portfolio: "calm" }),
      portfolios: await portfoliosOf(db),
    }));
    expect(answer.account).toEqual([
      { asset: "NEW@XNYS", instrument: "NEW@XNYS", quantity: "350", market_value_base: "38500", portfolios: 2 },
    ]);
    expect(answer.positions.map(({ quantity }) => quantity)).toEqual(["50", "300"]);
    expect(answer.all.map(({ seq }) => seq)).toEqual(answer.calm.map(({ seq }) => seq));
    const equity = answer.portfolios.reduce((sum, portfolio) => sum + Number(portfolio.equity), 0);
    expect(Number(answer.all.at(-1)?.equity)).toBeCloseTo(equity, 6);
    expect(changed(answer.calm.at(-1) ?? {})).toEqual({
      equity: "40619.035714",
      cash: "7619.035714",
      gross_exposure: "33000",
      net_exposure: "33000",
      contributions: "39500",
    });
    projections.close();
  });

  test("[PRJ-18] by status, portfolio, instrument, period; flat positions only when asked for", async () => {
    const projections = projected(records);
    const { answer } = await projections.reader.ask(async (db) => ({
      archived: (await portfoliosOf(db, { status: "archived" })).map(({ portfolio_id }) => portfolio_id),
      paused: (await portfoliosOf(db, { status: "paused", portfolio: "*" })).map(({ portfolio_id }) => portfolio_id),
      one: (await portfoliosOf(db, { portfolio: "calm" })).length,
      flat: (await positionsOf(db, { portfolio: "calm", flat: true })).map(({ asset, quantity }) => [asset, quantity]),
      none: await positionsOf(db, { instrument: "SPY@XNYS" }),
      days: (await daysOf(db, { portfolio: "calm" })).map(({ date, status }) => [date, status]),
      noDays: await daysOf(db, { from: "2020-01-08", to: "2020-01-09" }),
      late: (await equityHistoryOf(db, { portfolio: "calm", from: Date.UTC(2020, 0, 7), limit: 1 })).length,
      before: await equityHistoryOf(db, { to: Date.UTC(2020, 0, 1) }),
    }));
    expect(answer).toEqual({
      archived: ["empty"],
      paused: ["bold"],
      one: 1,
      flat: [["NEW@XNYS", "300"], ["SPY@XNYS", "0"]], // biome-ignore format: pairs
      none: [],
      days: [["2020-01-07", "open"]],
      noDays: [],
      late: 1,
      before: [],
    });
    projections.close();
  });
});
