import type {
  AccountId,
  Asset,
  AssetId,
  Effect,
  InstantMs,
  InstrumentId,
  Listing,
  OrderId,
  OrderTerms,
  PortfolioId,
  VenueFact,
  VenueOrderSeq,
  VenueSession,
} from "@bulkhead/core";
import { parsePrice, parseQuantity, valueTerms, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { type Gateway, type GatewaySettings, type ManualClock, manualClock, startGateway } from "@bulkhead/tws-gateway";
import { type IbkrOptions, type IbkrVenue, openIbkrVenue } from "@bulkhead/venues";
import type { TestContext } from "vitest";
import { SOON_MS } from "../../kit/soon.ts";

export const ACCOUNT = "main" as AccountId;
/** A Tuesday, 15:00 UTC: New York trades. */
export const NOON = Date.UTC(2026, 9, 20, 15);
export const AAPL = "AAPL@XNAS" as InstrumentId;

const exact = <T>(parsed: Readonly<{ ok: true; value: T } | { ok: false; problem: string }>): T => {
  if (!parsed.ok) throw new Error(parsed.problem);
  return parsed.value;
};
export const price = (text: string) => exact(parsePrice(text, 4));
export const quantity = (text: string) => exact(parseQuantity(text, 4));

/** A US share as the books keep it: prices to a hundredth of a cent, whole shares ordered. */
export function share(id: string): Listing {
  const base: Asset = { id: id as AssetId, kind: "share", scale: 4 };
  const quote: Asset = { id: "USD" as AssetId, kind: "cash", scale: 6 };
  const instrument = {
    id: id as InstrumentId,
    symbol: id.slice(0, id.indexOf("@")),
    base: base.id,
    quote: quote.id,
    settlement: "full" as const,
    priceScale: 4,
    tickSize: price("0.01"),
    sizeIncrement: quantity("1"),
    quantityMin: ZERO_QUANTITY,
    notionalMin: ZERO_MONEY,
    multiplierUnits: 1,
    multiplierScale: 0,
    shortable: true,
  };
  return {
    instrument,
    base,
    quote,
    terms: valueTerms({ multiplierUnits: 1, multiplierScale: 0, quantityScale: 4, priceScale: 4, moneyScale: 6 }),
  };
}

/** Terms of an order in AAPL; a hundred at the market for the day unless said. */
export const order = (more: Partial<OrderTerms> = {}): OrderTerms => ({
  instrument: AAPL,
  side: "buy",
  quantity: quantity("100"),
  orderType: "market",
  limit: null,
  stop: null,
  timeInForce: "day",
  expiresAt: null,
  ...more,
});

const STEP_MS = 5_000;

type FactType = VenueFact["type"];
/** The facts of a type, also where one shape has several. */
export type FactOf<T extends FactType> = VenueFact extends infer F
  ? F extends { type: infer K }
    ? T extends K
      ? F & { type: T }
      : never
    : never
  : never;

/** An adapter at a gateway, on a clock that the test moves, and what it told. */
export class Rig {
  readonly clock: ManualClock;
  readonly facts: VenueFact[] = [];
  readonly notes: string[] = [];
  readonly sessions: VenueSession[] = [];
  readonly listings = new Map<InstrumentId, Listing>([[AAPL, share(AAPL)]]);
  readonly assets = new Map<AssetId, Asset>();
  gateway: Gateway;
  venue: IbkrVenue;

  private constructor(clock: ManualClock, gateway: Gateway, venue: IbkrVenue) {
    this.clock = clock;
    this.gateway = gateway;
    this.venue = venue;
  }

  static async make(
    { onTestFinished }: Pick<TestContext, "onTestFinished">,
    settings: GatewaySettings = {},
    more: Partial<IbkrOptions> = {},
  ): Promise<Rig> {
    const clock = manualClock(NOON);
    const gateway = await startGateway({ clock, prices: { AAPL: "201.94" }, ...settings });
    const rig: Rig = new Rig(clock, gateway, await openIbkrVenue({ ...rigOptions(clock, gateway.port, () => rig), ...more }));
    for (const { base, quote } of rig.listings.values()) for (const asset of [base, quote]) rig.assets.set(asset.id, asset);
    rig.listen();
    onTestFinished(async () => {
      await rig.venue.close();
      await rig.gateway.close();
    });
    return rig;
  }

  /** A rig whose session is ready. */
  static async ready(
    context: Pick<TestContext, "onTestFinished">,
    settings: GatewaySettings = {},
    more: Partial<IbkrOptions> = {},
  ): Promise<Rig> {
    const rig = await Rig.make(context, settings, more);
    rig.venue.open();
    await rig.until(() => rig.venue.session.state === "ready", "ready");
    return rig;
  }

  /** Another process of the same desk: nothing remembered but the books. */
  async restart(more: Partial<IbkrOptions> = {}): Promise<void> {
    await this.venue.close();
    this.venue = await openIbkrVenue({ ...rigOptions(this.clock, this.gateway.port, () => this), ...more });
    this.listen();
    this.venue.open();
    await this.until(() => this.venue.session.state === "ready", "ready again");
  }

  listen(): void {
    this.venue.listen({
      onFact: (fact) => {
        this.facts.push(fact);
        if (fact.type === "DefineAsset") this.assets.set(fact.asset.id, fact.asset);
        if (fact.type !== "DefineInstrument") return;
        const { instrument } = fact;
        const [base, quote] = [this.assets.get(instrument.base), this.assets.get(instrument.quote)];
        if (base === undefined || quote === undefined) throw new Error(`${instrument.id} was defined before its assets`);
        const scales = { quantityScale: base.scale, priceScale: instrument.priceScale, moneyScale: quote.scale };
        const { multiplierUnits, multiplierScale } = instrument;
        this.listings.set(instrument.id, { instrument, base, quote, terms: valueTerms({ multiplierUnits, multiplierScale, ...scales }) });
      },
      onSession: (session) => this.sessions.push(session),
      onNote: (level, message) => this.notes.push(`${level}: ${message}`),
    });
  }

  /** Waits for what the network brings, and fails after a minute. With `advanceMs` time passes meanwhile. */
  async until(isSo: () => boolean, what = "what was waited for", advanceMs = 0): Promise<void> {
    const end = performance.now() + SOON_MS;
    while (!isSo()) {
      if (performance.now() > end) throw new Error(`not within a minute: ${what}\n${this.story()}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      if (advanceMs > 0) this.clock.advance(advanceMs);
    }
  }

  /** Everything that was sent has arrived and was answered: an account question went there and back. */
  async settle(): Promise<void> {
    await this.venue.snapshot(["positions"], this.clock.now() as InstantMs);
  }

  /** Lets time pass while the network keeps up: a clock that jumps past two heartbeats is a connection that died. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= STEP_MS) {
      this.clock.advance(Math.min(left, STEP_MS));
      await this.settle();
    }
  }

  /** Lets time pass until something is answered: questions wait for their turn in a second. */
  async answered<T>(asking: Promise<T>): Promise<T> {
    let isDone = false;
    void asking.finally(() => {
      isDone = true;
    });
    await this.until(() => isDone, "an answer", 20);
    return await asking;
  }

  submit(seq: number, terms: OrderTerms = order(), portfolio = "alpha"): void {
    const effect: Effect = {
      type: "SubmitOrder",
      venueOrder: seq as VenueOrderSeq,
      epoch: 1,
      terms,
      trigger: null,
      portfolio: portfolio as PortfolioId,
      order: seq as OrderId,
    };
    this.venue.dispatch(effect, this.clock.now() as InstantMs);
  }
  cancel(seq: number): void {
    this.venue.dispatch({ type: "CancelVenueOrder", venueOrder: seq as VenueOrderSeq }, this.clock.now() as InstantMs);
  }
  replace(seq: number, terms: OrderTerms, before: OrderTerms = terms): void {
    this.venue.dispatch({ type: "ReplaceVenueOrder", venueOrder: seq as VenueOrderSeq, terms, before }, this.clock.now() as InstantMs);
  }

  of<T extends FactType>(type: T): readonly FactOf<T>[] {
    return this.facts.filter((fact) => fact.type === type) as unknown as FactOf<T>[];
  }
  async fact<T extends FactType>(type: T, count = 1, advanceMs = 0): Promise<FactOf<T>> {
    await this.until(() => this.of(type).length >= count, `${count} × ${type}`, advanceMs);
    return this.of(type)[count - 1] as FactOf<T>;
  }

  /** Facts in short, in order. */
  story(): string {
    const facts = this.facts.map((fact) => ("venueOrder" in fact ? `${fact.type} ${fact.venueOrder}` : fact.type));
    return [...facts, ...this.notes, `${this.venue.session.state} ${this.venue.session.reason}`].join("\n");
  }
}

function rigOptions(clock: ManualClock, port: number, rig: () => Rig): IbkrOptions {
  return {
    account: ACCOUNT,
    mode: "paper",
    expectedAccount: "DU1234567",
    host: "127.0.0.1",
    port,
    clientId: 7,
    zone: "America/New_York",
    books: () => rig(),
    cashScale: () => 6,
    clock,
    chance: () => 0.5,
  };
}
