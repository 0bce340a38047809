import type { Contract } from "../broker/contract.ts";
import { asDouble, plain } from "../decimal.ts";
import type { Message } from "./answers.ts";

const since = (version: number, from: number, ...fields: string[]): string[] => (version >= from ? fields : []);

const ORDER_TYPES = "ACTIVETIM,AD,ALLOC,DAY,DEACT,FOK,GTC,GTD,IOC,LMT,MKT,OCA,STP,STPLMT,TRAIL,TRAILLIMIT,WHATIF";

/** Opening hours of a contract in the form of TWS, and the zone that they are in. */
export type Hours = Readonly<{ zone: string; trading: string; liquid: string }>;

/** CONTRACT_DATA (10). */
export function contractDetails(reqId: number, contract: Contract, hours: Hours): Message {
  const { symbol, secType, expiry, strike, right, exchange, currency, localSymbol, tradingClass, conId, minTick, multiplier } = contract;
  const size = plain(contract.sizeIncrement);
  const stockType = secType === "STK" ? (contract.primaryExchange === "ARCA" ? "ETF" : "COMMON") : "";
  const routes = exchange === "SMART" ? `SMART,${contract.primaryExchange},IEX` : exchange;
  return {
    name: "contractDetails",
    encode: (version) => [
      ...["10", String(reqId), symbol, secType, expiry, ...since(version, 182, expiry), asDouble(strike), right, exchange, currency],
      ...[localSymbol, tradingClass, tradingClass, String(conId), plain(minTick), multiplier, ORDER_TYPES, routes, "1", "0"],
      ...[contract.longName, contract.primaryExchange, expiry.slice(0, 6), "", "", "", hours.zone, hours.trading, hours.liquid, "", ""],
      ...["0", "1", expiry === "" ? "" : symbol, expiry === "" ? "" : "STK", marketRules(routes, contract), expiry, stockType],
      ...[size, size, size],
      ...since(version, 186, "0"),
    ],
  };
}

/** One rule for each exchange, in their order. */
const marketRules = (routes: string, { marketRuleId }: Contract): string => routes.replace(/[^,]+/g, String(marketRuleId));

export const contractDetailsEnd = (reqId: number): Message => ({ name: "contractDetailsEnd", encode: () => ["52", "1", String(reqId)] });
