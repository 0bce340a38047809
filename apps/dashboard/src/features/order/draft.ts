import type { BodyOf } from "@bulkhead/contract";
import type { SizeKind } from "./sizing.ts";

/** What stands in the ticket, as typed. */
export type Draft = Readonly<{
  portfolio: string;
  instrument: string;
  side: "buy" | "sell";
  size: SizeKind;
  amount: string;
  type: "market" | "limit" | "stop" | "stop_limit";
  limit: string;
  trigger: string;
  lasts: "day" | "gtc" | "ioc" | "fok";
  stopLoss: string;
  takeProfit: string;
  reduceOnly: boolean;
  reason: string;
}>;

export const EMPTY_DRAFT: Draft = {
  portfolio: "",
  instrument: "",
  side: "buy",
  size: "units",
  amount: "",
  type: "market",
  limit: "",
  trigger: "",
  lasts: "day",
  stopLoss: "",
  takeProfit: "",
  reduceOnly: false,
  reason: "",
};

export const wantsLimit = ({ type }: Draft): boolean => type === "limit" || type === "stop_limit";
export const wantsTrigger = ({ type }: Draft): boolean => type === "stop" || type === "stop_limit";

/** An order that says how much. */
export type SizedOrder = BodyOf<"placeOrder"> & Readonly<{ quantity: string }>;

/** The order that a ticket asks for; undefined while something is missing. */
export function orderOf(draft: Draft, quantity: string | undefined): SizedOrder | undefined {
  const { portfolio, instrument, side, type, limit, trigger, lasts, stopLoss, takeProfit, reduceOnly, reason } = draft;
  if (portfolio === "" || instrument === "" || quantity === undefined) return undefined;
  if ((wantsLimit(draft) && limit === "") || (wantsTrigger(draft) && trigger === "")) return undefined;
  return {
    portfolio_id: portfolio,
    instrument,
    side,
    quantity,
    order_type: type,
    time_in_force: lasts,
    reduce_only: reduceOnly,
    reason,
    ...(wantsLimit(draft) ? { limit_price: limit } : {}),
    ...(wantsTrigger(draft) ? { stop_price: trigger } : {}),
    ...(stopLoss === "" ? {} : { stop_loss_price: stopLoss }),
    ...(takeProfit === "" ? {} : { take_profit_price: takeProfit }),
  };
}
