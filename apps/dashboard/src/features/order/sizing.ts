/** How a person says how much. Estimates from floats: the desk's preview shows what they come to, exactly. */
export const SIZES = [
  { id: "units", label: "Units" },
  { id: "cash", label: "Cash" },
  { id: "percent", label: "% of equity" },
  { id: "risk", label: "% at risk" },
] as const;
export type SizeKind = (typeof SIZES)[number]["id"];

export type Sizing = Readonly<{
  kind: SizeKind;
  /** What was typed. */
  amount: string;
  /** The price that it is counted with. */
  price: number | null;
  /** Where a loss would be taken; needed for `risk`. */
  stop: number | null;
  equity: number;
  multiplier: number;
  /** Of a quantity: `0.001`, `1`. */
  increment: string;
}>;

/** A quantity as text, rounded down to the increment; or why there is none yet. */
export function quantityOf({
  kind,
  amount,
  price,
  stop,
  equity,
  multiplier,
  increment,
}: Sizing): Readonly<{ quantity: string } | { missing: string }> {
  if (!/^\d{1,15}(\.\d{1,18})?$/.test(amount.trim())) return { missing: "How much?" };
  if (kind === "units") return { quantity: amount.trim() };
  const wanted = Number(amount);
  if (price === null || price <= 0) return { missing: "Nobody has seen a price of it yet: say how many units." };
  if (kind === "cash") return floored(wanted / (price * multiplier), increment);
  if (kind === "percent") return floored((equity * wanted) / 100 / (price * multiplier), increment);
  if (stop === null) return { missing: "What is at risk is counted from a stop: say where it is." };
  const perUnit = Math.abs(price - stop) * multiplier;
  return perUnit === 0 ? { missing: "The stop is at the price itself." } : floored((equity * wanted) / 100 / perUnit, increment);
}

function floored(units: number, increment: string): Readonly<{ quantity: string } | { missing: string }> {
  const digits = increment.includes(".") ? (increment.replace(/0+$/, "").split(".")[1]?.length ?? 0) : 0;
  const step = Number(increment);
  // A hair above, so that what is exactly a whole number of increments is not one less.
  const steps = Math.floor(units / step + 1e-9);
  if (steps <= 0) return { missing: "That is less than the smallest quantity." };
  return { quantity: (steps * step).toFixed(digits) };
}
