import { addFigures, columnsOf, figuresFor, NO_FIGURES } from "../backtest/statement.ts";
import { journalFolders, replayed, withBooks } from "../books.ts";
import { accountsOf } from "../desk/accounts.ts";
import { Desk } from "../desk/desk.ts";
import { dataFolderOf, holderOf, namedUrl, textOf } from "../desk/find.ts";
import { rowsUpTo } from "../desk/pages.ts";
import { type Column, type Row, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, print, type Shell } from "../shell.ts";

/** Portfolios with their figures, and their sum, which is the account; `source` says who was asked. */
type Listed = Readonly<{
  source: "desk" | "journal";
  account_id: string;
  mode: string;
  as_of_seq: number;
  base_currency: string;
  data: readonly Row[];
  total: Row | null;
}>;

/**
 * `bulkhead portfolio list`: all portfolios and `unattributed`, adding up to the account. The running desk is asked; where none runs, the
 * journal of the folder is read, also one that a backtest kept.
 */
export async function portfolioList(shell: Shell, options: Options): Promise<0> {
  const journal = journalOf(shell, options);
  const lists = journal === undefined ? await askDesk(shell, options) : journal.map((folder) => readJournal(shell, folder));
  const [only] = lists;
  print(shell, options["json"] === true, lists.length === 1 ? only : { accounts: lists }, () => lists.map(listText).join("\n"));
  return 0;
}

/** Folders of journals to read; undefined: a desk is to be asked. */
function journalOf(shell: Shell, options: Options): readonly string[] | undefined {
  if (namedUrl(shell, options) !== undefined) return undefined;
  const folder = dataFolderOf(shell, options);
  if (holderOf(folder).held) return undefined;
  const found = journalFolders(folder, textOf(options, "account"));
  if (found.length > 0) return found;
  const named = textOf(options, "data");
  if (named !== undefined) throw new CommandFailure("JOURNAL_MISSING", { path: named });
  return undefined;
}

async function askDesk(shell: Shell, options: Options): Promise<readonly Listed[]> {
  const desk = new Desk(shell, options);
  const lists: Listed[] = [];
  for (const account_id of await accountsOf(desk, options)) {
    const status = textOf(options, "status");
    const { frame, rows } = await rowsUpTo(PORTFOLIOS_MAX, (page) =>
      desk.ask("listPortfolios", { query: { account_id, status, ...page } }),
    );
    const [pnl, books] = await Promise.all([
      desk.ask("getPnl", { query: { account_id, portfolio_id: "*", limit: 1 } }),
      desk.ask("getAccount", { query: { account_id, portfolio_id: "*", limit: 1 } }),
    ]);
    const sums = status === undefined && pnl.total !== undefined && books.total !== undefined;
    const total = sums ? { ...books.total, ...pnl.total, current_balance: books.total?.cash } : null;
    const base_currency = String(rows[0]?.["base_currency"] ?? "");
    lists.push({ source: "desk", account_id, mode: frame.mode, as_of_seq: frame.as_of_seq, base_currency, data: rows, total });
  }
  return lists;
}

const PORTFOLIOS_MAX = 100_000;

function readJournal(shell: Shell, folder: string): Listed {
  return withBooks(shell, folder, (journal) => {
    const { state } = replayed(journal);
    const base_currency = state.account?.base.id ?? "";
    const scale = state.account?.base.scale ?? 0;
    const wire = (figures: ReturnType<typeof figuresFor>): Row => {
      const { equity, cash, realizedPnl, unrealizedPnl, fees, flows, income } = columnsOf(figures, scale);
      return {
        equity,
        current_balance: cash,
        realized_pnl: realizedPnl,
        unrealized_pnl: unrealizedPnl,
        fees,
        income,
        initial_balance: flows,
      };
    };
    const all = [...state.portfolios.values()];
    const each = all.map((portfolio) => figuresFor(state, portfolio, NO_FIGURES.cash));
    const data = all.map((portfolio, index) => ({
      portfolio_id: portfolio.id,
      name: portfolio.settings.name,
      status: portfolio.archived ? "archived" : portfolio.tradingState === "active" ? "active" : "paused",
      trading_state: portfolio.archived ? "archived" : portfolio.tradingState,
      base_currency,
      strategy_type: portfolio.settings.strategy?.type ?? null,
      ...wire(each[index] ?? NO_FIGURES),
      open_positions: portfolio.holdings.size,
      open_orders: portfolio.orders.length,
    }));
    const total = { portfolio_id: "*", ...wire(each.reduce(addFigures, NO_FIGURES)) };
    const { account } = state;
    return {
      source: "journal",
      account_id: account?.id ?? "",
      mode: account?.mode ?? "",
      as_of_seq: state.seq,
      base_currency,
      data,
      total,
    };
  });
}

const COLUMNS: readonly Column[] = [
  ["Portfolio", "portfolio_id"],
  ["Strategy", "strategy_type"],
  ["State", "trading_state"],
  ["Equity", "equity", "money"],
  ["Cash", "current_balance", "money"],
  ["Realized", "realized_pnl", "money"],
  ["Unrealized", "unrealized_pnl", "money"],
  ["Fees", "fees", "money"],
  ["Positions", "open_positions"],
  ["Orders", "open_orders"],
];

function listText({ source, account_id, mode, as_of_seq, base_currency, data, total }: Listed): string {
  const from = source === "desk" ? "from the running desk" : "from the journal; no desk runs on it";
  const sum =
    total === null
      ? []
      : [{ ...total, portfolio_id: "account", open_positions: sumOf(data, "open_positions"), open_orders: sumOf(data, "open_orders") }];
  return `Account ${account_id} (${mode}, ${base_currency}), record ${as_of_seq}, ${from}\n${rowsText(COLUMNS, [...data, ...sum], "No portfolios.")}`;
}

const sumOf = (rows: readonly Row[], field: string): number => rows.reduce((sum, row) => sum + Number(row[field] ?? 0), 0);
