import { cashScale } from "@bulkhead/contract";
import type { AccountId, Asset, AssetId, InstantMs, InstrumentId, Listing, StateView } from "@bulkhead/core";
import { replayFeed } from "@bulkhead/market";
import { type DeskClock, type OpenedDesk, openDesk, type RunningAccount } from "@bulkhead/server";
import { type Gateway, type GatewaySettings, type ManualClock, manualClock, startGateway } from "@bulkhead/tws-gateway";
import { openIbkrVenue } from "@bulkhead/venues";
import { MAIN } from "../desk/paper.ts";
import { SOON_MS } from "../kit/soon.ts";
import { configOf } from "./attached.ts";

/** A Tuesday, 15:00 UTC: New York trades. */
const NOON = Date.UTC(2026, 9, 20, 15);
const STEP_MS = 1_000;

export const AT_GATEWAY = `
[account]
venue = "ibkr"
access = "trade"
[account.ibkr]
account = "DU1234567"
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

  constructor(folder: string, config = AT_GATEWAY) {
    this.folder = folder;
    this.config = config;
  }

  async startGateway(settings: GatewaySettings = {}): Promise<Gateway> {
    this.gateway = await startGateway({ clock: this.clock, prices: { AAPL: "201.94" }, ...settings });
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
      openBroker: (_account, state) =>
        openIbkrVenue({
          account: MAIN as AccountId,
          mode: "paper",
          expectedAccount: "DU1234567",
          host: "127.0.0.1",
          port: this.gateway?.port ?? 0,
          clientId: 7,
          zone: "America/New_York",
          books: booksOf(state),
          cashScale,
          clock: this.clock,
          chance: () => 0.5,
        }),
    });
  }

  /** "ready", or "cancel_only: venue: …". */
  get mode(): string {
    const found = this.account.state.modes.get("account");
    return found === undefined || found.mode === "ready" ? "ready" : `${found.mode}: ${found.reason}`;
  }

  /** Waits for what the network brings, while time passes; fails after a minute. */
  async until(isSo: () => boolean, what: string, advanceMs = 0): Promise<void> {
    const end = performance.now() + SOON_MS;
    while (!isSo()) {
      if (performance.now() > end) throw new Error(`not within a minute: ${what}; ${this.mode}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
      if (advanceMs > 0) this.clock.advance(advanceMs);
    }
  }

  /** Lets time pass, in steps, while the network keeps up. */
  async pass(ms: number, stepMs = STEP_MS): Promise<void> {
    for (let left = ms; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(left, stepMs));
      for (let i = 0; i < 4; i++) await new Promise((resolve) => setTimeout(resolve, 1));
    }
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

const booksOf = (state: () => StateView) => () => ({
  listings: state().listings as ReadonlyMap<InstrumentId, Listing>,
  assets: state().assets as ReadonlyMap<AssetId, Asset>,
});
