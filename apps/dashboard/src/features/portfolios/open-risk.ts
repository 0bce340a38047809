import type { PositionRow } from "@bulkhead/contract";
import { sign, sum } from "../../shared/format/amount.ts";

const negated = (text: string): string => (text.startsWith("-") ? text.slice(1) : `-${text}`);

/**
 * What would be lost, in base currency, if every position were closed at its stop now; one without a stop counts whole. A stop that would
 * bring a gain counts as nothing. Exact where the instrument is paid in base currency, else at the rate of its market value.
 */
export function openRisk(positions: readonly PositionRow[], base: string): string {
  const known = risks.get(positions);
  if (known?.base === base) return known.risk;
  const risk = sum(positions.map((row) => riskOf(row, base)));
  risks.set(positions, { base, risk });
  return risk;
}

/** By the very rows: a portfolio that stands still is not added up again, and one that moves only once. */
const risks = new WeakMap<readonly PositionRow[], Readonly<{ base: string; risk: string }>>();

function riskOf(row: PositionRow, base: string): string {
  if (row.to_stop === null) return (row.market_value_base ?? "0").replace("-", "");
  const lost = negated(row.to_stop);
  if (sign(lost) <= 0) return "0";
  if (row.currency === base) return lost;
  const rate = Number(row.market_value_base ?? 0) / Number(row.market_value ?? 0);
  return Number.isFinite(rate) ? (Number(lost) * rate).toFixed(2) : "0";
}
