import type { ContractQuery } from "../broker/directory.ts";
import type { Decimal } from "../decimal.ts";
import type { FieldCursor } from "./cursor.ts";

/** An order as a client sent it: what it says of itself, before anything is decided. */
export type OrderRequest = Readonly<{
  orderId: number;
  contract: ContractQuery;
  action: string;
  quantity: Decimal;
  orderType: string;
  limit: Decimal | null;
  /** Stop price, or how far a trailing stop stays behind. */
  aux: Decimal | null;
  timeInForce: string;
  ocaGroup: string;
  ocaType: number;
  account: string;
  openClose: string;
  origin: number;
  reference: string;
  transmit: boolean;
  parentId: number;
  outsideRth: boolean;
  hidden: boolean;
  goodAfterTime: string;
  goodTillDate: string;
  allOrNone: boolean;
  trailStop: Decimal | null;
  trailingPercent: Decimal | null;
  limitOffset: Decimal | null;
  whatIf: boolean;
  /** What of it the gateway does not do; null where there is nothing. */
  unsupported: string | null;
}>;

/** Fields 1 to 38 of PLACE_ORDER, the same in all versions that are spoken here. */
function readHead(cursor: FieldCursor) {
  const orderId = cursor.integer();
  const conId = cursor.integer();
  const [symbol, secType, expiry] = [cursor.text(), cursor.text(), cursor.text()];
  const strike = cursor.decimal();
  const [right, , exchange, , currency, localSymbol] = [
    cursor.text(),
    cursor.text(), // multiplier
    cursor.text(),
    cursor.text(), // primary exchange
    cursor.text(),
    cursor.text(),
  ];
  cursor.skip(3); // trading class, security id and its type
  const contract: ContractQuery = { conId, symbol, secType, expiry, strike, right, exchange, currency, localSymbol };
  const [action, quantity, orderType] = [cursor.text(), cursor.decimal() ?? 0n, cursor.text()];
  const [limit, aux, timeInForce, ocaGroup, account] = [cursor.decimal(), cursor.decimal(), cursor.text(), cursor.text(), cursor.text()];
  const [openClose, origin, reference] = [cursor.text(), cursor.integer(), cursor.text()];
  const [transmit, parentId] = [cursor.flag(true), cursor.integer()];
  cursor.skip(4); // block order, sweep to fill, display size, trigger method
  const [outsideRth, hidden] = [cursor.flag(), cursor.flag()];
  return {
    ...{ orderId, contract, action, quantity, orderType, limit, aux, timeInForce, ocaGroup, account },
    ...{ openClose, origin, reference, transmit, parentId, outsideRth, hidden },
  };
}

const REFUSED = {
  ...{ goodAfterTime: "", goodTillDate: "", ocaType: 0, allOrNone: false, trailStop: null, trailingPercent: null },
  ...{ limitOffset: null, whatIf: false },
};

/**
 * Reads PLACE_ORDER as clients of server versions 173 to 193 write it. What has sections of its own (legs, hedges, algorithms,
 * conditions) is read up to there and named in `unsupported`.
 */
export function readOrder(cursor: FieldCursor, version: number): OrderRequest {
  const head = readHead(cursor);
  const refuse = (unsupported: string): OrderRequest => ({ ...head, ...REFUSED, unsupported });
  if (head.contract.secType.toUpperCase() === "BAG") return refuse("combination orders");
  cursor.skip(2); // shares allocation, discretionary amount
  const [goodAfterTime, goodTillDate] = [cursor.text(), cursor.text()];
  cursor.skip(version < 177 ? 5 : 4); // financial advisor's group, method, percentage, profile; model
  cursor.skip(3); // short sale slot, location, exempt code
  const ocaType = cursor.integer();
  cursor.skip(2); // rule 80A, settling firm
  const allOrNone = cursor.flag();
  cursor.skip(14); // minimum quantity … volatility, of which none changes how it trades here
  const deltaNeutral = readDeltaNeutral(cursor);
  cursor.skip(2); // continuous update, reference price type
  const [trailStop, trailingPercent] = [cursor.decimal(), cursor.decimal()];
  cursor.skip(2);
  if ((cursor.decimal() ?? 0n) > 0n) return refuse("scale orders");
  cursor.skip(3); // scale table, active from and to
  if (cursor.text() !== "") return refuse("hedge orders");
  cursor.skip(4); // opt out of smart routing, clearing account and intent, not held
  if (cursor.flag() || deltaNeutral) return refuse("delta neutral orders");
  if (cursor.text() !== "") return refuse("algorithms");
  cursor.skip(1);
  const whatIf = cursor.flag();
  cursor.skip(4); // options, solicited, randomize size and price
  if (head.orderType.replaceAll(" ", "") === "PEGBENCH") return refuse("orders pegged to a benchmark");
  if (cursor.integer() !== 0) return refuse("conditions");
  cursor.skip(2); // adjusted order type, trigger price
  const limitOffset = cursor.decimal();
  return { ...head, goodAfterTime, goodTillDate, ocaType, allOrNone, trailStop, trailingPercent, limitOffset, whatIf, unsupported: null };
}

/** A type of `None` is none, though it brings its fields along. */
function readDeltaNeutral(cursor: FieldCursor): boolean {
  const type = cursor.text();
  cursor.skip(1);
  if (type === "") return false;
  cursor.skip(8);
  return type.toUpperCase() !== "NONE";
}
