import { moneyText } from "@bulkhead/analytics";
import { moneyOfUnits } from "@bulkhead/money";
import { columnsOf, figuresFor, positionsIn } from "../backtest/statement.ts";
import { replayed, withBooks } from "../books.ts";
import { print, type Shell, table } from "../shell.ts";

/** `bulkhead portfolio list --data DIR`: all portfolios of a journal with their figures at the last marks, and `unattributed`. */
export function portfolioList(shell: Shell, options: Readonly<Record<string, unknown>>): 0 {
  return withBooks(shell, String(options["data"]), (journal) => {
    const { state } = replayed(journal);
    const scale = state.account?.base.scale ?? 0;
    const all = [...state.portfolios.values()].map((portfolio) => {
      const { startingCash: _, flows, ...columns } = columnsOf(figuresFor(state, portfolio, moneyOfUnits(0)), scale);
      const { settings, tradingState, archived } = portfolio;
      const strategy = settings.strategy?.type ?? "";
      return {
        id: portfolio.id,
        name: settings.name,
        strategy,
        tradingState: archived ? "archived" : tradingState,
        capital: flows,
        ...columns,
        positions: positionsIn(state, portfolio).map((held) => held.report),
      };
    });
    const account = {
      id: state.account?.id,
      venue: state.account?.venue,
      mode: state.account?.mode,
      baseCurrency: state.account?.base.id,
      seq: state.seq,
    };
    print(shell, options["json"] === true, { account, portfolios: all }, () =>
      table([
        ["Portfolio", "Strategy", "State", "Equity", "Cash", "Realized", "Unrealized", "Fees", "Positions"],
        ...all.map((each) => [
          each.id,
          each.strategy || "-",
          each.tradingState,
          ...[each.equity, each.cash, each.realizedPnl, each.unrealizedPnl, each.fees].map((figure) => moneyText(figure, { places: 2 })),
          String(each.positions.length),
        ]),
      ]),
    );
    return 0;
  });
}
