import type { StateView } from "@bulkhead/core";
import { isZero } from "@bulkhead/money";

/**
 * Positions that their portfolio's policy wants guarded and nothing guards: no stop is armed, and no exit is on its way. Empty is the rule;
 * anything else is an alarm.
 */
export function nakedPositions(state: StateView): readonly string[] {
  const naked: string[] = [];
  for (const { id, settings, holdings, protections, exiting } of state.portfolios.values()) {
    const { stopLossPct, trailingStopPct } = settings.protection;
    if (stopLossPct === null && trailingStopPct === null) continue;
    for (const [asset, { quantity }] of holdings) {
      const instrument = state.primary.get(asset)?.instrument.id;
      if (instrument === undefined || isZero(quantity) || exiting.has(instrument)) continue;
      const protection = protections.get(instrument);
      if ((protection?.stop ?? protection?.trailing ?? null) === null)
        naked.push(`${id} holds ${instrument} without the stop of its policy`);
    }
  }
  return naked;
}
