import { expect } from "vitest";
import type { Outcome, Played } from "./play.ts";

/** Places that all figures of the suite fit into. */
const PLACES = 8;

/** What every adapter owes, asserted on books (venues.md 1.2). */
export function expectContract(outcome: Outcome, { refusals, breaks, books, broker }: Played): void {
  const { case: each, answers, statuses, status, filled, executions, portfolio, truth, order } = outcome;
  const { happening } = each;
  expectHappened(outcome);
  expectAnswers(outcome);
  // At most one order for each intent, however it was answered, and nothing sent again.
  expect(truth.orders, "orders at the broker").toBeLessThanOrEqual(1);
  if (truth.sends !== null) expect(truth.sends, "messages that place it").toBeLessThanOrEqual(1);
  if (happening.absent === true) expect([truth.orders, truth.status]).toEqual([0, "none"]);
  // How it stands is how it stands at the broker.
  expect([filled, executions], `filled in ${statuses.join(", ")}`).toEqual([truth.filled, truth.executions.length]);
  expect(
    happening.unproven === true ? ["unknown"] : endings(truth.status),
    `answers ${JSON.stringify(answers)}, statuses ${statuses.join(", ")}`,
  ).toContain(status);
  // Each execution once, each commission once, to its own portfolio.
  const expected = movesOf(outcome);
  for (const [asset, amount] of Object.entries(portfolio))
    expect(plain(amount), `${asset} of ${order.symbol}`).toBe(plain(expected[asset] ?? "0"));
  // Σ portfolios + unattributed is what the broker has, with nothing left over that nobody explained.
  expect(books).toEqual(Object.fromEntries(Object.entries(broker).map(([asset, amount]) => [asset, text(units(amount))])));
  expect(breaks).toEqual([]);
  expect(refusals).toEqual([]);
}

/** What the case is called after did happen at the broker: four of ten or all, unless it takes all or nothing. */
function expectHappened({ case: each, truth }: Outcome): void {
  const { happening, kind } = each;
  const part = kind.timeInForce === "fok" ? "0" : "4";
  const expected = happening.absent === true ? "0" : { nothing: "0", part, all: "10" }[happening.trades];
  expect(truth.filled, "filled at the broker").toBe(expected);
}

/** One answer each: an unknown one may be found later, and nothing contradicts itself. */
function expectAnswers({ case: each, answers, statuses }: Outcome): void {
  const [first = [], ...later] = answers;
  const { answer, absent } = each.happening;
  if (answer !== undefined) expect(first[0]).toBe(answer);
  const once = first.filter((one, index) => index === 0 || one !== "unknown");
  expect(first, "unknown is said once").toEqual(once);
  expect(new Set(first).size, `each answer once: ${first.join(", ")}`).toBe(first.length);
  for (const again of later)
    expect(
      again.filter((one) => one === "unknown" || one === "not-sent"),
      "nobody sent it again",
    ).toEqual([]);
  if (first[0] !== "unknown") return;
  // Unknown stays unknown until it is found; what never was is so after two looks.
  expect(statuses[0]).toMatch(absent === true ? /^unknown$/ : /^(unknown|working|filled|canceled|expired)$/);
  if (absent === true) expect(statuses.slice(0, 2)).toEqual(["unknown", "unknown"]);
}

/** What the broker's executions make of the portfolio: units, less what they cost, less their fees. */
function movesOf({ order, truth, portfolio }: Outcome): Readonly<Record<string, string>> {
  const [cash = "", base = ""] = Object.keys(portfolio);
  const sums = new Map<string, bigint>();
  const add = (asset: string, amount: bigint): void => void sums.set(asset, (sums.get(asset) ?? 0n) + amount);
  const sign = order.terms.side === "buy" ? 1n : -1n;
  for (const { quantity, price, fee, feeAsset } of truth.executions) {
    add(base, sign * units(quantity));
    add(cash, (-sign * units(quantity) * units(price)) / 10n ** BigInt(PLACES));
    add(feeAsset, -units(fee));
  }
  return Object.fromEntries([...sums].map(([asset, amount]) => [asset, text(amount)]));
}

function endings(status: Outcome["truth"]["status"]): readonly string[] {
  if (status === "none") return ["rejected"];
  return status === "ended" ? ["canceled", "rejected", "expired"] : [status];
}

const plain = (amount: string): string => text(units(amount));

export function units(amount: string): bigint {
  const negative = amount.startsWith("-");
  const [whole = "0", fraction = ""] = amount.replace("-", "").split(".");
  const value = BigInt(whole) * 10n ** BigInt(PLACES) + BigInt(fraction.padEnd(PLACES, "0").slice(0, PLACES));
  return negative ? -value : value;
}

/** Without what stands behind the last digit that counts. */
export function text(amount: bigint): string {
  const magnitude = amount < 0n ? -amount : amount;
  const scale = 10n ** BigInt(PLACES);
  const fraction = String(magnitude % scale)
    .padStart(PLACES, "0")
    .replace(/0+$/, "");
  return `${amount < 0n ? "-" : ""}${magnitude / scale}${fraction === "" ? "" : `.${fraction}`}`;
}
