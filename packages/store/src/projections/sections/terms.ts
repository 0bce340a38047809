import {
  type AccountId,
  type AccountMode,
  type AccountSettings,
  type Asset,
  type AssetId,
  type AssetKind,
  costOf,
  type EventOf,
  emptyState,
  type Holding,
  type Instrument,
  type InstrumentId,
  inBase,
  type Listing,
  type Mark,
  type Settlement,
  type State,
  termsOf,
} from "@bulkhead/core";
import {
  type Money,
  moneyOfUnits,
  type Price,
  priceOfUnits,
  quantityOfUnits,
  ratioOfUnits,
  rescale,
  unconvert,
  unitsOf,
} from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { ChangingTable, type Moment } from "../tables.ts";
import { canonicalJson } from "./json.ts";
import { exactly } from "./sum.ts";

/**
 * What figures are worked out with: assets, listings, marks and rates. The valuing itself is the engine's own code over these tables, so
 * that the two cannot differ.
 */
export class Terms {
  readonly #state: State = emptyState(false);
  readonly #moment: Moment;
  readonly #account: ChangingTable<"account">;
  readonly #assets: ChangingTable<"assets">;
  readonly #instruments: ChangingTable<"instruments">;
  readonly #marks: ChangingTable<"marks">;
  readonly #rates: ChangingTable<"rates">;
  readonly #assetRows = new Map<AssetId, Row<"assets">>();
  /** Of the last start: the first one comes before the account is opened. */
  #started = { epoch: 0, engineVersion: "" };
  /** The account's row; undefined until it is opened. */
  account: Row<"account"> | undefined;

  constructor(database: DatabaseSync, moment: Moment) {
    this.#moment = moment;
    this.#account = new ChangingTable(database, "account", moment);
    this.#assets = new ChangingTable(database, "assets", moment);
    this.#instruments = new ChangingTable(database, "instruments", moment);
    this.#marks = new ChangingTable(database, "marks", moment);
    this.#rates = new ChangingTable(database, "rates", moment);
    this.#load(new ChangingTable(database, "epochs", moment).load("TRUE ORDER BY seq DESC, line DESC LIMIT 1")[0]);
  }

  #load(started: Row<"epochs"> | undefined): void {
    const { assets, marks, rates } = this.#state;
    this.#started = { epoch: started?.epoch ?? 0, engineVersion: started?.engine_version ?? "" };
    for (const row of this.#assets.load()) {
      this.#assetRows.set(row.asset as AssetId, row);
      assets.set(row.asset as AssetId, { id: row.asset as AssetId, kind: row.kind as AssetKind, scale: row.scale });
    }
    for (const row of this.#instruments.load()) this.#list(instrumentOf(row));
    for (const { asset, valued_by } of this.#assetRows.values()) {
      const listing = valued_by === null ? undefined : this.listing(valued_by);
      if (listing !== undefined) this.#state.primary.set(asset as AssetId, listing);
    }
    for (const row of this.#marks.load())
      marks.set(row.instrument as InstrumentId, { price: priceOfUnits(row.price), at: row.at as Mark["at"], source: row.source });
    for (const row of this.#rates.load())
      rates.set(row.asset as AssetId, { rate: ratioOfUnits(row.rate), at: row.at as Mark["at"], source: row.source });
    this.account = this.#account.load()[0];
    const base = this.account === undefined ? undefined : assets.get(this.account.base_asset as AssetId);
    if (this.account !== undefined && base !== undefined) this.#open(this.account, base);
  }

  #open(row: Row<"account">, base: Asset): void {
    this.#state.account = {
      id: row.account_id as AccountId,
      venue: row.venue,
      mode: row.mode as AccountMode,
      base,
      settings: JSON.parse(row.settings) as AccountSettings,
    };
  }

  openAccount(event: EventOf<"AccountOpened">): void {
    this.defineAsset(event.base);
    this.account = {
      account_id: event.account,
      venue: event.venue,
      mode: event.mode,
      base_asset: event.base.id,
      settings: canonicalJson(event.settings),
      opened_at: this.#moment.at,
      epoch: this.#started.epoch,
      engine_version: this.#started.engineVersion,
      equity: 0,
      high_water_mark: 0,
      drawdown_max: 0,
      seq: 0,
    };
    this.#open(this.account, event.base);
    this.accountChanged();
  }

  /** Notes that the account's row was changed. */
  accountChanged(): void {
    if (this.account !== undefined) this.#account.change(this.account);
  }

  configureAccount(event: EventOf<"AccountConfigured">): void {
    if (this.account === undefined) return;
    this.account.settings = canonicalJson(event.settings);
    this.accountChanged();
  }

  startEpoch({ epoch, engineVersion }: EventOf<"EpochStarted">): void {
    this.#started = { epoch, engineVersion };
    if (this.account === undefined) return;
    this.account.epoch = epoch;
    this.account.engine_version = engineVersion;
    this.accountChanged();
  }

  get epoch(): number {
    return this.#started.epoch;
  }

  defineAsset(asset: Asset): void {
    const row = { asset: asset.id, kind: asset.kind, scale: asset.scale, valued_by: null, seq: 0 };
    this.#state.assets.set(asset.id, asset);
    this.#assetRows.set(asset.id, row);
    this.#assets.change(row);
  }

