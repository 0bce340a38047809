import { plainSum } from "../../statement/decimal-text.ts";
import type { StatedCash, StatedPosition } from "../../statement/statement.ts";
import { contractKeyOf } from "./contract.ts";
import type { Row } from "./row.ts";

/** What was held at the end. Where a statement has a position both as a sum and by lots, the sum counts; lots alone are added up. */
export function openPositions(rows: readonly Row[]): readonly StatedPosition[] {
  const held = rows.filter((row) => row.text("assetCategory") !== "CASH");
  const last = latestDay(held);
  const sums = last.filter((row) => row.text("levelOfDetail") !== "LOT");
  const byContract = new Map<string, Row[]>();
  for (const row of sums.length > 0 ? sums : last) {
    const key = contractKeyOf(row) ?? row.refuse("STATEMENT_VALUE_MISSING", { field: "conid or symbol" });
    byContract.set(key, [...(byContract.get(key) ?? []), row]);
  }
  return [...byContract].map(([contract, parts]) => ({
    line: parts[0]?.line ?? 0,
    contract,
    quantity: plainSum(parts.map((row) => row.decimal("position"))),
    mark: parts[0]?.text("markPrice") || null,
  }));
}

/** Cash by currency at the end; the row in base currency is a sum of the others. */
export function cashReport(rows: readonly Row[]): readonly StatedCash[] {
  const byCurrency = new Map<string, StatedCash>();
  for (const row of rows) {
    const currency = row.required("currency");
    // A statement of several days has one row for each: the last one stands.
    if (currency !== "BASE_SUMMARY") byCurrency.set(currency, { line: row.line, currency, amount: row.decimal("endingCash") });
  }
  return [...byCurrency.values()];
}

/** Statements of several days list what was held on each. */
function latestDay(rows: readonly Row[]): readonly Row[] {
  const dates = rows.map((row) => (row.text("reportDate") === "" ? 0 : row.instant("reportDate")));
  const last = Math.max(0, ...dates);
  return rows.filter((_, index) => dates[index] === last);
}
