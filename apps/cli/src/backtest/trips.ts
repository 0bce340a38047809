import type { ClosedTrade } from "@bulkhead/analytics";
import type { Allocation, EventOf, InstantMs, InstrumentId, Listing } from "@bulkhead/core";
import { approximate } from "@bulkhead/money";

type Trip = {
  openedAt: InstantMs;
  direction: "long" | "short";
  /** Units held now; never negative. */
  held: number;
  bought: number;
  boughtValue: number;
  closed: number;
  closedValue: number;
  realized: number;
  fees: number;
};

/** Round trips of one portfolio, from the first unit to flat, put together from executions. float64: for statistics, never for the books. */
export class Trips {
  readonly closed: ClosedTrade[] = [];
  readonly #open = new Map<InstrumentId, Trip>();

  /** Takes one allocation in; a flip ends one trip and begins the next. `rate` converts the quote currency into the base currency. */
  book(event: EventOf<"ExecutionBooked">, share: Allocation, listing: Listing, at: InstantMs, rate: number): void {
    const quantity = approximate(share.quantity, listing.base.scale);
    const opened = approximate(share.opened, listing.base.scale);
    const closes = quantity - opened;
    const price = approximate(event.price, listing.instrument.priceScale);
    const fees = approximate(share.fee, listing.quote.scale) * rate;
    const realized = approximate(share.realized, listing.quote.scale) * rate;
    if (closes > 0) this.#close(event.instrument, { at, price, quantity: closes, fees: fees * (closes / quantity), realized });
    if (opened > 0)
      this.#enter(event.instrument, {
        at,
        price,
        quantity: opened,
        fees: fees * (opened / quantity),
        direction: event.side === "buy" ? "long" : "short",
      });
  }

  /** A split changes units and prices of what is open. */
  split(instrument: InstrumentId, numerator: number, denominator: number): void {
    const trip = this.#open.get(instrument);
    if (trip === undefined) return;
    const factor = numerator / denominator;
    trip.held *= factor;
    trip.bought *= factor;
    trip.closed *= factor;
  }

  #enter(
    instrument: InstrumentId,
    part: Readonly<{ at: InstantMs; price: number; quantity: number; fees: number; direction: Trip["direction"] }>,
  ): void {
    let trip = this.#open.get(instrument);
    if (trip === undefined) {
      trip = {
        openedAt: part.at,
        direction: part.direction,
        held: 0,
        bought: 0,
        boughtValue: 0,
        closed: 0,
        closedValue: 0,
        realized: 0,
        fees: 0,
      };
      this.#open.set(instrument, trip);
    }
    trip.held += part.quantity;
    trip.bought += part.quantity;
    trip.boughtValue += part.quantity * part.price;
    trip.fees += part.fees;
  }

  #close(
    instrument: InstrumentId,
    part: Readonly<{ at: InstantMs; price: number; quantity: number; fees: number; realized: number }>,
  ): void {
    const trip = this.#open.get(instrument);
    if (trip === undefined) return; // What came by transfer has no beginning here.
    trip.held -= part.quantity;
    trip.closed += part.quantity;
    trip.closedValue += part.quantity * part.price;
    trip.realized += part.realized;
    trip.fees += part.fees;
    if (trip.held > trip.bought * 1e-9) return;
    this.#open.delete(instrument);
    this.closed.push({
      openedAt: trip.openedAt,
      closedAt: part.at,
      realizedPnl: trip.realized,
      fees: trip.fees,
      instrument,
      direction: trip.direction,
      quantity: trip.bought,
      entryPrice: trip.boughtValue / trip.bought,
      exitPrice: trip.closedValue / trip.closed,
    });
  }
}

/** Notional of an execution's share in the quote currency, float64. */
export const notionalOf = (share: Allocation, listing: Listing): number => Math.abs(approximate(share.value, listing.quote.scale));
