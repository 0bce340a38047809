import type { InstantMs, InstrumentId } from "@bulkhead/core";
import { syntheticFeed, tradedOf } from "@bulkhead/market";
import { priceOfUnits, quantityOfUnits } from "@bulkhead/money";
import { VirtualClock } from "../desk/virtual-clock.ts";
import { ATTACHED } from "../kit/attached-account.ts";
import { FakeBroker } from "../kit/fake-broker.ts";
import { FakeVenue } from "../kit/fake-venue.ts";
import { settle } from "../live/attached.ts";
import { Theatre } from "./theatre.ts";

/** A desk whose account a broker keeps, in memory, and pages of its dashboard. */
export class AtABroker {
  readonly theatre: Theatre;
  readonly broker: FakeBroker;
  readonly venue: FakeVenue;
  readonly clock: VirtualClock;

  private constructor(parts: Readonly<{ theatre: Theatre; broker: FakeBroker; venue: FakeVenue; clock: VirtualClock }>) {
    this.theatre = parts.theatre;
    this.broker = parts.broker;
    this.venue = parts.venue;
    this.clock = parts.clock;
  }

  /** Attached, adopted and compared. `before`: what happened at the broker before anybody looked. */
  static async open(before: (broker: FakeBroker) => void = () => undefined, toml = ATTACHED): Promise<AtABroker> {
    const clock = new VirtualClock(Date.now() - 600_000);
    const now = (): InstantMs => clock.now();
    const { assets, instruments } = tradedOf(syntheticFeed({ seed: 7, from: clock.now() }).instruments, () => 6);
    const usd = { id: "USD", kind: "cash", scale: 6 } as const;
    const broker = new FakeBroker(now, { assets: [usd as never, ...assets], instruments });
    broker.deposit("USD", 100_000);
    before(broker);
    const feed = syntheticFeed({ seed: 7, from: clock.now() });
    const venue = new FakeVenue({ broker, now });
    const theatre = await Theatre.open({ toml, hours: 0, clock, serving: { feed, openBroker: () => venue } });
    const stage = new AtABroker({ theatre, broker, venue, clock });
    await stage.pass(2_000);
    return stage;
  }

  /** Lets time pass, second by second, with everything that happens in it. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      this.clock.advance(Math.min(left, 1_000));
      await settle();
    }
  }

  /** Somebody else places an order at the broker: by hand, or with a program that names it. */
  placeElsewhere(instrument: string, reference: string): void {
    const terms = {
      instrument: instrument as InstrumentId,
      side: "buy",
      quantity: quantityOfUnits(5),
      orderType: "limit",
      limit: priceOfUnits(1_000),
      stop: null,
      timeInForce: "gtc",
      expiresAt: null,
    } as const;
    this.broker.submit({ venueOrder: null, tag: { reference, client: "3", venueOrderId: "" }, terms });
  }
}
