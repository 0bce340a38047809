import type { EventOf, InstrumentId } from "@bulkhead/core";
import { moneyOfUnits, priceOfUnits, quantityOfUnits, unitsOf } from "@bulkhead/money";
import { Books } from "../kit/books.ts";
import { only } from "../kit/look.ts";

/** One lot, or part of one, that a trade closed: what others call a realized gain. Money in units of 10^-6. */
export type Closed = Readonly<{ units: number; openedAt: number; closedAt: number; cost: number; proceeds: number }>;

/** Decimal places of prices here: enough that quantity × price gives back a value that has commission in it. */
const PRICE_SCALE = 10;

/** Books that take values instead of prices, since other people's rules put commission into them. */
export class Oracle extends Books {
  /** A share (scale 0) or coin (scale 8) quoted in euros or dollars. */
  list(id: string, kind: "share" | "coin", quote: string): void {
    const scale = kind === "share" ? 0 : 8;
    this.do({ type: "DefineAsset", asset: { id: id as never, kind, scale } });
    this.do({
      type: "DefineInstrument",
      instrument: {
        id: id as InstrumentId,
        symbol: id,
        base: id as never,
        quote: quote as never,
        settlement: "full",
        priceScale: PRICE_SCALE,
        tickSize: priceOfUnits(1),
        sizeIncrement: quantityOfUnits(1),
        quantityMin: quantityOfUnits(0),
        notionalMin: moneyOfUnits(0),
        multiplierUnits: 1,
        multiplierScale: 0,
        shortable: true,
      },
    });
  }

  /** Trades so much for that value in all, and says what it closed. Throws where the value does not come out to the unit. */
  tradeFor(portfolio: string, instrument: string, side: "buy" | "sell", quantity: string, value: number): readonly Closed[] {
    const price = (value / Number(quantity)).toFixed(PRICE_SCALE);
    const { events } = this.traded(portfolio, instrument, `${side} ${quantity} @ ${price}`);
    const [booked] = only(events, "ExecutionBooked");
    if (booked === undefined || Math.abs(unitsOf(booked.allocations[0]?.value ?? moneyOfUnits(0))) !== Math.round(value * 1e6))
      throw new Error(`${side} ${quantity} of ${instrument}: ${value} did not come out`);
    return closedBy(booked, this.at);
  }
}

/** A trade's value goes to the lots it closed by their units; the last takes the rest. */
function closedBy(event: EventOf<"ExecutionBooked">, at: number): readonly Closed[] {
  const [share] = event.allocations;
  const sign = event.side === "buy" ? 1 : -1;
  const changes = event.lots
    .flatMap((part) => part.changes)
    .filter((change) => unitsOf(change.quantity) * sign > 0 && change.openedAt !== at);
  const value = BigInt(Math.abs(unitsOf(share?.value ?? moneyOfUnits(0))));
  const all = BigInt(unitsOf(event.quantity));
  return changes.map((change) => {
    const units = BigInt(Math.abs(unitsOf(change.quantity)));
    const part = Number((value * units) / all);
    const lot = Math.abs(unitsOf(change.cost));
    const [cost, proceeds] = sign < 0 ? [lot, part] : [part, lot];
    return { units: Number(units), openedAt: change.openedAt, closedAt: at, cost, proceeds };
  });
}
