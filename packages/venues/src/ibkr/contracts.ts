import type {
  Asset,
  AssetId,
  ContractAnswers,
  ContractQuestion,
  Instrument,
  InstrumentId,
  Listing,
  VenueContract,
  VenueInstrument,
} from "@bulkhead/core";
import { formatAmount, isWholeSteps, type Price, parsePrice, unitsOf, valueTerms } from "@bulkhead/money";
import type { Contract, ContractDetails, PriceIncrement, SecType } from "@stoqey/ib";
import { type DefinitionRules, definitionOf, instrumentIdOf, venueContractOf } from "./definitions.ts";
import { exchangeOf, isSameListing } from "./exchanges.ts";
import type { Answer } from "./questions.ts";

/** What the books have: the state of an account has both maps. */
export type Books = Readonly<{
  listings: ReadonlyMap<InstrumentId, Listing>;
  assets: ReadonlyMap<AssetId, Asset>;
  /** The contract id that each instrument is known to have, where one is: it stays with its instrument whatever its symbol becomes. */
  keys?: ReadonlyMap<InstrumentId, string>;
}>;

/** A contract that the books can hold, as they name it. */
export type Traded = Readonly<{ listing: Listing; contract: Contract; ruleId: number | undefined }>;
/** `unsupported`: for good. `failed`: nobody answered, which says nothing about the contract. */
export type Resolved = Readonly<{ traded: Traded } | { unsupported: string } | { failed: string }>;

export type ContractsOptions = Readonly<{
  books: () => Books;
  rules: Omit<DefinitionRules, "scaleOf">;
  /** Asks for contract details; never rejects. */
  ask: (query: Contract) => Promise<Answer<ContractDetails>>;
  /** Told of what the books do not have yet, before anything is told about it. */
  define: (instrument: Instrument | null, assets: readonly Asset[]) => void;
  note: (level: "info" | "warn" | "error", message: string) => void;
}>;

/** Which contract of TWS is which instrument of the books, both ways: by contract id, never by a name alone (M8). */
export class Contracts {
  readonly #options: ContractsOptions;
  readonly #byId = new Map<number, Resolved>();
  readonly #asked = new Map<string, Promise<Resolved>>();
  readonly #ofInstrument = new Map<InstrumentId, Traded>();
  readonly #defined = new Map<InstrumentId, Listing>();
  readonly #assets = new Map<AssetId, Asset>();
  readonly #increments = new Map<number, readonly PriceIncrement[]>();

  constructor(options: ContractsOptions) {
    this.#options = options;
  }

  /** The definition of an instrument, the books' or one that was told to them. */
  listing(id: InstrumentId): Listing | undefined {
    return this.#options.books().listings.get(id) ?? this.#defined.get(id);
  }

  asset(id: AssetId): Asset | undefined {
    return this.#options.books().assets.get(id) ?? this.#assets.get(id);
  }

