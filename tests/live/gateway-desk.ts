import type { AssetId, InstantMs, InstrumentId, OrderId, PortfolioId } from "@bulkhead/core";
import { replayFeed } from "@bulkhead/market";
import { type Price, parsePrice, parseQuantity, type Quantity, type Scale } from "@bulkhead/money";
import { type DeskClock, type OpenedDesk, openBroker, openDesk, type RunningAccount } from "@bulkhead/server";
import { type Gateway, type GatewaySettings, type ManualClock, manualClock, startGateway, type WireEntry } from "@bulkhead/tws-gateway";
import { MAIN } from "../desk/paper.ts";
import { SOON_MS } from "../kit/soon.ts";
import { configOf } from "./attached.ts";

/** A Tuesday, 15:00 UTC: New York trades. */
const NOON = Date.UTC(2026, 9, 20, 15);
const STEP_MS = 1_000;
export const AAPL = "AAPL@XNAS" as InstrumentId;

export const AT_GATEWAY = `
[account]
venue = "ibkr"
access = "trade"
[account.ibkr]
account = "DU1234567"
client_id = 7
[feed]
source = "ibkr"
symbols = ["AAPL"]
[[portfolio]]
id = "momentum"
starting_cash = "100000"
[[portfolio]]
id = "steady"
starting_cash = "100000"
`;

/** A desk whose account is at a gateway that speaks the wire of TWS, all on a clock that the test moves. */
export class GatewayDesk {
  readonly clock: ManualClock = manualClock(NOON);
  readonly folder: string;
  readonly config: string;
  gateway: Gateway | undefined;
  desk: OpenedDesk | undefined;
  /** Messages that the gateway read or wrote. */
  #messages = 0;
  #wishes = 0;

  constructor(folder: string, config = AT_GATEWAY) {
    this.folder = folder;
    this.config = config;
  }

  async startGateway(settings: GatewaySettings = {}): Promise<Gateway> {
    const observe = (entry: WireEntry): void => {
      this.#messages += 1;
      settings.observe?.(entry);
    };
    this.gateway = await startGateway({ clock: this.clock, prices: { AAPL: "201.94" }, ...settings, observe });
    return this.gateway;
  }

  get account(): RunningAccount {
    const account = this.desk?.accounts.get(MAIN);
    if (account === undefined) throw new Error("not started");
    return account;
  }

  async start(): Promise<void> {
    const clock: DeskClock = {
      now: () => this.clock.now() as InstantMs,
      wake: (at, action) => this.clock.after(Math.max(0, at - this.clock.now()), action),
    };
    this.desk = await openDesk({
      folder: this.folder,
      config: configOf(this.config),
      clock,
      feed: replayFeed({ instruments: [], series: [] }),
      openBroker: async (account, state) => {
        const { broker } = account;
        if (broker?.kind !== "ibkr") throw new Error("not at IBKR");
        return await openBroker(
          { ...account, broker: { ...broker, port: this.gateway?.port ?? 0 } },
          { state, now: clock.now, places: { environment: {}, folder: this.folder }, waits: { clock: this.clock, chance: () => 0.5 } },
        );
      },
    });
  }

  /** "ready", or "cancel_only: venue: …". */
  get mode(): string {
    const found = this.account.state.modes.get("account");
    return found === undefined || found.mode === "ready" ? "ready" : `${found.mode}: ${found.reason}`;
  }

  /** Waits for what the network brings, while time passes, and no faster than the network: a deadline ends no question that is being answered. Fails after a minute. */
  async until(isSo: () => boolean, what: string, advanceMs = 0): Promise<void> {
    const end = performance.now() + SOON_MS;
    while (!isSo()) {
      if (performance.now() > end) throw new Error(`not within a minute: ${what}; ${this.mode}`);
      await this.#quiet(2);
      if (advanceMs > 0 && !isSo()) this.clock.advance(advanceMs);
    }
  }

