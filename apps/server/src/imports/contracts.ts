import type { AssetId, Command, ExecutionId, InstantMs, InstrumentId, Listing, StateView } from "@bulkhead/core";
import { findInstrument, InstrumentMap, isSameListing, type StatedContract, type Statement } from "@bulkhead/venues";

/** A name that a person gave to a contract: `265598=AAPL@XNAS`. */
export type GivenAlias = Readonly<{ key: string; instrument: string }>;

/** What a contract of a statement is in the books, what must be defined first, or which of several it may be. */
export type Resolved = Readonly<
  { ok: true; instrument: InstrumentId; define: readonly Command[] } | { ok: false; candidates: readonly string[] }
>;

const BY = "import";

/**
 * Finds the books' instruments for a statement's contracts: by what people said, by executions that both know, by names learned before, by id,
 * by symbol where only one has it; else it is defined as the statement says.
 */
export class Contracts {
  readonly #map = new InstrumentMap();

  /** What a person says now comes before what was said in earlier imports. */
  constructor(given: readonly GivenAlias[], kept: ReadonlyMap<string, InstrumentId>) {
    this.#map.add(given.map(({ key, instrument }) => ({ source: "given", key, instrument: instrument as InstrumentId })));
    this.#map.add([...kept].map(([key, instrument]) => ({ source: "given", key, instrument })));
  }

  /** The venue's own key says which contract is which instrument; an execution that the gateway told before says what it is called here. */
  learn(state: StateView, { source, entries, contracts }: Statement): void {
    const venue = state.account?.venue ?? "";
    for (const [instrument, { told }] of state.contracts)
      if (told !== null) this.#map.add([{ source: venue, key: told.venueKey, instrument }]);
    for (const entry of entries) {
      if (entry.kind !== "execution") continue;
      const booked = state.executions.get(entry.executionId as ExecutionId);
      const contract = contracts.get(entry.contract);
      if (booked !== undefined && contract !== undefined) this.#name(source, contract, booked.instrument);
    }
  }

  resolve(state: StateView, source: string, contract: StatedContract, at: InstantMs): Resolved {
    const { instrument, assets, key, names } = contract;
    const base = assets.find(({ id }) => id === instrument.base);
    const wanted = {
      id: instrument.id,
      symbol: instrument.symbol,
      kind: base?.kind ?? "share",
      quote: instrument.quote,
      names: [
        ...names.map((name) => ({ source: "given", key: name.key })),
        { source: "given", key: instrument.symbol },
        ...names,
        { source, key },
      ],
    } as const;
    const found = findInstrument(wanted, this.#map, state.listings, venuesAgree);
    if (found !== null && "candidates" in found) return { ok: false, candidates: found.candidates };
    const id = found?.instrument ?? instrument.id;
    // A name that a person gave may stand for what is still to be defined, under that name.
    if (found !== null && state.listings.has(id)) {
      this.#name(source, contract, id);
      return { ok: true, instrument: id, define: [] };
    }
    if (found !== null) return { ok: false, candidates: [`${id}, which the books do not have`] };
    this.#name(source, contract, id);
    const define: Command[] = assets
      .filter((asset) => !state.assets.has(asset.id))
      .map((asset) => ({ type: "DefineAsset", at, by: BY, asset }));
    define.push({ type: "DefineInstrument", at, by: BY, instrument });
    return { ok: true, instrument: id, define };
  }

  #name(source: string, { names, key }: StatedContract, instrument: InstrumentId): void {
    this.#map.add([...names, { source, key }].map((name) => ({ ...name, instrument })));
  }
}

/** Venues that name no place: a symbol there may be listed anywhere. */
const ANYWHERE: ReadonlySet<string> = new Set(["SMART", "CSV"]);
const venuesAgree = (a: string, b: string): boolean => ANYWHERE.has(a) || ANYWHERE.has(b) || isSameListing(a, b);

/** A currency that nothing was kept in yet. */
export const cashAsset = (currency: string, scale: number, at: InstantMs): Command => ({
  type: "DefineAsset",
  at,
  by: BY,
  asset: { id: currency as AssetId, kind: "cash", scale },
});

export const listingOf = (state: StateView, instrument: InstrumentId): Listing => {
  const listing = state.listings.get(instrument);
  if (listing === undefined) throw new Error(`INSTRUMENT_UNKNOWN: instrument=${instrument}`);
  return listing;
};
