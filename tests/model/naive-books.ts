import type { Command, CommandOf, Event, Fee, Instrument } from "@bulkhead/core";
import { unitsOf } from "@bulkhead/money";
import { type NaiveLot, NaiveLots, type Pair } from "./naive-lots.ts";
import { floor, fraction, less, lesser, nearest, over, type Rational, rounded, shares, size, sum, ten, times } from "./rational.ts";

/** `balances` by asset and account: "USD cash". */
export type NaiveBook = { id: string; balances: Map<string, bigint>; lots: NaiveLots; equity: bigint; high: bigint; contributions: bigint };
type Placed = Readonly<{ portfolio: string; order: number; instrument: string; side: string; names: readonly number[] }>;
type Stands = { quantity: bigint; price: bigint; version: number; opened: bigint; outdated: boolean };
type Execution = Stands & Readonly<{ id: string; book: NaiveBook; placed: Placed | undefined; instrument: Instrument; sign: bigint }>;
type Trade = Readonly<{ quantity: bigint; value: bigint; at: number; execution: string | null; order?: readonly NaiveLot[] }>;

const UNATTRIBUTED = "unattributed";
const units = (amount: Parameters<typeof unitsOf>[0]): bigint => BigInt(unitsOf(amount));
const ratio = (amount: Parameters<typeof unitsOf>[0]): Rational => fraction(units(amount), 10n ** 9n);
const newBook = (id: string, method: string): NaiveBook => {
  return { id, balances: new Map(), lots: new NaiveLots(method), equity: 0n, high: 0n, contributions: 0n };
};
class Known<Value> extends Map<string, Value> {
  /** What an admitted command names is known; else the model falls over, and should. */
  readonly must = (key: string): Value => this.get(key) as Value;
}

/** The books worked out again from the commands of a journal by the rules of docs/spec, with nothing remembered to be quick. */
export class NaiveBooks {
  readonly books = new Known<NaiveBook>();
  /** Σ fees per order, in the quote asset of its instrument. */
  readonly fees = new Map<number, bigint>();
  readonly #assets = new Known<{ kind: string; scale: number }>();
  readonly #instruments = new Known<Instrument>();
  /** MARK-2: the listing that values each asset. */
  readonly #listings = new Known<Instrument>();
  readonly #rates = new Map<string, Rational>();
  readonly #marks = new Map<string, { price: bigint; at: number }>();
  readonly #orders = new Map<number, Placed>();
  readonly #executions = new Known<Execution>();
  readonly #booked = new Set<string>();
  #base = "";
  #fxCost = fraction(0);
  #lastLot = 0;

