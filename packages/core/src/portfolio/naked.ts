import type { Quantity } from "@bulkhead/money";
import { absolute, isLess, signOf } from "@bulkhead/money";
import type { AssetId, InstrumentId, PortfolioId } from "../brand.ts";
import type { Protection } from "../protection/protection.ts";
import type { StateView } from "../state.ts";
import type { View } from "../view.ts";
import type { Portfolio } from "./portfolio.ts";

/** What is wrong with a position that should be guarded: no exits, exits without a stop, or exits of the other direction. */
export type NakedReason = "not_armed" | "no_stop" | "wrong_side";

/** A position that its portfolio's policy wants guarded and nothing guards. `quantity` is signed; `instrument` is the listing that values it. */
export type NakedPosition = Readonly<{
  portfolio: PortfolioId;
  instrument: InstrumentId;
  asset: AssetId;
  quantity: Quantity;
  reason: NakedReason;
}>;

/**
 * Positions of portfolios whose policy has a stop, without one (PROT-16). Not naked: a position whose exit is on its way, and what is less than
 * one increment and so cannot be sold. Empty is the rule; anything else is an alarm.
 */
export function nakedPositions(state: StateView): readonly NakedPosition[] {
  const naked: NakedPosition[] = [];
  for (const portfolio of state.portfolios.values()) {
    const { stopLossPct, trailingStopPct } = portfolio.settings.protection;
    if (stopLossPct === null && trailingStopPct === null) continue;
    for (const [asset, { quantity }] of portfolio.holdings) {
      const listing = state.primary.get(asset);
      if (listing === undefined || isLess(absolute(quantity), listing.instrument.sizeIncrement)) continue;
      const reason = whyNaked(state, portfolio, asset, signOf(quantity));
      if (reason !== undefined) naked.push({ portfolio: portfolio.id, instrument: listing.instrument.id, asset, quantity, reason });
    }
  }
  return naked;
}

/** Exits may have been armed through another listing of the asset: they guard the same position. */
function whyNaked(state: StateView, portfolio: View<Portfolio>, asset: AssetId, sign: number): NakedReason | undefined {
  const isOfIt = (instrument: InstrumentId): boolean => state.listings.get(instrument)?.base.id === asset;
  for (const instrument of portfolio.exiting.keys()) if (isOfIt(instrument)) return undefined;
  let reason: NakedReason = "not_armed";
  for (const [instrument, protection] of portfolio.protections) {
    if (!isOfIt(instrument)) continue;
    if (!isOn(protection, sign)) reason = "wrong_side";
    else if (protection.stop !== null || protection.trailing !== null) return undefined;
    else reason = "no_stop";
  }
  return reason;
}

const isOn = (protection: View<Protection>, sign: number): boolean => (protection.direction === "long" ? 1 : -1) === sign;
