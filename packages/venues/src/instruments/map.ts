import type { AssetKind, InstrumentId, Listing } from "@bulkhead/core";

/** One name of an instrument elsewhere: `ibkr` 265598, `isin` US0378331005, `binance` BTC/USDT. */
export type Alias = Readonly<{ source: string; key: string; instrument: InstrumentId }>;

/** A name that stands for another instrument already. */
export type AliasConflict = Readonly<{ alias: Alias; taken: InstrumentId }>;

/**
 * What venues and data sources call the account's instruments (M8). A name stands for one instrument for ever: a symbol that an exchange
 * gives to another company is another name of its own source. An instrument may have any number of names.
 */
export class InstrumentMap {
  readonly #instruments = new Map<string, InstrumentId>();
  readonly #aliases: Alias[] = [];

  /** Adds names; those that stand for something else already are left out and told. */
  add(aliases: readonly Alias[]): readonly AliasConflict[] {
    const conflicts: AliasConflict[] = [];
    for (const alias of aliases) {
      if (alias.key === "") continue;
      const taken = this.#instruments.get(placeOf(alias));
      if (taken !== undefined && taken !== alias.instrument) conflicts.push({ alias, taken });
      if (taken !== undefined) continue;
      this.#instruments.set(placeOf(alias), alias.instrument);
      this.#aliases.push(alias);
    }
    return conflicts;
  }

  /** The instrument that a source calls so. */
  find(source: string, key: string): InstrumentId | undefined {
    return this.#instruments.get(placeOf({ source, key }));
  }

  /** What a source calls an instrument: the first of its names there. */
  keyOf(instrument: InstrumentId, source: string): string | undefined {
    return this.#aliases.find((alias) => alias.instrument === instrument && alias.source === source)?.key;
  }

  /** Every name, in the order in which they were added. */
  get aliases(): readonly Alias[] {
    return this.#aliases;
  }
}

/** No source has a line break in its name. */
const placeOf = ({ source, key }: Readonly<{ source: string; key: string }>): string => `${source}\n${key}`;

/** A contract as somebody names it, to be found among what the books know. */
export type Wanted = Readonly<{
  id: InstrumentId;
  symbol: string;
  kind: AssetKind;
  quote: string;
  names: readonly Readonly<{ source: string; key: string }>[];
}>;

const venueOf = (id: InstrumentId): string => id.slice(id.lastIndexOf("@") + 1);

/** Where it was found, or which of several it may be; `null`: the books know nothing like it. */
export type Found = Readonly<{ instrument: InstrumentId; by: "alias" | "id" | "symbol" } | { candidates: readonly InstrumentId[] }> | null;

/**
 * The instrument that is meant: by a name it is known under, else by its id, else by symbol, kind, currency and place where exactly one has
 * them. Two that could be meant are never guessed between.
 */
export function findInstrument(
  wanted: Wanted,
  map: InstrumentMap,
  listings: ReadonlyMap<InstrumentId, Listing>,
  isSameVenue: (a: string, b: string) => boolean,
): Found {
  for (const { source, key } of wanted.names) {
    const instrument = map.find(source, key);
    if (instrument !== undefined) return { instrument, by: "alias" };
  }
  if (listings.has(wanted.id)) return { instrument: wanted.id, by: "id" };
  const alike = [...listings.values()].filter(
    ({ instrument, base, quote }) =>
      instrument.symbol === wanted.symbol &&
      base.kind === wanted.kind &&
      quote.id === wanted.quote &&
      isSameVenue(venueOf(instrument.id), venueOf(wanted.id)) &&
      // What a source calls otherwise is something else, however alike the two look.
      wanted.names.every(({ source, key }) => (map.keyOf(instrument.id, source) ?? key) === key),
  );
  const [only, another] = alike;
  if (only === undefined) return null;
  return another === undefined
    ? { instrument: only.instrument.id, by: "symbol" }
    : { candidates: alike.map(({ instrument }) => instrument.id) };
}