  defineInstrument(instrument: Instrument): void {
    const listing = this.#list(instrument);
    this.#instruments.change(rowOf(instrument));
    if (listing !== undefined && !this.#state.primary.has(listing.base.id)) this.#value(listing);
  }

  /** Another version of a definition. */
  reviseInstrument(instrument: Instrument): void {
    const listing = this.#list(instrument);
    this.#instruments.change(rowOf(instrument));
    if (listing !== undefined && this.#state.primary.get(listing.base.id)?.instrument.id === instrument.id)
      this.#state.primary.set(listing.base.id, listing);
  }

  #list(instrument: Instrument): Listing | undefined {
    const base = this.#state.assets.get(instrument.base);
    const quote = this.#state.assets.get(instrument.quote);
    if (base === undefined || quote === undefined) return undefined;
    const listing = { instrument, base, quote, terms: termsOf(instrument, base, quote) };
    this.#state.listings.set(instrument.id, listing);
    return listing;
  }

  /** From now on this listing's marks value its asset. */
  #value(listing: Listing): void {
    this.#state.primary.set(listing.base.id, listing);
    const row = this.#assetRows.get(listing.base.id);
    if (row === undefined) return;
    row.valued_by = listing.instrument.id;
    this.#assets.change(row);
  }

  /** Marks and rates; then, of the listings of one asset, the one with the latest mark values it (MARK-2). */
  mark({ marks, rates }: EventOf<"AccountMarked">): void {
    for (const { instrument, price, at, source } of marks) this.#mark(instrument, price, at, source);
    for (const { asset, rate, at, source } of rates) {
      this.#state.rates.set(asset, { rate, at, source });
      this.#rates.change({ asset, rate: unitsOf(rate), at, source, seq: 0 });
    }
    for (const { instrument, at } of marks) {
      const listing = this.#state.listings.get(instrument);
      const current = listing === undefined ? undefined : this.#state.primary.get(listing.base.id);
      if (listing === undefined || current === undefined || current === listing || !this.#hasRate(listing)) continue;
      const known = this.#state.marks.get(current.instrument.id);
      if (known === undefined || known.at < at || !this.#hasRate(current)) this.#value(listing);
    }
  }

  #mark(instrument: InstrumentId, price: Price, at: Mark["at"], source: string): void {
    this.#state.marks.set(instrument, { price, at, source });
    this.#marks.change({ instrument, price: unitsOf(price), at, source, seq: 0 });
  }

  #hasRate({ quote }: Listing): boolean {
    return quote.id === this.#state.account?.base.id || this.#state.rates.has(quote.id);
  }

  /** After a split the last marks of the asset are prices of the old units. */
  split({ instrument, numerator, denominator }: EventOf<"SplitApplied">): void {
    const asset = this.listing(instrument)?.base.id;
    for (const [marked, { price, at, source }] of [...this.#state.marks])
      if (this.listing(marked)?.base.id === asset) this.#mark(marked, rescale(price, denominator, numerator, "half-even"), at, source);
  }

  listing(instrument: string): Listing | undefined {
    return this.#state.listings.get(instrument as InstrumentId);
  }

  /** The listing that values an asset. */
  valuing(asset: string): Listing | undefined {
    return this.#state.primary.get(asset as AssetId);
  }

  markOf(listing: Listing): Price | undefined {
    return this.#state.marks.get(listing.instrument.id)?.price;
  }

  /** Cash of an asset in base currency; undefined without a rate. */
  inBase(asset: string, units: number): Money | undefined {
    return exactly(() => inBase(this.#state, asset as AssetId, moneyOfUnits(units)));
  }

  /** The same, 0 where nothing can be converted: what has no rate is left out, never counted at 1. */
  unitsInBase(asset: string, units: number): number {
    const based = units === 0 ? undefined : this.inBase(asset, units);
    return based === undefined ? 0 : unitsOf(based);
  }

  /** Cash of one asset in another at the present rates; undefined where one is missing. */
  between(from: string, to: string, units: number): number | undefined {
    if (from === to) return units;
    const based = this.inBase(from, units);
    const base = this.#state.account?.base;
    if (based === undefined || base === undefined || to === base.id) return based === undefined ? undefined : unitsOf(based);
    const rate = this.#state.rates.get(to as AssetId);
    const asset = this.#state.assets.get(to as AssetId);
    if (rate === undefined || asset === undefined) return undefined;
    return exactly(() => unitsOf(unconvert(based, rate.rate, base.scale, asset.scale)));
  }

  costOf(holding: Holding, listing: Listing): Money | undefined {
    return exactly(() => costOf(this.#state, holding, listing));
  }

  flush(): void {
    for (const table of [this.#account, this.#assets, this.#instruments, this.#marks, this.#rates]) table.flush();
  }
}

function rowOf(instrument: Instrument): Row<"instruments"> {
  return {
    instrument: instrument.id,
    symbol: instrument.symbol,
    base_asset: instrument.base,
    quote_asset: instrument.quote,
    settlement: instrument.settlement,
    price_scale: instrument.priceScale,
    tick_size: unitsOf(instrument.tickSize),
    size_increment: unitsOf(instrument.sizeIncrement),
    quantity_min: unitsOf(instrument.quantityMin),
    notional_min: unitsOf(instrument.notionalMin),
    multiplier_units: instrument.multiplierUnits,
    multiplier_scale: instrument.multiplierScale,
    shortable: instrument.shortable ? 1 : 0,
    seq: 0,
  };
}

function instrumentOf(row: Row<"instruments">): Instrument {
  return {
    id: row.instrument as InstrumentId,
    symbol: row.symbol,
    base: row.base_asset as AssetId,
    quote: row.quote_asset as AssetId,
    settlement: row.settlement as Settlement,
    priceScale: row.price_scale,
    tickSize: priceOfUnits(row.tick_size),
    sizeIncrement: quantityOfUnits(row.size_increment),
    quantityMin: quantityOfUnits(row.quantity_min),
    notionalMin: moneyOfUnits(row.notional_min),
    multiplierUnits: row.multiplier_units,
    multiplierScale: row.multiplier_scale,
    shortable: row.shortable === 1,
  };
}
