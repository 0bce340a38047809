import type { Contract } from "../broker/contract.ts";
import { type BrokerOrder, isOver, type OrderStatus } from "../broker/order.ts";
import { asDouble, type Decimal, plain } from "../decimal.ts";
import { DOUBLE_UNSET, INTEGER_UNSET } from "./cursor.ts";
import type { Fields } from "./frame.ts";

const since = (version: number, from: number, ...fields: string[]): string[] => (version >= from ? fields : []);
const unset = (count: number): string[] => Array.from({ length: count }, () => DOUBLE_UNSET);
const empty = (count: number): string[] => Array.from({ length: count }, () => "");
const flag = (value: boolean): string => (value ? "1" : "0");
const price = (value: Decimal | null): string => (value === null ? "0.0" : asDouble(value));
const optional = (value: Decimal | null): string => (value === null ? "" : asDouble(value));

/** Ids of an order as a message carries them: the first word on an order may come before its permanent id is known. */
export type ShownIds = Readonly<{ orderId: number; permId: number }>;

/** OPEN_ORDER (5): 136 fields at 173, 135 at 178, 138 at 187, 141 at 193 for an order without sections of its own. */
export function openOrder(version: number, order: BrokerOrder, ids: ShownIds, status: OrderStatus = order.status): Fields {
  const { terms, account } = order;
  return [
    ...["5", String(ids.orderId), ...contractOfOrder(order.contract), ...head(order)],
    ...[String(order.clientId), String(ids.permId), flag(terms.outsideRth), flag(terms.hidden), "0", terms.goodAfterTime],
    ...[`${ids.permId}.0/${account}/100`, ...advisor(version), "", terms.goodTillDate, ...empty(3), "0", "", "-1", "0", ...empty(5)],
    ...[INTEGER_UNSET, "0", "0", flag(terms.allOrNone), "", String(terms.ocaType === 0 ? 3 : terms.ocaType), "0", "0", ""],
    ...[String(terms.parentId), "0", "", "0", "None", "", "0", "", "", "", "?", "0", "0", "", "0", "0", ...trailing(order), "", ""],
    ...["", "0", "0", "0", INTEGER_UNSET, INTEGER_UNSET, "", "", "0", "", "IB", "0", "0", "", "0", flag(terms.whatIf), status],
    ...[
      ...unset(9),
      ...commissionPreview(order),
      "",
      "0",
      "0",
      "0",
      "None",
      ...adjustments(order),
      "0",
      "",
      "",
      "",
      "0",
      "1",
      "0",
      "0",
      "0",
    ],
    ...[...since(version, 158, ""), ...since(version, 160, ""), ...since(version, 162, "0")],
    ...since(version, 170, "", "100", "0.02", "", ""),
    ...[...since(version, 183, ""), ...since(version, 184, "0"), ...since(version, 185, ""), ...since(version, 189, "0")],
    ...since(version, 193, "", INTEGER_UNSET),
  ];
}

/** COMPLETED_ORDER (101): what an order came to; it has its permanent id, and neither client nor order id. */
export function completedOrder(version: number, order: BrokerOrder, completedTime: string): Fields {
  const { terms } = order;
  return [
    ...["101", ...contractOfOrder(order.contract), ...head(order), String(order.permId), flag(terms.outsideRth), flag(terms.hidden), "0"],
    ...[terms.goodAfterTime, ...advisor(version), "", terms.goodTillDate, ...empty(3), "0", "", "-1", ...empty(5)],
    ...[INTEGER_UNSET, "0", flag(terms.allOrNone), "", String(terms.ocaType === 0 ? 3 : terms.ocaType), "0"],
    ...["", "0", "None", "", "0", "0", "0", "", "0", "0", ...trailing(order)],
    ...["", "0", "0", "0", INTEGER_UNSET, INTEGER_UNSET, "", "", "", "IB", "0", "0", "", "0", order.status, "0", "0", "0"],
    ...[adjustments(order)[1] ?? DOUBLE_UNSET, adjustments(order)[2] ?? DOUBLE_UNSET, "0", "1", "0", "", plain(order.filled), "0", "0"],
    ...["", "0", "0", String(order.parentPermId), completedTime, isOver(order) ? order.completedStatus : ""],
    ...since(version, 170, "", "100", "0.02", "", ""),
    ...[...since(version, 183, ""), ...since(version, 184, "0")],
  ];
}

/** The eleven fields of a contract in both. */
function contractOfOrder(contract: Contract): string[] {
  const { conId, symbol, secType, expiry, strike, right, multiplier, exchange, currency, localSymbol, tradingClass } = contract;
  const struck = strike === 0n ? "0" : asDouble(strike);
  return [
    String(conId),
    symbol,
    secType,
    expiry,
    struck,
    right === "" ? "?" : right,
    multiplier,
    exchange,
    currency,
    localSymbol,
    tradingClass,
  ];
}

/** From the action to the reference. */
function head({ terms, account }: BrokerOrder): string[] {
  return [
    ...[terms.action, plain(terms.quantity), terms.orderType, price(terms.limit), price(terms.aux), terms.timeInForce, terms.ocaGroup],
    ...[account, terms.openClose, String(terms.origin), terms.reference],
  ];
}

/** Group, method and percentage of a financial advisor, and a profile in old versions. */
const advisor = (version: number): string[] => empty(version < 177 ? 4 : 3);

const isTrailing = ({ terms }: BrokerOrder): boolean => terms.orderType.startsWith("TRAIL");

function trailing(order: BrokerOrder): string[] {
  return isTrailing(order) ? [optional(order.stop), optional(order.terms.trailingPercent)] : ["", ""];
}

/** Trigger, trailing stop, limit offset, and three adjusted prices. */
function adjustments(order: BrokerOrder): string[] {
  if (!isTrailing(order)) return unset(6);
  const { limitOffset } = order.terms;
  return [DOUBLE_UNSET, optional(order.stop), limitOffset === null ? DOUBLE_UNSET : asDouble(limitOffset), ...unset(3)];
}

/** Commission, its least and its most, and their currency: told of an order that only asks what if, and of a filled one. */
function commissionPreview(order: BrokerOrder): string[] {
  if (!order.terms.whatIf) return empty(4);
  const charged = asDouble(order.commission);
  return [charged, charged, charged, order.contract.currency];
}
