import { cents, type Decimal, plain, sizeOf, times, whole } from "../decimal.ts";
import type { AccountFigure, PortfolioTold } from "../wire/answers.ts";
import { Account, type Holding } from "./account.ts";
import { multiplierOf } from "./contract.ts";
import { markOf, type Quotes } from "./quotes.ts";

/** What the figures of an account are computed from. */
export type FigureGround = Readonly<{
  number: string;
  account: Account;
  quotes: Quotes;
  base: string;
  /** Base currency per unit of a currency; 1 for those that are not said. */
  rates: ReadonlyMap<string, Decimal>;
}>;

/** How much of the equity can be bought with it (RegT by day). */
const LEVERAGE = whole(4);

/** A holding at its mark; one that nobody quotes is worth what it cost. */
export function valued({ number, account, quotes }: FigureGround, holding: Holding): PortfolioTold {
  const { contract, quantity, realized } = account.holding(holding.contract);
  const multiplier = multiplierOf(contract);
  const averageCost = Account.averageCost(holding);
  const mark = markOf(quotes.of(contract.conId));
  const price = mark ?? (holding.quantity === 0n ? 0n : (averageCost * whole(1)) / multiplier);
  const value = times(times(quantity, price), multiplier);
  return { contract, account: number, quantity, averageCost, price, value, unrealized: value - holding.cost, realized };
}

/** What the account is worth in its base currency, and what it holds without signs. */
export function equity(ground: FigureGround): Readonly<{ net: Decimal; gross: Decimal; cash: Decimal }> {
  const rate = (currency: string): Decimal => ground.rates.get(currency) ?? whole(1);
  let [net, gross, cash] = [0n, 0n, 0n];
  for (const [currency, amount] of ground.account.cash()) cash += times(amount, rate(currency));
  for (const holding of ground.account.holdings()) {
    const { contract, value, unrealized } = valued(ground, holding);
    const worth = times(contract.secType === "FUT" ? unrealized : value, rate(contract.currency));
    net += worth;
    gross += sizeOf(worth);
  }
  return { net: net + cash, gross, cash };
}

export const buyingPower = (ground: FigureGround): Decimal => times(equity(ground).net, LEVERAGE) - equity(ground).gross;

/** Account values as TWS lists them: what is in the base currency once, cash in every currency and as `BASE`. */
export function accountFigures(ground: FigureGround): AccountFigure[] {
  const { net, gross, cash } = equity(ground);
  const { base, number, account } = ground;
  const held = account.holdings().map((holding) => valued(ground, holding));
  const sum = (key: "unrealized" | "realized"): Decimal => held.reduce((total, one) => total + one[key], 0n);
  const inBase = (key: string, amount: Decimal): AccountFigure => ({ key, value: cents(amount), currency: base });
  const margin = gross / 2n;
  return [
    { key: "AccountCode", value: number, currency: "" },
    { key: "AccountReady", value: "true", currency: "" },
    { key: "AccountType", value: "INDIVIDUAL", currency: "" },
    ...[...account.cash()].flatMap(([currency, amount]) => cashFigures(ground, currency, amount)),
    ...["CashBalance", "TotalCashBalance"].map((key) => ({ key, value: plain((cash / 10_000n) * 10_000n), currency: "BASE" })),
    ...[inBase("NetLiquidation", net), inBase("EquityWithLoanValue", net), inBase("TotalCashValue", cash), inBase("SettledCash", cash)],
    ...[inBase("AccruedCash", 0n), inBase("GrossPositionValue", gross), inBase("BuyingPower", buyingPower(ground))],
    ...[inBase("AvailableFunds", net - margin), inBase("ExcessLiquidity", net - gross / 4n)],
    ...[inBase("InitMarginReq", margin), inBase("MaintMarginReq", gross / 4n)],
    ...[inBase("UnrealizedPnL", sum("unrealized")), inBase("RealizedPnL", sum("realized"))],
    { key: "Cushion", value: "1", currency: "" },
  ];
}

function cashFigures({ rates }: FigureGround, currency: string, amount: Decimal): AccountFigure[] {
  return [
    { key: "Currency", value: currency, currency },
    { key: "CashBalance", value: cents(amount), currency },
    { key: "TotalCashBalance", value: cents(amount), currency },
    { key: "ExchangeRate", value: plain(rates.get(currency) ?? whole(1)), currency },
  ];
}

/** What a summary tells: the tags that were asked for; `$LEDGER` is the cash of every currency. */
export function summaryFigures(figures: readonly AccountFigure[], tags: readonly string[]): AccountFigure[] {
  const ledgers = tags.filter((tag) => tag.startsWith("$LEDGER"));
  const wanted = (currency: string): boolean =>
    ledgers.some((tag) => tag === "$LEDGER:ALL" || tag === `$LEDGER:${currency}` || (tag === "$LEDGER" && currency === "BASE"));
  const ledgerKeys = ["Currency", "CashBalance", "TotalCashBalance", "ExchangeRate"];
  return figures.filter(({ key, currency }) => (ledgerKeys.includes(key) ? wanted(currency) : tags.includes(key)));
}
