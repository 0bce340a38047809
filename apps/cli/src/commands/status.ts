import { accountsOf } from "../desk/accounts.ts";
import { Desk } from "../desk/desk.ts";
import { DESK_PAGE } from "../desk/pages.ts";
import { cellOf, type Row, rowsText } from "../desk/show.ts";
import { type Options, print, type Shell } from "../shell.ts";

type AccountStatus = Readonly<{
  account_id: string;
  mode: string;
  as_of_seq: number;
  portfolios: readonly Row[];
  total: Row | null;
  kills: readonly Row[];
}>;

/** `bulkhead status`: whether the desk may trade, and every portfolio with the sum, which is the account. */
export async function status(shell: Shell, options: Options): Promise<0> {
  const desk = new Desk(shell, options);
  const ready = await desk.ask("ready", {});
  const accounts: AccountStatus[] = [];
  for (const account of await accountsOf(desk, options)) accounts.push(await statusOf(desk, account));
  const { url } = desk;
  print(shell, options["json"] === true, { url, ...ready, accounts }, () => {
    const head = `${url}: ${ready.ready ? "ready to trade" : `not ready: ${ready.reasons.join("; ")}`}\n`;
    return `${head}${accounts.map(accountText).join("")}`;
  });
  return 0;
}

async function statusOf(desk: Desk, account: string): Promise<AccountStatus> {
  const query = { portfolio_id: "*", account_id: account, limit: DESK_PAGE };
  const [{ data, mode, as_of_seq }, pnl, books, kills] = await Promise.all([
    desk.ask("getStatus", { query }),
    desk.ask("getPnl", { query }),
    desk.ask("getAccount", { query }),
    desk.ask("listKills", { query: { account_id: account } }),
  ]);
  const byId = (rows: readonly Readonly<{ portfolio_id: string }>[], id: string): Row => rows.find((row) => row.portfolio_id === id) ?? {};
  const portfolios = data.map((row) => ({ ...byId(books.data, row.portfolio_id), ...byId(pnl.data, row.portfolio_id), ...row }));
  const total = books.total === undefined || pnl.total === undefined ? null : { ...books.total, ...pnl.total };
  return { account_id: account, mode, as_of_seq, portfolios, total, kills: kills.data };
}

function accountText({ account_id, mode, as_of_seq, portfolios, total, kills }: AccountStatus): string {
  const count = (field: string): number => portfolios.reduce((sum, row) => sum + Number(row[field]), 0);
  const counts = { open_positions: count("open_positions"), open_orders: count("open_orders"), protections: count("protections") };
  const sum = total === null ? [] : [{ ...total, ...counts, portfolio_id: "account", trading_state: "" }];
  const rows = rowsText(
    [
      ["Portfolio", "portfolio_id"],
      ["State", "trading_state"],
      ["Equity", "equity", "money"],
      ["Cash", "cash", "money"],
      ["Day P&L", "day_pnl", "money"],
      ["Net P&L", "net_pnl", "money"],
      ["Positions", "open_positions"],
      ["Orders", "open_orders"],
      ["Exits", "protections"],
    ],
    [...portfolios, ...sum],
    "No portfolios that you may see.",
  );
  const stopped = kills.map(({ scope, level, reason }) => `Kill switch on ${String(scope)}: ${String(level)}, ${String(reason)}\n`);
  const alarms = [
    ...new Set(portfolios.flatMap((row) => (row["alarms"] as readonly Row[] | undefined) ?? []).map(({ says }) => String(says))),
  ];
  const held = portfolios.filter((row) => row["trading_state"] !== "active" && row["state_reason"] !== "" && row["status"] !== "archived");
  const reasons = held.map((row) => `${String(row["portfolio_id"])} is ${cellOf(row["trading_state"])}: ${String(row["state_reason"])}\n`);
  return `\nAccount ${account_id} (${mode}), record ${as_of_seq}\n${rows}${stopped.join("")}${reasons.join("")}${alarms.map((alarm) => `Alarm: ${alarm}\n`).join("")}`;
}