  /** Lets time pass, in steps, each until nobody has said anything for four turns. */
  async pass(ms: number, stepMs = STEP_MS): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(left, stepMs));
      await this.#quiet();
    }
  }

  async #quiet(turns = 4): Promise<void> {
    for (let quiet = 0; quiet < turns; ) {
      const before = this.#messages;
      await new Promise((resolve) => setTimeout(resolve, 1));
      quiet = this.#messages === before ? quiet + 1 : 0;
    }
  }

  get scales(): Readonly<{ quantity: Scale; price: Scale; asset: AssetId }> {
    const listing = this.account.state.listings.get(AAPL);
    if (listing === undefined) throw new Error("AAPL is not known");
    return { quantity: listing.base.scale, price: listing.instrument.priceScale, asset: listing.base.id };
  }

  /** Units of AAPL. */
  quantity(text: string): Quantity {
    return exact(parseQuantity(text, this.scales.quantity));
  }

  /** A price of AAPL. */
  price(text: string): Price {
    return exact(parsePrice(text, this.scales.price));
  }

  /** A person's limit order of the day: "buy 100 @ 200". Its number; undefined where the gate denied it. */
  async wish(portfolio: string, what: string, strategy = ""): Promise<OrderId | undefined> {
    const [side = "", units = "", , limit = ""] = what.split(" ");
    const answer = await this.account.submit({
      type: "PlaceOrder",
      by: "test",
      portfolio: portfolio as PortfolioId,
      terms: {
        ...{ instrument: AAPL, side: side as "buy", quantity: this.quantity(units) },
        ...{ orderType: "limit", limit: this.price(limit), stop: null, timeInForce: "day", expiresAt: null },
      },
      ...{ origin: "person", sizing: "exact", reduceOnly: false, allowDuplicate: true, protect: null, lots: [] },
      ...{ quote: this.price(limit), quoteAt: this.account.state.at, marketOpen: true },
      ...{ strategy, confidence: null, why: "test", intentId: `wish-${++this.#wishes}` },
    });
    if (!answer.ok) throw new Error(JSON.stringify(answer));
    return answer.record?.events.find((event) => event.type === "OrderPlaced")?.order;
  }

  /** One that the gate lets through. */
  async placed(portfolio: string, what: string, strategy = ""): Promise<OrderId> {
    const order = await this.wish(portfolio, what, strategy);
    if (order === undefined) throw new Error(`denied: ${portfolio} ${what}`);
    return order;
  }

  held(portfolio: string, instrument: string): number {
    const { state } = this.account;
    const base = state.listings.get(instrument as InstrumentId)?.base;
    const quantity = base === undefined ? undefined : state.portfolios.get(portfolio as never)?.holdings.get(base.id)?.quantity;
    return quantity === undefined || base === undefined ? 0 : Number(quantity) / 10 ** base.scale;
  }

  /** By how much Σ portfolios differs from what the gateway knows: empty where nothing does (I2, I3). */
  apart(): readonly string[] {
    const { state } = this.account;
    const truth = this.gateway?.control.truth();
    const found: string[] = [];
    const portfolios = [...state.portfolios.values()];
    for (const [currency, amount] of Object.entries(truth?.cash ?? {})) {
      const scale = state.assets.get(currency as AssetId)?.scale ?? 6;
      const books = portfolios.reduce((sum, { ledger }) => sum + Number(ledger.get(currency as AssetId)?.cash ?? 0), 0) / 10 ** scale;
      if (Math.abs(books - Number(amount)) > 1e-6) found.push(`${currency}: ${books} in the books, ${amount} at the broker`);
    }
    const held = new Map((truth?.positions ?? []).map(({ symbol, quantity }) => [symbol, Number(quantity)]));
    for (const { instrument, base } of state.listings.values()) {
      const books = portfolios.reduce((sum, { holdings }) => sum + Number(holdings.get(base.id)?.quantity ?? 0), 0) / 10 ** base.scale;
      const broker = held.get(instrument.symbol) ?? 0;
      if (books !== broker) found.push(`${instrument.id}: ${books} in the books, ${broker} at the broker`);
    }
    return found;
  }

  async stop(): Promise<void> {
    await this.desk?.stop();
    this.desk = undefined;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.gateway?.close();
  }
}

const exact = <T>(parsed: Readonly<{ ok: true; value: T } | { ok: false }>): T => {
  if (!parsed.ok) throw new Error("not exact");
  return parsed.value;
};