  /** The asset of a currency, told to the books where they do not have it. */
  cash(currency: string): Asset {
    const known = this.asset(currency as AssetId);
    if (known !== undefined) return known;
    const asset: Asset = { id: currency as AssetId, kind: "cash", scale: this.#options.rules.cashScale(currency) };
    this.#assets.set(asset.id, asset);
    this.#options.define(null, [asset]);
    return asset;
  }

  /** What a contract of an execution, a position or an order is; at once where it is known. */
  resolve(contract: Contract): Resolved | Promise<Resolved> {
    const conId = contract.conId ?? 0;
    const known = this.#byId.get(conId);
    if (known !== undefined) return known;
    const query = conId > 0 ? { conId } : { ...contract, exchange: contract.exchange || "SMART" };
    const asked = this.#once(`id ${conId > 0 ? conId : JSON.stringify(query)}`, query, (rows) =>
      this.#take(rows.find((row) => row.contract.conId === conId) ?? rows[0]),
    );
    return asked.then((resolved) => ("unsupported" in resolved ? (this.#asBefore(contract) ?? resolved) : resolved));
  }

  /** What TWS lists no more is still held: the instrument that the books know under its id. */
  #asBefore(contract: Contract): Resolved | undefined {
    const listing = this.#keptAs(contract);
    if (listing === undefined) return undefined;
    const resolved: Resolved = {
      traded: { listing, contract: { ...contract, exchange: contract.exchange || "SMART" }, ruleId: undefined },
    };
    this.#byId.set(contract.conId ?? 0, resolved);
    return resolved;
  }

  /** The contract that an instrument of the books is traded as; at once where it is known. */
  ofInstrument(id: InstrumentId): Resolved | Promise<Resolved> {
    const known = this.#ofInstrument.get(id);
    if (known !== undefined) return { traded: known };
    const listing = this.listing(id);
    if (listing === undefined) return { unsupported: `the books have no instrument ${id}` };
    const query = this.#queryOf(listing);
    if (query === undefined) return { unsupported: `${id} is nothing that IBKR trades` };
    return this.#once(`of ${id}`, query, (rows) => this.#choose(id, rows));
  }

  #queryOf(listing: Listing): Contract | undefined {
    const conId = Number(this.#options.books().keys?.get(listing.instrument.id) ?? 0);
    return conId > 0 ? ({ conId } as Contract) : queryOf(listing);
  }

  /** Looks at contracts anew, by their ids where those are known; what could not be held before may be held now. */
  async look(questions: readonly ContractQuestion[]): Promise<ContractAnswers> {
    this.#forget();
    const answers = new Map<InstrumentId, VenueContract | null>();
    for (const question of questions) {
      const said = await this.#lookAt(question);
      if (said !== undefined) answers.set(question.instrument, said);
    }
    return answers;
  }

  /** Undefined: nobody answered, or it was never known here. */
  async #lookAt({ instrument, venueKey }: ContractQuestion): Promise<VenueContract | null | undefined> {
    const listing = this.listing(instrument);
    const conId = Number(venueKey ?? 0);
    const byName = listing === undefined ? undefined : queryOf(listing);
    const queries = [...(conId > 0 ? [{ conId } as Contract] : []), ...(byName === undefined ? [] : [byName])];
    for (const query of queries) {
      const { rows, why, code } = await this.#options.ask(query);
      const named = rows.map((row) => ({ row, is: instrumentIdOf(row) === instrument || row.contract.conId === conId }));
      const found = named.find(({ is }) => is) ?? (rows.length === 1 ? named[0] : undefined);
      if (found !== undefined) {
        this.#takeAnew(found.row, instrument);
        return venueContractOf(found.row, this.#rules());
      }
      if (rows.length > 0 || (why !== "" && code !== NO_CONTRACT)) return undefined;
    }
    return conId > 0 ? null : undefined;
  }

  /** Its names and steps may be others than when it was first asked for: orders go out with those of today. */
  #takeAnew(row: ContractDetails, instrument: InstrumentId): void {
    this.#byId.delete(row.contract.conId ?? 0);
    this.#ofInstrument.delete(instrument);
    if (this.listing(instrument) !== undefined) this.#take(row);
  }

  /** What was refused for what the books knew then, and what they have in another version now. */
  #forget(): void {
    const { listings } = this.#options.books();
    const isStale = (resolved: Resolved): boolean =>
      !("traded" in resolved) ||
      (listings.get(resolved.traded.listing.instrument.id) ?? resolved.traded.listing) !== resolved.traded.listing;
    for (const [conId, resolved] of this.#byId) if (isStale(resolved)) this.#byId.delete(conId);
    for (const [id, traded] of this.#ofInstrument) if (isStale({ traded })) this.#ofInstrument.delete(id);
  }

  /** What a person writes: the id of an instrument of the books, or the symbol of a US share. */
  async resolveSymbol(written: string): Promise<Resolved> {
    const { listings } = this.#options.books();
    const listed = [...listings.values(), ...this.#defined.values()].filter(
      ({ instrument }) => instrument.id === written || instrument.symbol === written,
    );
    const [only] = listed;
    if (only !== undefined && listed.length === 1) return await this.ofInstrument(only.instrument.id);
    const [symbol, venue] = written.includes("@") ? parts(written) : [written, "XNYS"];
    const elsewhere = isSameListing(venue, "XNYS") ? {} : { primaryExch: exchangeOf(venue) };
    return await this.resolve({
      symbol: symbol.replaceAll(".", " "),
      secType: "STK" as SecType,
      exchange: "SMART",
      currency: "USD",
      ...elsewhere,
    });
  }

  /** What a person may choose: as the books would name it, without telling them. */
  describe(details: ContractDetails): readonly VenueInstrument[] {
    const told = definitionOf(details, this.#rules());
    if ("unsupported" in told) return [];
    const kept = this.#kept(told.defined.instrument.id);
    return [kept === undefined ? told.defined : { ...told.defined, instrument: kept.instrument, assets: [kept.base, kept.quote] }];
  }

  learnRule(ruleId: number, increments: readonly PriceIncrement[]): void {
    this.#increments.set(ruleId, increments);
  }

  /** Whether a rule of price steps should be asked for: once. */
  wantsRule(ruleId: number): boolean {
    if (this.#increments.has(ruleId)) return false;
    this.#increments.set(ruleId, []);
    return true;
  }

  /** Why the exchange would refuse prices for their step there; undefined where it would not, or nobody said. */
  offRules(prices: readonly (Price | null)[], traded: Traded): string | undefined {
    for (const price of prices) {
      const why = price === null ? undefined : this.#offRule(price, traded);
      if (why !== undefined) return why;
    }
    return undefined;
  }

  #offRule(price: Price, { ruleId, listing }: Traded): string | undefined {
    const increments = ruleId === undefined ? undefined : this.#increments.get(ruleId);
    const { priceScale } = listing.instrument;
    const inUnits = (value: number | undefined): Price | undefined => {
      const parsed = parsePrice(String(value ?? 0), priceScale, "half-even");
      return parsed.ok ? parsed.value : undefined;
    };
    const step = increments?.findLast(({ lowEdge }) => unitsOf(inUnits(lowEdge) ?? price) <= unitsOf(price));
    const units = inUnits(step?.increment);
    if (step === undefined || units === undefined || unitsOf(units) <= 0 || isWholeSteps(price, units)) return undefined;
    return `${formatAmount(price, priceScale)} is not a whole number of steps of ${formatAmount(units, priceScale)}, which this price needs there`;
  }

  async #once(key: string, query: Contract, choose: (rows: readonly ContractDetails[]) => Resolved): Promise<Resolved> {
    const asked = this.#asked.get(key);
    if (asked !== undefined) return await asked;
    const asking = this.#options.ask(query).then(({ rows, why, code }): Resolved => {
      this.#asked.delete(key);
      if (rows.length > 0) return choose(rows);
      return why === "" || code === NO_CONTRACT ? { unsupported: "IBKR has no such contract" } : { failed: why };
    });
    this.#asked.set(key, asking);
    return await asking;
  }

