import type { InstantMs } from "@bulkhead/core";

/** Equity and gross exposure (Σ of absolute market values) at an instant; base currency, float64, for statistics only. */
export type EquityPoint = Readonly<{ at: InstantMs; equity: number; grossExposure: number }>;

/**
 * An external flow: a deposit, withdrawal or transfer, at market value; base currency, float64. `amount` is signed, positive into the
 * portfolio; `equityBefore` is the equity just before it. A portfolio's starting cash is its first flow, with `equityBefore` 0.
 */
export type FlowPoint = Readonly<{ at: InstantMs; amount: number; equityBefore: number }>;

/**
 * What 1 put in at the start has become, flows taken out. `funded` is false where the step to this point began without capital, `marked`
 * where it is a flow instead of an equity point.
 */
export type GrowthPoint = Readonly<{ at: InstantMs; growth: number; funded: boolean; marked: boolean }>;

/**
 * The time-weighted growth of 1 (ANA-1 … ANA-3): each flow closes a sub-period at the equity before it and opens the next at the equity
 * after it. Empty until there is capital; the first point is the base, with growth 1. Both series are in order of time, else it throws.
 */
export function growthOf(equity: readonly EquityPoint[], flows: readonly FlowPoint[]): readonly GrowthPoint[] {
  requireEquity(equity);
  requireFlows(flows);
  const curve = new Curve();
  let next = 0;
  for (const point of equity) {
    for (let flow = flows[next]; flow !== undefined && isBefore(flow, point); flow = flows[next]) {
      curve.flow(flow);
      next += 1;
    }
    curve.value(point.at, point.equity);
  }
  for (const flow of flows.slice(next)) curve.flow(flow);
  return curve.points;
}

/** A point shares its instant with a flow: it stands after the flow, unless it shows just what the flow found (a mark, then a transfer). */
function isBefore(flow: FlowPoint, point: EquityPoint): boolean {
  return flow.at < point.at || (flow.at === point.at && point.equity !== flow.equityBefore);
}

class Curve {
  readonly points: GrowthPoint[] = [];
  #growth = 1;
  #capital = 0;

  /** Equity that came about by trading alone since the last value or flow. */
  value(at: InstantMs, equity: number, marked = true): void {
    const funded = this.#capital > 0;
    if (funded) this.#growth = capped(this.#growth * capped(Math.max(0, equity / this.#capital)));
    if (this.points.length > 0) this.points.push({ at, growth: this.#growth, funded, marked });
    this.#open(at, equity, marked);
  }

  flow(flow: FlowPoint): void {
    if (this.points.length > 0) this.value(flow.at, flow.equityBefore, false);
    this.#open(flow.at, flow.equityBefore + flow.amount, false);
  }

  #open(at: InstantMs, capital: number, marked: boolean): void {
    this.#capital = capital;
    if (this.points.length === 0 && capital > 0) this.points.push({ at, growth: 1, funded: false, marked });
  }
}

/** A speck of capital can overflow a quotient, and infinity times nothing is not a number. */
const capped = (value: number): number => Math.min(value, Number.MAX_VALUE);

/** Throws `EQUITY_NOT_FINITE` or `EQUITY_OUT_OF_ORDER`: both are bugs of the caller, and would end as NaN in a report. */
export function requireEquity(equity: readonly EquityPoint[]): void {
  let last = Number.NEGATIVE_INFINITY;
  for (const [index, point] of equity.entries()) {
    if (!(Number.isFinite(point.equity) && Number.isFinite(point.grossExposure))) throw new RangeError(`EQUITY_NOT_FINITE: index=${index}`);
    if (!(point.at >= last)) throw new RangeError(`EQUITY_OUT_OF_ORDER: index=${index}`);
    last = point.at;
  }
}

function requireFlows(flows: readonly FlowPoint[]): void {
  let last = Number.NEGATIVE_INFINITY;
  for (const [index, flow] of flows.entries()) {
    if (!(Number.isFinite(flow.amount) && Number.isFinite(flow.equityBefore))) throw new RangeError(`FLOW_NOT_FINITE: index=${index}`);
    if (!(flow.at >= last)) throw new RangeError(`FLOW_OUT_OF_ORDER: index=${index}`);
    last = flow.at;
  }
}
