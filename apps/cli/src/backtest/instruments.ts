import { cashScale, nearestWord } from "@bulkhead/contract";
import type { Asset, AssetId, Instrument, InstrumentId } from "@bulkhead/core";
import type { InstrumentFacts } from "@bulkhead/market";
import { type Parsed, parsePrice, parseQuantity, type Scale, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { CommandFailure } from "../shell.ts";

/** Instruments of a run and the assets that they need. */
export type Traded = Readonly<{ assets: readonly Asset[]; instruments: readonly Instrument[] }>;

/** What the data says about instruments, as terms of trade. */
export function tradedOf(facts: readonly InstrumentFacts[]): Traded {
  const assets = new Map<string, Asset>();
  const instruments = facts.map((each) => {
    const quantityScale = decimalsOf(each.sizeIncrement);
    assets.set(each.base, { id: each.base as AssetId, kind: KINDS[each.kind], scale: quantityScale });
    assets.set(each.quote, { id: each.quote as AssetId, kind: "cash", scale: cashScale(each.quote) });
    return instrumentOf(each, quantityScale);
  });
  return { assets: [...assets.values()], instruments };
}

const KINDS = { share: "share", coin: "coin", perpetual: "contract" } as const;

function instrumentOf(facts: InstrumentFacts, quantityScale: Scale): Instrument {
  return {
    id: facts.id,
    symbol: facts.symbol,
    base: facts.base as AssetId,
    quote: facts.quote as AssetId,
    settlement: facts.kind === "perpetual" ? "margined" : "full",
    priceScale: facts.priceScale,
    tickSize: exact(parsePrice(facts.tickSize, facts.priceScale)),
    sizeIncrement: exact(parseQuantity(facts.sizeIncrement, quantityScale)),
    quantityMin: ZERO_QUANTITY,
    notionalMin: ZERO_MONEY,
    multiplierUnits: 1,
    multiplierScale: 0,
    // A coin that is owned cannot be sold before it is there; shares can be borrowed, contracts are only promises.
    shortable: facts.kind !== "coin",
  };
}

/** The ids that symbols mean: an id, or a bare symbol that only one instrument has. */
export function instrumentIds(symbols: readonly string[], facts: readonly InstrumentFacts[], place: string): readonly InstrumentId[] {
  return symbols.map((symbol) => {
    const wanted = symbol.toUpperCase();
    const found = facts.filter((each) => each.id.toUpperCase() === wanted || each.symbol.toUpperCase() === wanted);
    const [first] = found;
    if (first === undefined) {
      const near = nearestWord(
        symbol,
        facts.map((each) => each.symbol),
      );
      const suggestion = near === undefined ? "`bulkhead instrument search` lists what there is." : `Did you mean ${near}?`;
      throw new CommandFailure("CLI_SYMBOL_UNKNOWN", { symbol, suggestion }, { details: place === "" ? [] : [place], exitCode: 2 });
    }
    if (found.length > 1)
      throw new CommandFailure("CLI_SYMBOL_AMBIGUOUS", { symbol, candidates: found.map((each) => each.id).join(", ") }, { exitCode: 2 });
    return first.id;
  });
}

const decimalsOf = (text: string): Scale => (text.includes(".") ? text.length - text.indexOf(".") - 1 : 0);

function exact<T>(parsed: Parsed<T>): T {
  if (!parsed.ok) throw new RangeError(`INSTRUMENT_TERMS: ${parsed.problem}`);
  return parsed.value;
}
