import { formatAmount, formatRatio, type Money, type Ratio, type Scale } from "@bulkhead/money";
import { percentWords } from "../words.ts";
import type { TomlTable } from "./toml.ts";

/** Decimal places of the base currency. */
export type WriteContext = Readonly<{
  scale: Scale;
  /** How a portfolio's strategy is named in a file: a built-in's name, or the path of its code. */
  strategyText: (type: string) => string;
}>;

/** One thing that a person may set, as it stands in the books and in a file. */
export type SettingKey<S> = Readonly<{
  key: string;
  /** Other keys that a file may say the same with. */
  also?: readonly string[];
  /** What a file says for it; nothing where that is what holds anyway. */
  written: (settings: S, context: WriteContext) => TomlTable;
  /** `into` with this setting of `from`. */
  taken: (into: S, from: S) => S;
  /** For people, where a file says it in tables of its own; null where it says nothing. */
  shown?: (settings: S) => string | null;
  /** What two have to share to be the same, where that is more than what is written. */
  compared?: (settings: S) => string;
}>;

/** "4.5%". */
export const percentText = (ratio: Ratio): string => percentWords(formatRatio(ratio)).replace(" ", "");
export const moneyText = (money: Money, { scale }: Pick<WriteContext, "scale">): string => formatAmount(money, scale);

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** "15m", in the largest unit that divides it. */
export function durationText(ms: number): string {
  const unit = UNITS.find(([, length]) => ms > 0 && ms % length === 0);
  return unit === undefined ? `${ms}ms` : `${ms / unit[1]}${unit[0]}`;
}
