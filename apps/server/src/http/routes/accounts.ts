import { type AccountSummary, AccountsPicture, type CombinedEquity, systemAnswerOf } from "@bulkhead/contract";
import { type Asset, UNATTRIBUTED } from "@bulkhead/core";
import { add, convert, formatAmount, formatRatio, type Money, ONE, type Ratio, subtract, unconvert } from "@bulkhead/money";
import type { DeskAccount } from "../../desk/desk.ts";
import type { Api } from "../api.ts";
import { baseOf, baseText, type Figures, figuresOf, iso, sumOf } from "../rows/figures.ts";
import { settled } from "../settle.ts";
import { overseen } from "./system.ts";

type Whole = Readonly<{ account: DeskAccount; base: Asset; figures: Figures; asOfSeq: number }>;

/** All accounts side by side, each in its own currency, and together as far as a rate is known; paper and live apart. */
export function accountsRoute(api: Api): void {
  const { desk } = api.services;
  api.read(
    {
      path: "/api/accounts",
      operationId: "listAccounts",
      summary: "Accounts as wholes, and what those of one mode come to together at which rates",
      action: "read",
      answer: systemAnswerOf(AccountsPicture),
    },
    async ({ principal }) => {
      const seen = overseen(desk, principal, "read");
      const open = [...desk.accounts.values()].filter(({ id, state }) => seen.has(id) && state.account !== undefined);
      const wholes = await Promise.all(open.map(wholeOf));
      return { body: { data: { accounts: wholes.map(summaryOf), combined: combined(wholes) } } };
    },
  );
}

async function wholeOf(account: DeskAccount): Promise<Whole> {
  const { value, asOfSeq } = await settled(account, () =>
    sumOf([...account.state.portfolios.values()].map((portfolio) => figuresOf(account.state, portfolio))),
  );
  return { account, base: baseOf(account.state), figures: value, asOfSeq };
}

function summaryOf({ account: { id, state, readiness }, base, figures, asOfSeq }: Whole): AccountSummary {
  const money = (amount: Money): string => baseText(state, amount);
  return {
    account_id: id,
    mode: state.account?.mode ?? "paper",
    base_currency: base.id,
    as_of_seq: asOfSeq,
    ready: readiness.ready,
    portfolios: [...state.portfolios.values()].filter((portfolio) => !portfolio.archived && portfolio.id !== UNATTRIBUTED).length,
    equity: money(figures.equity),
    day_pnl: money(figures.dayPnl),
    total_profit_loss: money(subtract(figures.equity, figures.contributions)),
    cash: money(figures.cash),
    gross_exposure: money(figures.grossExposure),
  };
}

function combined(wholes: readonly Whole[]): CombinedEquity[] {
  const byMode = Map.groupBy(wholes, ({ account }) => account.state.account?.mode ?? "paper");
  return [...byMode].flatMap(([mode, [first, ...others]]) => (first === undefined ? [] : [together(mode, first, others)]));
}

/** In the base currency of the first of them, at the rates that one of two books has of the other's currency. */
function together(mode: CombinedEquity["mode"], first: Whole, others: readonly Whole[]): CombinedEquity {
  const { base } = first;
  const rates: CombinedEquity["rates"] = [];
  const [accounts, leftOut] = [[first.account.id as string], [] as string[]];
  let [equity, dayPnl] = [first.figures.equity, first.figures.dayPnl];
  for (const other of others) {
    const change = changeOf(first, other);
    if (change === undefined) {
      leftOut.push(other.account.id);
      continue;
    }
    accounts.push(other.account.id);
    equity = add(equity, change.of(other.figures.equity));
    dayPnl = add(dayPnl, change.of(other.figures.dayPnl));
    if (change.rate !== undefined && !rates.some(({ asset }) => asset === other.base.id)) rates.push(change.rate);
  }
  const text = (amount: Money): string => formatAmount(amount, base.scale);
  return { mode, currency: base.id, accounts, equity: text(equity), day_pnl: text(dayPnl), rates, left_out: leftOut };
}

type Change = Readonly<{ of: (money: Money) => Money; rate: CombinedEquity["rates"][number] | undefined }>;

function changeOf({ account, base }: Whole, other: Whole): Change | undefined {
  if (other.base.id === base.id) return { of: (money) => convert(money, ONE, other.base.scale, base.scale), rate: undefined };
  const known = account.state.rates.get(other.base.id);
  const said = (asset: string, rate: Ratio, at: number, whose: DeskAccount) => ({
    asset,
    rate: formatRatio(rate),
    at: iso(at),
    account_id: whose.id,
  });
  if (known !== undefined) {
    const rate = known.rate as Ratio;
    return { of: (money) => convert(money, rate, other.base.scale, base.scale), rate: said(other.base.id, rate, known.at, account) };
  }
  const back = other.account.state.rates.get(base.id);
  if (back === undefined) return undefined;
  const rate = back.rate as Ratio;
  // Says how much of the other currency one unit of ours is.
  return { of: (money) => unconvert(money, rate, other.base.scale, base.scale), rate: said(base.id, rate, back.at, other.account) };
}