  /** Of the contracts that an instrument's symbol names: the one listed where the books say, or the only one that can be meant. */
  #choose(id: InstrumentId, rows: readonly ContractDetails[]): Resolved {
    const found = rows.map((row) => this.#take(row));
    const same = found.find((each) => "traded" in each && each.traded.listing.instrument.id === id);
    if (same !== undefined) return same;
    const why = found.map((each) =>
      "traded" in each ? each.traded.listing.instrument.id : "unsupported" in each ? each.unsupported : each.failed,
    );
    return { unsupported: `IBKR knows ${id} as something else: ${[...new Set(why)].slice(0, 5).join(", ")}` };
  }

  #take(details: ContractDetails | undefined): Resolved {
    if (details === undefined) return { unsupported: "IBKR has no such contract" };
    const conId = details.contract.conId ?? 0;
    const known = this.#byId.get(conId);
    if (known !== undefined) return known;
    const resolved = this.#name(details);
    if (conId > 0) this.#byId.set(conId, resolved);
    if ("traded" in resolved) this.#ofInstrument.set(resolved.traded.listing.instrument.id, resolved.traded);
    else if ("unsupported" in resolved) this.#options.note("warn", `IBKR: ${resolved.unsupported}.`);
    return resolved;
  }

  #name(details: ContractDetails): Resolved {
    const told = definitionOf(details, this.#rules());
    if ("unsupported" in told) return told;
    const { instrument, assets } = told.defined;
    const [base, quote] = assets as readonly [Asset, Asset];
    const kept = this.#keptAs(details.contract) ?? this.#kept(instrument.id);
    const other = kept === undefined ? undefined : this.#options.books().keys?.get(kept.instrument.id);
    if (other !== undefined && other !== String(details.contract.conId ?? ""))
      return { unsupported: `${kept?.instrument.id} is contract ${other} here, and IBKR calls ${details.contract.conId} so now` };
    const listing = kept ?? listingOf(instrument, base, quote);
    if (listing === undefined) return { unsupported: `${instrument.id} is worth more per point than can be kept exactly` };
    const differs = kept === undefined ? undefined : differenceOf(kept.instrument, instrument);
    if (differs !== undefined) return { unsupported: `${kept?.instrument.id} is kept here with another ${differs} than IBKR says` };
    if (kept === undefined) {
      const fresh = assets.filter((asset) => this.asset(asset.id) === undefined);
      for (const asset of fresh) this.#assets.set(asset.id, asset);
      this.#defined.set(instrument.id, listing);
      this.#options.define(instrument, fresh);
    } else this.#compareTick(kept, instrument);
    return { traded: { listing, contract: orderContract(details), ruleId: ruleOf(details) } };
  }

  #rules(): DefinitionRules {
    return { ...this.#options.rules, scaleOf: (asset) => this.asset(asset)?.scale };
  }

  /** The instrument that is known to be this contract, whatever its symbol is now. */
  #keptAs({ conId }: Contract): Listing | undefined {
    const key = String(conId ?? "");
    for (const [id, known] of this.#options.books().keys ?? []) if (known === key) return this.listing(id);
    return undefined;
  }

  /** The books' instrument that a contract is: of the same id, or the same share under another venue of New York. */
  #kept(id: InstrumentId): Listing | undefined {
    const exact = this.listing(id);
    if (exact !== undefined) return exact;
    const [symbol, venue] = parts(id);
    for (const each of [...this.#options.books().listings.values(), ...this.#defined.values()]) {
      const [otherSymbol, otherVenue] = parts(each.instrument.id);
      if (otherSymbol === symbol && each.base.kind === "share" && isSameListing(venue, otherVenue)) return each;
    }
    return undefined;
  }

  #compareTick(kept: Listing, told: Instrument): void {
    const [here, there] = [kept.instrument, told].map((each) => formatAmount(each.tickSize, each.priceScale));
    if (here !== there) this.#options.note("warn", `${kept.instrument.id}: IBKR says tick ${there}, kept here ${here}.`);
  }
}

