import { type Decimal, plain, times } from "../decimal.ts";
import type { OrderRequest } from "../wire/order-request.ts";
import { type Contract, incrementAt } from "./contract.ts";

/** Why an order is not taken: code and words of TWS. */
export type Objection = Readonly<{ code: number; text: string; rejectJson?: string }>;

const TYPES = ["MKT", "LMT", "STP", "STP LMT", "TRAIL", "TRAIL LIMIT"];
const TIMES = ["DAY", "GTC", "IOC", "FOK", "GTD"];

const invalid = (cause: string): Objection => ({ code: 321, text: `Error validating request.-'bF' : cause - ${cause}` });

/** What is said of sections that the gateway does not read. */
export const unsupported = (what: string): Objection => invalid(`This gateway takes no ${what}`);

/** What the gateway's own checks say, before the broker is asked; the first that applies. Undefined where nothing is wrong. */
export function objectionTo(order: OrderRequest, contract: Contract, account: string): Objection | undefined {
  const { orderType, limit, aux, timeInForce, trailingPercent, trailStop, quantity } = order;
  if (!["BUY", "SELL", "SSHORT"].includes(order.action.toUpperCase())) return invalid("Invalid action was entered");
  if (order.account !== "" && order.account !== account) return invalid(`Invalid account code '${order.account}'`);
  if (quantity <= 0n) return { code: 434, text: "The order size cannot be zero." };
  if (quantity % contract.sizeIncrement !== 0n) return { code: 10243, text: "Fractional-sized order cannot be placed via API." };
  if (!TYPES.includes(orderType)) return invalid("Invalid order type was entered");
  if (!TIMES.includes(timeInForce)) return invalid("Invalid time in force was entered");
  if (timeInForce === "GTD" && order.goodTillDate === "") return { code: 391, text: "Good till date is missing." };
  if (orderType.endsWith("LMT") && limit === null) return invalid("Limit price is missing");
  if (orderType.startsWith("STP") && aux === null) return invalid("Stop price is missing");
  if (orderType.startsWith("TRAIL") && (aux === null) === (trailingPercent === null))
    return invalid("Trailing amount is missing or doubled");
  const prices = [orderType.endsWith("LMT") ? limit : null, orderType.startsWith("STP") ? aux : null, trailStop];
  if (prices.some((price) => price !== null && !conforms(contract, price))) {
    return { code: 110, text: "The price does not conform to the minimum price variation for this contract." };
  }
  return undefined;
}

const conforms = (contract: Contract, price: Decimal): boolean => price % incrementAt(contract, price) === 0n;

/** What the broker says of an order that costs more than can be bought with. */
export function shortOfFunds(
  order: OrderRequest,
  price: Decimal,
  multiplier: Decimal,
  buyingPower: Decimal,
  currency: string,
): Objection | undefined {
  const needed = times(times(order.quantity, price), multiplier);
  if (needed <= buyingPower) return undefined;
  const reason = "YOUR ORDER IS NOT ACCEPTED. IN ORDER TO OBTAIN THE DESIRED POSITION YOUR BUYING POWER";
  return {
    code: 201,
    text: `Order rejected - reason:${reason} [${plain(buyingPower)} ${currency}] MUST EXCEED [${plain(needed)} ${currency}]`,
  };
}
