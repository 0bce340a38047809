import type { RiskRule } from "@bulkhead/core";
import type { Sentence } from "./sentence.ts";

/** What the gate's rules say on a receipt, in the order in which they are asked. A rule without a sentence does not compile. */
export const RISK: Readonly<Record<RiskRule, Sentence>> = {
  mode: {
    says: "The mode of the {scope} takes no such orders ({reason}).",
    fix: 'What the desk set ends by itself when its reason does; else a person sets it to ready. What only reduces passes in reduce_only, a cancel in cancel_only too. An account that is only looked at trades with access = "trade".',
  },
  kill_switch: { says: "The kill switch of the {scope} is engaged ({reason}).", fix: "A person clears it with a reason." },
  trading_state: { says: "The portfolio is not active ({reason}): it takes only what reduces its exposure.", fix: "Resume it." },
  archived: { says: "The portfolio is archived.", fix: "Use another." },
  enabled_strategies: { says: "This strategy may not place orders in this portfolio.", fix: "Add it to enabled_strategies." },
  min_confidence: {
    says: "The strategy is {observed} sure, and min_confidence of the {scope} is {bound}.",
    fix: "Lower min_confidence, or wait for a surer signal.",
  },
  universe: { says: "The portfolio may not trade this instrument.", fix: "Add it to symbols." },
  quote_missing: { says: "There is no quote to decide on.", fix: "Wait for a price, or check the data." },
  quote_stale: { says: "The quote is {observed} ms old; quote_age_max is {bound} ms.", fix: "Check the feed, or raise quote_age_max." },
  closed_market: { says: "The market is closed and the order may not wait.", fix: "Send it in the session, or as one that may wait." },
  collar: {
    says: "The limit is {observed} from the quote; collar_pct allows {bound}.",
    fix: "Bring the limit closer, or widen collar_pct.",
  },
  reduce_only: {
    says: "The order may only reduce the position, and there is less: {bound}.",
    fix: "Nothing to do: the rest has gone already.",
  },
  shortable: { says: "This instrument cannot be sold short here.", fix: "Sell no more than is held." },
  available_quantity: { says: "It needs {observed}, and {bound} is free.", fix: "Sell less, or cancel what holds it back." },
  max_order_notional: {
    says: "The order is worth {observed}; max_order_notional of the {scope} is {bound}.",
    fix: "Order less, or raise it.",
  },
  available_currency: { says: "The portfolio does not hold the currency that this trades in.", fix: 'Transfer some, or say fx = "auto".' },
  available_cash: { says: "It needs {observed}, and {bound} is free.", fix: "Order less, or transfer cash to the portfolio." },
  max_position_pct: {
    says: "The position would be worth {observed}; max_position_pct of the {scope} makes that {bound}.",
    fix: "Order less, or raise it.",
  },
  max_position_size: {
    says: "The position would be worth {observed}; max_position_size of the {scope} is {bound}.",
    fix: "Order less, or raise it.",
  },
  max_total_exposure: {
    says: "Gross exposure would be {observed}; max_total_exposure of the {scope} is {bound}.",
    fix: "Close something, or raise it.",
  },
  max_leverage: {
    says: "Gross exposure would be {observed}; max_leverage of the {scope} makes that {bound}.",
    fix: "Close something, or raise it.",
  },
  max_net_exposure: {
    says: "Net exposure would be {observed}; max_net_exposure of the {scope} is {bound}.",
    fix: "Balance long and short, or raise it.",
  },
  max_open_positions: {
    says: "It would be position number {observed}; max_open_positions of the {scope} is {bound}.",
    fix: "Close one, or raise it.",
  },
  max_loss_day: {
    says: "The {scope} has lost {observed} today; its limit is {bound}.",
    fix: "New exposure is allowed again tomorrow; exits always are.",
  },
  max_loss_rolling_24h: {
    says: "The {scope} has lost {observed} in 24 hours; its limit is {bound}.",
    fix: "Wait, or raise the limit; exits are always allowed.",
  },
  max_loss_lifetime: {
    says: "The {scope} has lost {observed} since its start; its limit is {bound}.",
    fix: "Raise the limit deliberately; exits are always allowed.",
  },
  max_drawdown: {
    says: "The {scope} is {observed} below its highest equity; max_drawdown_pct is {bound}.",
    fix: "Raise the limit deliberately; exits are always allowed.",
  },
  max_orders_per_minute: {
    says: "It would be order {observed} within a minute; max_orders_per_minute of the {scope} is {bound}.",
    fix: "Order less often, or raise it.",
  },
  unanswered: {
    says: "The venue has not said what became of another order on this side of it.",
    fix: "Wait until it has, or look at the venue; what only closes may go.",
  },
  duplicate: { says: "The same order was placed a moment ago.", fix: "Flag it as meant, or wait for duplicate_window." },
  crossing: { says: "It would trade against another order of the same portfolio.", fix: "Cancel that one first." },
  minimum_size: { says: "What is left, {observed}, is below the venue's minimum of {bound}.", fix: "Order more, or leave it." },
};