/** There is no such contract, or it is not told apart from others. */
const NO_CONTRACT = 200;

const parts = (id: string): readonly [string, string] => [id.slice(0, id.lastIndexOf("@")), id.slice(id.lastIndexOf("@") + 1)];

function listingOf(instrument: Instrument, base: Asset, quote: Asset): Listing | undefined {
  const { multiplierUnits, multiplierScale, priceScale } = instrument;
  const scales = { quantityScale: base.scale, priceScale, moneyScale: quote.scale };
  try {
    return { instrument, base, quote, terms: valueTerms({ multiplierUnits, multiplierScale, ...scales }) };
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Terms that make another thing of a contract: what a fill would be worth. */
function differenceOf(kept: Instrument, told: Instrument): string | undefined {
  if (kept.quote !== told.quote) return "currency";
  const value = ({ multiplierUnits, multiplierScale }: Instrument): number => multiplierUnits * 10 ** -multiplierScale;
  if (value(kept) !== value(told)) return "multiplier";
  return kept.settlement === told.settlement ? undefined : "settlement";
}

/** What orders of a contract are sent with: its id, and where they go. */
function orderContract({ contract, validExchanges }: ContractDetails): Contract {
  const { conId, symbol, secType, currency, localSymbol, tradingClass, multiplier, lastTradeDateOrContractMonth, strike, right } = contract;
  const isSmart = (validExchanges ?? "").split(",").includes("SMART") || secType === "STK" || secType === "OPT";
  const exchange = isSmart ? "SMART" : contract.exchange || contract.primaryExch;
  const named = { conId, symbol, secType, currency, localSymbol, tradingClass, exchange, primaryExch: contract.primaryExch };
  const derived = secType === "STK" || secType === "CRYPTO" ? {} : { multiplier, lastTradeDateOrContractMonth, strike, right };
  return Object.fromEntries(
    Object.entries({ ...named, ...derived }).filter(([, value]) => value !== undefined && value !== ""),
  ) as Contract;
}

/** The rule of price steps where orders of this contract go. */
function ruleOf({ marketRuleIds, validExchanges }: ContractDetails): number | undefined {
  const rules = (marketRuleIds ?? "").split(",");
  const place = (validExchanges ?? "").split(",").indexOf("SMART");
  const rule = Number(rules[Math.max(0, place)] || Number.NaN);
  return Number.isInteger(rule) && rule > 0 ? rule : undefined;
}

/** How to ask for an instrument of the books. */
function queryOf({ instrument, base, quote }: Listing): Contract | undefined {
  const [symbol, venue] = parts(instrument.id);
  const query = (parts_: object): Contract => ({ currency: quote.id, ...parts_ }) as Contract;
  if (base.kind === "share") {
    const elsewhere = isSameListing(venue, "XNYS") ? {} : { primaryExch: exchangeOf(venue) };
    return query({ symbol: symbol.replaceAll(".", " "), secType: "STK", exchange: "SMART", ...elsewhere });
  }
  if (base.kind === "coin") return query({ symbol: base.id, secType: "CRYPTO", exchange: exchangeOf(venue) });
  if (base.kind !== "contract") return undefined;
  const option = /^([A-Z0-9]{1,6})(\d{6}[CP]\d{8})$/.exec(symbol);
  if (option !== null) return query({ localSymbol: `${option[1]?.padEnd(6)}${option[2]}`, secType: "OPT", exchange: "SMART" });
  return instrument.settlement === "margined" ? query({ localSymbol: symbol, secType: "FUT", exchange: exchangeOf(venue) }) : undefined;
}
