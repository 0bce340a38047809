import type { Asset, AssetId, Instrument } from "@bulkhead/core";
import { parsePrice, quantityOfUnits, type Scale, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { ContractDetails, SecType } from "@stoqey/ib";
import type { StatedContract } from "../../statement/statement.ts";
import { definitionOf, instrumentIdOf } from "../definitions.ts";
import type { Row } from "./row.ts";

/** Decimal places that cash of a currency is kept with. */
export type CashScale = (currency: string) => Scale;

/** `assetCategory` as kinds of contract of TWS; `CASH` is a conversion of currencies and never held. */
const CATEGORIES = {
  STK: "STK",
  FUND: "FUND",
  OPT: "OPT",
  FOP: "FOP",
  FUT: "FUT",
  WAR: "WAR",
  IOPT: "IOPT",
  CFD: "CFD",
  CRYPTO: "CRYPTO",
  BOND: "BOND",
  BILL: "BILL",
  CASH: "CASH",
} as const;

export type Category = keyof typeof CATEGORIES;

export const categoryOf = (row: Row): Category => row.choice("assetCategory", CATEGORIES);

/** Under which key rows speak of their contract. Null: the row is about none, as cash of the account. */
export function contractKeyOf(row: Row): string | null {
  const conid = row.text("conid");
  if (conid !== "" && conid !== "0") return conid;
  const symbol = row.text("symbol");
  return symbol === "" ? null : `${row.text("assetCategory")} ${symbol} ${row.text("currency")}`;
}

/** Prices of statements are averages and fractions of a cent; where the books do not know the contract yet they are kept this fine. */
const PRICE_SCALE = 6;
/** Nothing of a statement says the tick. The gateway's own definition comes before it in an account that trades. */
const TICK = 0.01;

/** What a row says about its contract, as terms. Refused by name and line where the books cannot hold it. */
export function contractOf(row: Row, key: string, cashScale: CashScale): StatedContract {
  const category = categoryOf(row);
  const currency = row.required("currency");
  if (category === "CASH") return row.refuse("STATEMENT_CONTRADICTS", { problem: "a pair of currencies is not held" });
  const { instrument, assets } =
    category === "BOND" || category === "BILL" ? bondOf(row, currency, cashScale) : holdableOf(row, category, currency, cashScale);
  return {
    key,
    description: row.first("description", "symbol"),
    instrument,
    assets,
    names: [
      { source: "ibkr", key: row.text("conid") },
      { source: "isin", key: row.first("isin") },
    ].filter((name) => name.key !== ""),
    settledDaily: category === "FUT",
  };
}

type Terms = Readonly<{ instrument: Instrument; assets: readonly Asset[] }>;

function holdableOf(row: Row, category: Exclude<Category, "BOND" | "BILL" | "CASH">, currency: string, cashScale: CashScale): Terms {
  const told = row.required("symbol");
  // A CFD often has its share's symbol, and is another thing to own.
  const symbol = category === "CFD" && !/[a-z]$/.test(told) ? `${told}-CFD` : told;
  const details: ContractDetails = {
    contract: {
      secType: category as SecType,
      symbol,
      localSymbol: symbol,
      currency,
      exchange: row.text("listingExchange"),
      multiplier: Number(row.decimal("multiplier", "1")) || 1,
    },
    minTick: TICK,
    ...(category === "CRYPTO" ? { sizeIncrement: 1e-8 } : {}),
  };
  const definition = definitionOf(details, { cashScale, fractions: false, scaleOf: () => undefined });
  if ("unsupported" in definition) return row.refuse("STATEMENT_CONTRADICTS", { problem: definition.unsupported });
  const { instrument, assets } = definition.defined;
  return { instrument: finer(instrument), assets };
}

function finer(instrument: Instrument): Instrument {
  const tickSize = parsePrice(String(TICK), PRICE_SCALE);
  return tickSize.ok ? { ...instrument, priceScale: PRICE_SCALE, tickSize: tickSize.value } : instrument;
}

/** Bonds and bills are priced in per cent of what they repay: the multiplier is a hundredth. */
function bondOf(row: Row, currency: string, cashScale: CashScale): Terms {
  const contract = {
    secType: "WAR" as SecType,
    symbol: row.required("symbol"),
    currency,
    exchange: row.first("listingExchange") || "IBKR",
  };
  const id = instrumentIdOf({ contract: { ...contract, symbol: contract.symbol.replaceAll(/[\s]+/g, "-") } });
  const base: Asset = { id: id as string as AssetId, kind: "contract", scale: 2 };
  const quote: Asset = { id: currency as AssetId, kind: "cash", scale: cashScale(currency) };
  const tickSize = parsePrice(String(TICK), PRICE_SCALE);
  if (!tickSize.ok) return row.refuse("STATEMENT_CONTRADICTS", { problem: tickSize.problem });
  const instrument: Instrument = {
    id,
    symbol: id.slice(0, id.lastIndexOf("@")),
    base: base.id,
    quote: quote.id,
    settlement: "full",
    priceScale: PRICE_SCALE,
    tickSize: tickSize.value,
    sizeIncrement: quantityOfUnits(100),
    quantityMin: ZERO_QUANTITY,
    notionalMin: ZERO_MONEY,
    multiplierUnits: 1,
    multiplierScale: 2,
    shortable: true,
  };
  return { instrument, assets: [base, quote] };
}
