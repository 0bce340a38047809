import type { Asset, AssetId, AssetKind, Instrument, InstrumentId, VenueContract, VenueInstrument } from "@bulkhead/core";
import { isPositive, isZero, parsePrice, parseQuantity, type Scale, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import type { ContractDetails } from "@stoqey/ib";
import { placesOf, plainDecimal } from "../ccxt/decimal.ts";
import { venueOf } from "./exchanges.ts";

/** Kinds of contract (`secType`) that the books can hold. `CASH` is a conversion of currencies, never a holding. */
export type Holdable = "STK" | "FUND" | "FUT" | "OPT" | "FOP" | "WAR" | "IOPT" | "CFD" | "CRYPTO";

/** How contract details become definitions. */
export type DefinitionRules = Readonly<{
  /** Decimal places that cash of a currency is kept with. */
  cashScale: (currency: string) => Scale;
  /** Whether orders for fractions of a share are taken; holdings and fills of fractions always are. */
  fractions: boolean;
  /** Decimal places of an asset that the books have already: they never change. */
  scaleOf?: (asset: AssetId) => Scale | undefined;
}>;

/** What the books need to know of a contract, or why they cannot hold it. */
export type Defined = Readonly<{ defined: VenueInstrument } | { unsupported: string }>;

/**
 * Contract details as the books' terms. Prices are kept finer than the tick where fills can be finer (a midpoint, an average), shares
 * with four places, because dividends are reinvested in fractions.
 */
export function definitionOf(details: ContractDetails, rules: DefinitionRules): Defined {
  const { contract } = details;
  const kind = KINDS[contract.secType as Holdable];
  const name = `${contract.localSymbol || contract.symbol || "contract"} (${contract.secType ?? "no kind"}, ${contract.conId ?? 0})`;
  if (kind === undefined) return { unsupported: `${name} is of a kind that the books do not hold` };
  const tick = positiveText(details.minTick);
  if (tick === undefined || !contract.currency) return { unsupported: `${name} came without its tick or its currency` };
  const multiplier = multiplierOf(details);
  if (multiplier === undefined) return { unsupported: `${name} has a multiplier that cannot be kept exactly` };
  const increment = incrementOf(details, kind, rules.fractions);
  const id = instrumentIdOf(details);
  const baseId = baseOf(details, id);
  const quantityScale = rules.scaleOf?.(baseId) ?? Math.min(12, Math.max(kind.places, placesOf(increment)));
  const priceScale = Math.min(12, Math.max(4, placesOf(tick)));
  const tickSize = parsePrice(tick, priceScale, "up");
  const sizeIncrement = parseQuantity(increment, quantityScale, "up");
  if (!tickSize.ok || !sizeIncrement.ok || !isPositive(tickSize.value) || isZero(sizeIncrement.value))
    return { unsupported: `${name} has a tick or a step that cannot be kept exactly` };
  const quoteId = contract.currency as AssetId;
  const quote: Asset = { id: quoteId, kind: "cash", scale: rules.scaleOf?.(quoteId) ?? rules.cashScale(contract.currency) };
  const base: Asset = { id: baseId, kind: kind.asset, scale: quantityScale };
  const instrument: Instrument = {
    id,
    symbol: id.slice(0, id.lastIndexOf("@")),
    base: base.id,
    quote: quote.id,
    settlement: kind.settlement,
    priceScale,
    tickSize: tickSize.value,
    sizeIncrement: sizeIncrement.value,
    quantityMin: ZERO_QUANTITY,
    notionalMin: ZERO_MONEY,
    multiplierUnits: multiplier.units,
    multiplierScale: multiplier.scale,
    shortable: kind.asset !== "coin",
  };
  const description = [details.longName || contract.symbol, details.contractMonth, contract.primaryExch || contract.exchange, kind.name];
  return {
    defined: {
      instrument,
      assets: [base, quote],
      description: description.filter((part) => part !== undefined && part !== "").join(", "),
      venueKey: String(contract.conId ?? ""),
    },
  };
}

/** What IBKR says of a contract, to be compared with what it said before (M8). */
export function venueContractOf(details: ContractDetails, rules: DefinitionRules): VenueContract {
  const { contract } = details;
  const kind = KINDS[contract.secType as Holdable];
  const multiplier = multiplierOf(details);
  return {
    venueKey: String(contract.conId ?? ""),
    symbol: contract.localSymbol || contract.symbol || "",
    exchange: contract.primaryExch || contract.exchange || "",
    currency: contract.currency ?? "",
    multiplier: multiplier === undefined ? String(contract.multiplier ?? "") : decimalOf(multiplier),
    tick: positiveText(details.minTick) ?? "",
    increment: kind === undefined ? "" : incrementOf(details, kind, rules.fractions),
    quantityMin: "",
    notionalMin: "",
    // TWS may write the hour behind the day.
    expiry: /^\d{6,8}/.exec(contract.lastTradeDateOrContractMonth ?? "")?.[0] ?? "",
  };
}

function decimalOf({ units, scale }: Readonly<{ units: number; scale: Scale }>): string {
  const text = String(units).padStart(scale + 1, "0");
  return scale === 0 ? text : `${text.slice(0, -scale)}.${text.slice(-scale)}`;
}

/** `AAPL@XNAS`, `ESZ6@XCME`, `AAPL261218C00200000@OPRA`, `BTCUSD@PAXOS`. */
export function instrumentIdOf({ contract }: ContractDetails): InstrumentId {
  const symbol = contract.symbol ?? "";
  const exchange = contract.primaryExch || contract.exchange || "SMART";
  switch (contract.secType as Holdable) {
    case "CRYPTO":
      return `${idText(symbol)}${contract.currency}@${venueOf(exchange)}` as InstrumentId;
    case "OPT":
      return `${idText((contract.localSymbol || symbol).replaceAll(" ", ""))}@OPRA` as InstrumentId;
    case "STK":
    case "FUND":
      return `${idText(symbol.replaceAll(" ", "."))}@${venueOf(exchange)}` as InstrumentId;
    default:
      return `${idText((contract.localSymbol || symbol).replaceAll(" ", ""))}@${venueOf(exchange)}` as InstrumentId;
  }
}

const idText = (text: string): string => text.replaceAll(/[^A-Za-z0-9^._/:-]/g, "").slice(0, 48) || "UNNAMED";

function baseOf({ contract }: ContractDetails, id: InstrumentId): AssetId {
  return (contract.secType === "CRYPTO" ? idText(contract.symbol ?? "") : id) as string as AssetId;
}

type Kind = Readonly<{ name: string; asset: AssetKind; settlement: Instrument["settlement"]; places: Scale }>;

const KINDS: Readonly<Record<Holdable, Kind>> = {
  STK: { name: "stock", asset: "share", settlement: "full", places: 4 },
  FUND: { name: "fund", asset: "share", settlement: "full", places: 4 },
  FUT: { name: "future", asset: "contract", settlement: "margined", places: 0 },
  OPT: { name: "option", asset: "contract", settlement: "full", places: 0 },
  FOP: { name: "option on a future", asset: "contract", settlement: "full", places: 0 },
  WAR: { name: "warrant", asset: "contract", settlement: "full", places: 0 },
  IOPT: { name: "structured product", asset: "contract", settlement: "full", places: 0 },
  CFD: { name: "contract for difference", asset: "contract", settlement: "margined", places: 4 },
  CRYPTO: { name: "coin", asset: "coin", settlement: "full", places: 8 },
};

/** Whole units, unless the venue takes fractions of this and the account wants them. */
function incrementOf({ sizeIncrement }: ContractDetails, kind: Kind, fractions: boolean): string {
  const told = positiveText(sizeIncrement);
  if (kind.asset === "coin") return told ?? "0.00000001";
  return fractions && told !== undefined ? told : "1";
}

/** Currency per point and contract: the multiplier, and what prices are quoted too large by. */
function multiplierOf({ contract, priceMagnifier }: ContractDetails): Readonly<{ units: number; scale: Scale }> | undefined {
  const text = positiveText(contract.multiplier) ?? "1";
  const magnifier = Math.log10(priceMagnifier || 1);
  const scale = placesOf(text) + magnifier;
  const units = Number(text.replace(".", ""));
  return Number.isInteger(scale) && scale >= 0 && scale <= 9 && Number.isSafeInteger(units) && units > 0 ? { units, scale } : undefined;
}

/** A float of the wire as plain decimal text; undefined where it is not above zero. */
const positiveText = (value: number | undefined): string | undefined =>
  value !== undefined && Number.isFinite(value) && value > 0 ? plainDecimal(String(value)) : undefined;