  /** An admitted command. Of its events only which orders were placed, and how much was converted for them, is looked at. */
  apply(command: Command, events: readonly Event[]): void {
    for (const event of events) if (event.type === "CurrencyConverted" && command.type === "PlaceOrder") this.#autoConvert(command, event);
    for (const { order, lots: names, venueOrder, portfolio, terms } of events.filter((each) => each.type === "OrderPlaced"))
      this.#orders.set(venueOrder, { portfolio, order, names, instrument: terms.instrument, side: terms.side });
    if ("transferId" in command) this.#once(`transfer ${command.transferId}`, () => this.#transfer(command));
    else if (command.type === "RecordFee") this.#once(`fee ${command.feeId}`, () => this.#charge(command.executionId, command));
    else if (command.type === "RecordIncome") this.#once(`income ${command.incomeId}`, () => this.#income(command));
    else if (command.type === "RecordCorporateAction") this.#once(`action ${command.actionId}`, () => this.#split(command));
    else if (command.type === "ConvertPosition") this.#once(`action ${command.actionId}`, () => this.#convert(command));
    else if (command.type === "RecordConversion")
      this.#once(`conversion ${command.conversionId}`, () => {
        this.#post(this.books.must(command.portfolio), command.from, units(command.amount), "exchange", "cash");
        this.#post(this.books.must(command.portfolio), command.to, units(command.received), "cash", "exchange");
      }); // BOOK-13.
    else if (command.type === "RecordExecution" && !this.#executions.has(command.executionId)) this.#execute(command);
    else if (command.type === "RecordExecution" || command.type === "CorrectExecution") this.#correct(command);
    else this.#define(command);
  }

  #define(command: Command): void {
    if (command.type === "OpenAccount") {
      [this.#base, this.#fxCost] = [command.base.id, ratio(command.settings.fxCost)];
      this.#assets.set(command.base.id, command.base);
      this.books.set(UNATTRIBUTED, newBook(UNATTRIBUTED, "fifo"));
    } else if (command.type === "DefineAsset") this.#assets.set(command.asset.id, command.asset);
    else if (command.type === "DefineInstrument") {
      const { id, base } = command.instrument;
      this.#instruments.set(id, command.instrument);
      this.#listings.set(base, this.#listings.get(base) ?? command.instrument);
    } else if (command.type === "ConfigurePortfolio") this.books.must(command.portfolio).lots.method = command.settings.lotMatching;
    else if (command.type === "CreatePortfolio") {
      this.books.set(command.portfolio, newBook(command.portfolio, command.settings.lotMatching));
      this.#moveCash(UNATTRIBUTED, command.portfolio, this.#base, units(command.startingCash));
    } else if (command.type === "ArchivePortfolio") {
      const all = [...this.#assets.keys()].map((asset) => [asset, this.balance(command.portfolio, asset, "cash")] as const);
      for (const [asset, cash] of all) this.#moveCash(command.portfolio, UNATTRIBUTED, asset, cash);
    } else if (command.type === "MarkAccount") {
      for (const { instrument, price, at } of command.marks) this.#marks.set(instrument, { price: units(price), at });
      for (const { asset, rate } of command.rates) this.#rates.set(asset, ratio(rate));
      for (const { instrument } of command.marks) this.#list(this.#instruments.must(instrument));
      for (const book of this.books.values()) this.#mark(book);
    }
  }

  readonly balance = (portfolio: string, asset: string, account: string): bigint =>
    this.books.must(portfolio).balances.get(`${asset} ${account}`) ?? 0n;

  /** LED-6: an id that was booked changes nothing. */
  #once(id: string, book: () => void): void {
    if (!this.#booked.has(id)) book();
    this.#booked.add(id);
  }

  /** LED-1: moves an amount of an asset from one account of a portfolio to another. */
  #post({ id, balances }: NaiveBook, asset: string, amount: bigint, to: string, from: string): void {
    balances.set(`${asset} ${to}`, this.balance(id, asset, to) + amount);
    balances.set(`${asset} ${from}`, this.balance(id, asset, from) - amount);
  }

  /** MON-10. */
  #value({ base, quote, priceScale, multiplierScale, multiplierUnits }: Instrument, quantity: bigint, price: bigint): bigint {
    const scale = this.#assets.must(quote).scale - this.#assets.must(base).scale - priceScale - multiplierScale;
    return nearest(times(fraction(quantity * price * BigInt(multiplierUnits)), ten(scale)));
  }

  /** An amount of one cash asset in another by way of the base currency; undefined where a rate is missing. */
  #in(to: string, from: string, amount: bigint): bigint | undefined {
    const rate = (asset: string): Rational | undefined => (asset === this.#base ? fraction(1) : this.#rates.get(asset));
    const step = (asset: string): Rational => ten(this.#assets.must(asset).scale);
    const [there, back] = from === to ? [] : [rate(from), rate(to)];
    if (there === undefined || back === undefined) return from === to ? amount : undefined;
    const based = nearest(times(times(fraction(amount), there), over(step(this.#base), step(from))));
    return nearest(times(over(fraction(based), back), over(step(to), step(this.#base))));
  }

  /** LOT-3 to LOT-6, BOOK-2 to BOOK-4; `paid` is the account that the value comes from. Gives the units that opened. */
  #trade(book: NaiveBook, { base, quote, settlement }: Pair, { quantity, value, at, execution, order }: Trade, paid = "cash"): bigint {
    const held = book.lots.held(base);
    const closes = held < 0n === quantity < 0n ? 0n : lesser(size(quantity), size(held));
    const closing = nearest(fraction(value * closes, size(quantity)));
    const taken = book.lots.take(base, order ?? book.lots.inOrder({ base, quote, settlement }), closes);
    const rest = quantity < 0n ? quantity + closes : quantity - closes;
    const opens = { id: 0, quantity: rest, cost: value - closing, costAsset: quote, at, execution };
    if (rest !== 0n) book.lots.open(base, opens, () => ++this.#lastLot);
    const consumed = sum(taken.map(({ cost, costAsset }) => (costAsset === quote ? cost : 0n)));
    const foreign = new Map<string, bigint>();
    for (const { cost, costAsset } of taken) if (costAsset !== quote) foreign.set(costAsset, (foreign.get(costAsset) ?? 0n) + cost);
    const worths = [...foreign].map(([asset, cost]) => this.#in(quote, asset, cost));
    const gain = -closing - consumed;
    const realized = worths.includes(undefined) ? 0n : gain - sum(worths.map((worth) => worth ?? 0n));
    this.#post(book, base, quantity, "position", "exchange");
    for (const [asset, cost] of foreign) this.#post(book, asset, cost, "exchange", "cost");
    this.#post(book, quote, opens.cost - consumed, "cost", settlement === "margined" ? "exchange" : paid);
    this.#post(book, quote, realized, settlement === "margined" ? "cash" : paid, "realized");
    if (settlement === "full") this.#post(book, quote, gain - realized, paid, "exchange");
    return size(rest);
  }

  /** BOOK-1. */
  #execute({ executionId: id, at, version, venueOrder, side, ...command }: CommandOf<"RecordExecution">): void {
    const found = venueOrder === null ? undefined : this.#orders.get(venueOrder);
    const placed = found?.instrument === command.instrument && found.side === side ? found : undefined;
    const [book, instrument] = [this.books.must(placed?.portfolio ?? UNATTRIBUTED), this.#instruments.must(command.instrument)];
    const [quantity, price, sign] = [units(command.quantity), units(command.price), side === "buy" ? 1n : -1n];
    const [order, value] = [book.lots.inOrder(instrument, placed?.names), this.#value(instrument, sign * quantity, price)];
    // ORD-21: one that was undone before it was told books nothing, now and later.
    const opened = quantity === 0n ? 0n : this.#trade(book, instrument, { quantity: sign * quantity, value, at, execution: id, order });
    this.#executions.set(id, { id, book, placed, instrument, sign, quantity, price, version, opened, outdated: quantity === 0n });
    if (command.fee !== null && quantity > 0n) this.#charge(id, { fee: command.fee, at, portfolio: null });
  }

  /** BOOK-10: by execution, or a portfolio's own. */
  #charge(id: string | null, { fee, at, portfolio }: Readonly<{ fee: Fee; at: number; portfolio: string | null }>): void {
    if (id === null) return void this.#fee(this.books.must(portfolio ?? UNATTRIBUTED), this.#base, fee, at);
    const { book, placed, instrument, price, outdated } = this.#executions.must(id);
    const traded = fee.asset === instrument.base && !outdated ? { listing: instrument, price } : undefined;
    const value = this.#fee(book, instrument.quote, fee, at, traded);
    if (placed !== undefined) this.fees.set(placed.order, (this.fees.get(placed.order) ?? 0n) + value);
  }

  /** BOOK-6 to BOOK-9; gives the fee's value in `quote`. */
  #fee(book: NaiveBook, quote: string, fee: Fee, at: number, traded?: Readonly<{ listing: Instrument; price: bigint }>): bigint {
    const [base, house, asset, amount] = [this.#base, this.books.must(UNATTRIBUTED), fee.asset, units(fee.amount)];
    const isCash = this.#assets.must(asset).kind === "cash";
    const listing = traded?.listing ?? this.#listings.get(asset);
    const price = traded?.price ?? this.#marks.get(listing?.id ?? "")?.price ?? 0n;
    const [paidIn, worth] = listing ? [listing.quote, this.#value(listing, amount, price)] : [asset, isCash ? amount : 0n];
    const value = worth === 0n ? 0n : (this.#in(quote, paidIn, worth) ?? 0n);
    const based = isCash ? this.#in(base, asset, amount) : (this.#in(base, quote, value) ?? 0n);
    const has = isCash ? this.balance(book.id, asset, "cash") : book.lots.held(asset);
    const pays = amount < 0n || has >= amount || based === undefined || (isCash && [quote, base].includes(asset));
    const trade = { quantity: -amount, at, execution: null };
    if (pays && isCash) this.#post(book, asset, amount, "fees", "cash");
    else if (pays) this.#trade(book, { base: asset, quote, settlement: "full" }, { ...trade, value: -value }, "fees");
    else this.#post(book, base, based, "fees", "cash");
    if (!pays && !isCash) this.#trade(house, { base: asset, quote: base, settlement: "full" }, { ...trade, value: -based });
    if (pays || !isCash) return value;
    this.#post(house, base, based, "cash", "exchange");
    this.#post(house, asset, amount, "exchange", "cash");
    return value;
  }

  /** COR-1 to COR-8. */
  #correct(command: CommandOf<"CorrectExecution" | "RecordExecution">): void {
    const execution = this.#executions.must(command.executionId);
    const { id, book, instrument, sign, quantity: before, price: old } = execution;
    const [after, price, at] = [units(command.quantity), units(command.price), command.at];
    if (command.version <= execution.version) return;
    Object.assign(execution, { quantity: after, price, version: command.version });
    if (execution.outdated) return;
    const [quantity, kept] = [sign * (after - before), lesser(before, after)];
    const value = (q: bigint, p: bigint): bigint => this.#value(instrument, sign * q, p);
    if (after < before) {
      const lots = book.lots.of(instrument.base);
      const order = [...lots.filter((lot) => lot.execution === id), ...lots.filter((lot) => lot.execution !== id).reverse()];
      this.#trade(book, instrument, { quantity, value: value(after, old) - value(before, old), at, execution: null, order });
      execution.opened -= lesser(execution.opened, before - after);
    }
    if (kept > 0n) this.#reprice(execution, kept, value(kept, price) - value(kept, old));
    const more = { quantity, value: value(after, price) - value(before, price), at, execution: id };
    if (after > before) execution.opened += this.#trade(book, instrument, more);
  }

  /** COR-3 and COR-4. */
  #reprice({ id, book, instrument, sign, opened }: Execution, kept: bigint, difference: bigint): void {
    const [{ base, quote, settlement }, average] = [instrument, book.lots.method === "average"];
    let [left, open, whole] = [difference, average ? lesser(opened, kept) : kept, kept];
    for (const lot of book.lots.of(base)) {
      const its = lot.costAsset === quote && lot.quantity < 0n === sign < 0n && (average || lot.execution === id);
      const held = its ? lesser(size(lot.quantity), open) : 0n;
      const share = held === 0n ? 0n : nearest(fraction(left * held, whole));
      lot.cost += share;
      [left, open, whole] = [left - share, open - held, whole - held];
    }
    this.#post(book, quote, left, "realized", "cash");
    this.#post(book, quote, difference - left, "cost", settlement === "margined" ? "exchange" : "cash");
  }

  /** BOOK-11 and BOOK-12. */
  #income({ instrument, kind, payAsset, perUnit, perUnitScale, received }: CommandOf<"RecordIncome">): void {
    const { base } = this.#instruments.must(instrument);
    const account = { dividend: "dividends", funding: "funding", interest: "interest", borrow: "interest" }[kind];
    const each = times(fraction(perUnit), ten(this.#assets.must(payAsset).scale - perUnitScale - this.#assets.must(base).scale));
    const counts = (held: bigint): bigint => (kind === "borrow" && held > 0n ? 0n : held);
    const paid = [...this.books.values()].map((book) => ({ book, amount: nearest(times(fraction(counts(book.lots.held(base))), each)) }));
    for (const { book, amount } of paid) this.#post(book, payAsset, amount, "cash", account);
    const rest = received === null ? 0n : units(received) - sum(paid.map(({ amount }) => amount));
    this.#post(this.books.must(UNATTRIBUTED), payAsset, rest, "cash", "income");
  }

  /** ACT-1 and ACT-2: what each owner has afterwards. */
  #spread(asset: string, by: Rational, told?: bigint): readonly Readonly<{ book: NaiveBook; exact: Rational; now: bigint }>[] {
    const owners = [...this.books.values()].filter(({ lots }) => lots.of(asset).length > 0);
    const exact = owners.map(({ lots }) => times(fraction(lots.held(asset)), by));
    const target = told ?? floor(times(fraction(sum(owners.map(({ lots }) => lots.held(asset)))), by));
    const now = rounded(exact, target - sum(exact.map(floor)));
    return owners.map((book, i) => ({ book, exact: exact[i] as Rational, now: now[i] as bigint }));
  }

  /** ACT-4 and ACT-5: the lots with new quantities; the cost of those that round to nothing goes to another or is lost. */
  #respread(book: NaiveBook, lots: readonly NaiveLot[], total: bigint, settlement: string): readonly NaiveLot[] {
    const weights = lots.map(({ quantity }) => size(quantity));
    const made = shares(total, weights).map((quantity, i) => ({ ...(lots[i] as NaiveLot), quantity }));
    for (const { cost, costAsset } of made.filter(({ quantity }) => quantity === 0n)) {
      const heir = made.find((each) => each.quantity !== 0n && each.costAsset === costAsset);
      if (heir === undefined) this.#post(book, costAsset, cost, settlement === "margined" ? "exchange" : "realized", "cost");
      else heir.cost += cost;
    }
    return made;
  }

  /** ACT-6 to ACT-8. */
  #split({ instrument, numerator, denominator, accountQuantity, cashInLieu }: CommandOf<"RecordCorporateAction">): void {
    const { base, quote, settlement } = this.#instruments.must(instrument);
    const by = fraction(numerator, denominator);
    const rows = this.#spread(base, by, accountQuantity === null ? undefined : units(accountQuantity));
    const lost = rows.map(({ exact, now }) => less(exact, fraction(now)).n);
    const weights = lost.map((each) => (each < 0n === sum(lost) < 0n ? size(each) : 0n));
    const lieu = cashInLieu === null ? 0n : units(cashInLieu);
    if (sum(lost) === 0n) this.#post(this.books.must(UNATTRIBUTED), quote, lieu, "cash", "income");
    for (const [i, { book, now }] of rows.entries()) {
      if (sum(lost) !== 0n) this.#post(book, quote, shares(lieu, weights)[i] ?? 0n, "cash", "income");
      this.#post(book, base, now - book.lots.held(base), "position", "exchange");
      book.lots.replace(base, this.#respread(book, book.lots.of(base), now, settlement));
    }
    const marks = [...this.#marks].filter(([id]) => this.#instruments.must(id).base === base);
    for (const [, mark] of marks) mark.price = nearest(over(fraction(mark.price), by));
    for (const each of this.#executions.values()) each.outdated ||= each.instrument.base === base; // COR-8.
  }

  /** ACT-10 to ACT-12. */
  #convert({ from, into }: CommandOf<"ConvertPosition">): void {
    const { base } = this.#instruments.must(from);
    const plans = into.map(({ instrument, numerator, denominator, costShare }) => {
      const target = this.#instruments.must(instrument);
      const by = times(fraction(numerator, denominator), ten(this.#assets.must(target.base).scale - this.#assets.must(base).scale));
      return { target, share: ratio(costShare), rows: this.#spread(base, by) };
    });
    for (const [r, { book }] of (plans[0]?.rows ?? []).entries()) {
      const old = book.lots.of(base);
      const left = old.map(({ cost }) => cost);
      this.#post(book, base, -book.lots.held(base), "position", "exchange");
      const arriving = plans.map(({ target, share, rows }, p) => {
        const costs = old.map(({ cost }, i) => (p === plans.length - 1 ? (left[i] as bigint) : nearest(times(fraction(cost), share))));
        for (const [i, cost] of costs.entries()) left[i] = (left[i] as bigint) - cost;
        const lots = old.map((lot, i) => ({ ...lot, cost: costs[i] as bigint }));
        return this.#respread(book, lots, rows[r]?.now ?? 0n, target.settlement).map((lot) => ({ ...lot, target: target.base }));
      });
      book.lots.replace(base, []);
      const lotByLot = old.flatMap((_, i) => arriving.flatMap((lots) => lots[i] ?? [])).filter(({ quantity }) => quantity !== 0n);
      for (const { target, quantity, cost: value, costAsset: quote, at } of lotByLot)
        this.#trade(book, { base: target, quote, settlement: "full" }, { quantity, value, at, execution: null }, "cost");
    }
    for (const each of this.#executions.values()) each.outdated ||= each.instrument.base === base; // COR-8.
  }

  /** BOOK-14: how much was bought was decided by the gate and is in the event; the rest follows. */
  #autoConvert({ terms, portfolio }: CommandOf<"PlaceOrder">, { postings }: Extract<Event, { type: "CurrencyConverted" }>): void {
    const [{ quote }, base] = [this.#instruments.must(terms.instrument), this.#base];
    const [book, house] = [this.books.must(portfolio), this.books.must(UNATTRIBUTED)];
    const lines = postings.filter((each) => each.portfolio === portfolio && each.account === "cash" && each.asset === quote);
    const bought = sum(lines.map(({ amount }) => units(amount)));
    const based = this.#in(base, quote, bought) ?? 0n;
    const cost = -floor(times(fraction(-based), this.#fxCost));
    this.#post(book, base, based, "exchange", "cash");
    this.#post(book, base, cost, "fees", "cash");
    this.#post(book, quote, bought, "cash", "exchange");
    this.#post(house, base, based + cost, "cash", "exchange");
    this.#post(house, quote, bought, "exchange", "cash");
  }

  #transfer(command: CommandOf<"Deposit" | "Withdraw" | "TransferCapital" | "TransferPosition">): void {
    if (command.type === "TransferPosition") this.#movePosition(command);
    else if (command.type === "TransferCapital") this.#moveCash(command.from, command.to, command.asset, units(command.amount));
    else {
      const [book, amount] = [this.books.must(command.portfolio), units(command.amount) * (command.type === "Deposit" ? 1n : -1n)];
      this.#post(book, command.asset, amount, "cash", "capital");
      this.#flow(book, this.#in(this.#base, command.asset, amount));
    }
  }

  /** CAP-8. */
  #flow(book: NaiveBook, amount = 0n): void {
    for (const figure of ["equity", "high", "contributions"] as const) book[figure] += amount;
  }

  #moveCash(from: string, to: string, asset: string, amount: bigint): void {
    this.#post(this.books.must(from), asset, amount, "transfers", "cash");
    this.#post(this.books.must(to), asset, amount, "cash", "transfers");
    this.#flow(this.books.must(from), this.#in(this.#base, asset, -amount));
    this.#flow(this.books.must(to), this.#in(this.#base, asset, amount));
  }

  /** CAP-5 and CAP-6. */
  #movePosition(command: CommandOf<"TransferPosition">): void {
    const [giver, receiver] = [this.books.must(command.from), this.books.must(command.to)];
    const [instrument, quantity] = [this.#instruments.must(command.instrument), units(command.quantity)];
    const { base, quote, settlement } = instrument;
    const far = settlement === "margined" ? "exchange" : "transfers";
    const moved = giver.lots.take(base, giver.lots.inOrder(instrument), size(quantity));
    for (const lot of moved) {
      receiver.lots.open(base, lot, () => ++this.#lastLot);
      this.#post(giver, lot.costAsset, lot.cost, far, "cost");
      this.#post(receiver, lot.costAsset, lot.cost, "cost", far);
    }
    this.#post(giver, base, quantity, "exchange", "position");
    this.#post(receiver, base, quantity, "position", "exchange");
    const worth = this.#value(instrument, quantity, units(command.price));
    const flow = this.#in(this.#base, quote, settlement === "margined" ? worth - (this.#cost(moved, quote) ?? 0n) : worth) ?? 0n;
    this.#flow(giver, -flow);
    this.#flow(receiver, flow);
  }

  /** Undefined where a rate is missing: then the holding is left out (MARK-4). */
  #cost(lots: readonly NaiveLot[], quote: string): bigint | undefined {
    const costs = lots.map(({ cost, costAsset }) => this.#in(quote, costAsset, cost));
    return costs.includes(undefined) ? undefined : sum(costs.map((cost) => cost ?? 0n));
  }

  /** MARK-2: a mark came for a listing. */
  #list(instrument: Instrument): void {
    const now = this.#listings.must(instrument.base);
    const [rated, wasRated] = [instrument, now].map(({ quote }) => this.#in(this.#base, quote, 0n) !== undefined);
    const [at, before] = [instrument, now].map(({ id }) => this.#marks.get(id)?.at ?? 0) as [number, number];
    if (rated && (at > before || !wasRated)) this.#listings.set(instrument.base, instrument);
  }

  /** MARK-2, MARK-3 and MARK-6. */
  #mark(book: NaiveBook): void {
    book.equity = 0n;
    for (const [asset, { kind }] of this.#assets) {
      if (kind === "cash") book.equity += this.#in(this.#base, asset, this.balance(book.id, asset, "cash")) ?? 0n;
      const listing = this.#listings.get(asset);
      const cost = listing === undefined ? undefined : this.#cost(book.lots.of(asset), listing.quote);
      const mark = this.#marks.get(listing?.id ?? "");
      const value = listing === undefined || mark === undefined ? cost : this.#value(listing, book.lots.held(asset), mark.price);
      const worth = listing?.settlement !== "margined" || value === undefined ? value : cost === undefined ? undefined : value - cost;
      if (worth !== undefined && listing !== undefined) book.equity += this.#in(this.#base, listing.quote, worth) ?? 0n;
    }
    if (book.equity > book.high) book.high = book.equity;
  }
}
