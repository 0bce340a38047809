/** What a setting means, in words: the text of `config show`. Fractions come in as decimal text, money with its currency. */
export type Words = (value: string) => string;

/** "0.045" as "4.5 %", without going through a float. */
export function percentWords(fraction: string): string {
  const [whole = "0", decimals = ""] = fraction.replace("-", "").split(".");
  const digits = `${whole}${decimals.padEnd(2, "0")}`;
  const point = whole.length + 2;
  const text = `${digits.slice(0, point).replace(/^0+(?=\d)/, "")}.${digits.slice(point)}`.replace(/\.?0*$/, "");
  return `${fraction.startsWith("-") ? "-" : ""}${text} %`;
}

/** "50000" as "50,000". */
export function groupedWords(text: string): string {
  const [whole = "", fraction] = text.split(".");
  const thousands = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? thousands : `${thousands}.${fraction}`;
}

/** Milliseconds in the largest unit that divides them: "15 min". */
export function durationWords(ms: number): string {
  const units = [
    [86_400_000, "d"],
    [3_600_000, "h"],
    [60_000, "min"],
    [1000, "s"],
  ] as const;
  const unit = units.find(([length]) => ms >= length && ms % length === 0);
  return unit === undefined ? `${ms} ms` : `${ms / unit[0]} ${unit[1]}`;
}

/** "22:00-07:00". */
export function hoursText({ from, to }: Readonly<{ from: number; to: number }>): string {
  const time = (minutes: number): string => [Math.floor(minutes / 60), minutes % 60].map((part) => String(part).padStart(2, "0")).join(":");
  return `${time(from)}-${time(to)}`;
}

const pct =
  (rest: string): Words =>
  (value) =>
    `${percentWords(value)} ${rest}`;
const amount =
  (rest: string): Words =>
  (value) =>
    `${value} ${rest}`;

/** Limits, by their keys. */
export const LIMIT_WORDS = {
  max_position_pct: pct("of equity per position at most"),
  max_position_size: amount("per position at most"),
  max_total_exposure: amount("of gross exposure at most"),
  max_leverage: (value) => `gross exposure at most ${value} times equity`,
  max_net_exposure: amount("of net exposure at most, long or short"),
  max_open_positions: (value) => `${value} open positions at most`,
  max_order_notional: amount("per order at most"),
  max_orders_per_minute: (value) => `${value} orders a minute at most`,
  collar_pct: pct("from the quote at most, for limit prices and for what a market buy reserves"),
  max_daily_loss_pct: pct("of the day's starting equity lost at most, then no new exposure"),
  max_daily_loss: amount("lost a day at most, then no new exposure"),
  max_drawdown_pct: pct("below the highest equity at most, then no new exposure"),
} as const satisfies Readonly<Record<string, Words>>;

/** Keys of a portfolio that are figures. */
export const PORTFOLIO_WORDS = {
  ...LIMIT_WORDS,
  trade_amount: amount("is what a signal without a size is worth"),
  min_confidence: pct("confidence at least, or a strategy's order is denied"),
  stop_loss_pct: pct("from the entry price is the stop of entries without one"),
  take_profit_pct: pct("from the entry price is the target of entries without one"),
  trailing_stop_pct: pct("behind the best price since entry trails the stop"),
  overnight_stop_pct: pct("of the entry price further away lie stops overnight"),
  overnight_stop_factor: (value) => `${value} times as far from the entry price lie stops overnight`,
  overnight_take_profit_pct: pct("of the entry price further away lie targets overnight"),
  overnight_take_profit_factor: (value) => `${value} times as far from the entry price lie targets overnight`,
} as const satisfies Readonly<Record<string, Words>>;

/** Keys of an account that are fractions. */
export const ACCOUNT_WORDS = {
  short_requirement_pct: pct("of a short's market value must be there in cash, beside its proceeds"),
  margin_requirement_pct: pct("of a margined position's notional must be there in cash"),
  fee_reserve_pct: pct("of a buy's value is held back for fees"),
  fx_cost_pct: pct("is the cost of an automatic currency conversion"),
} as const satisfies Readonly<Record<string, Words>>;

/** How lots are matched. */
export const MATCHING_WORDS: Readonly<Record<string, string>> = {
  fifo: "sells close the oldest lots first (FIFO)",
  lifo: "sells close the newest lots first (LIFO)",
  hifo: "sells close the dearest lots first (HIFO)",
  average: "lots are one pool at average cost",
  specific: "sells close the lots that the order names",
};
