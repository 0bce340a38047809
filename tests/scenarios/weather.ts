import type { Event, InstantMs, InstrumentId, JournalRecord, PortfolioId, TimeInForce } from "@bulkhead/core";
import { mergeTimeline } from "@bulkhead/market";
import { priceOfUnits, quantityOfUnits } from "@bulkhead/money";
import { chanceOf, FaultyVenue } from "@bulkhead/sim";
import { type Strategy, strategy } from "@bulkhead/strategies";
import { flat, type Player, Stage, type StageOptions, seriesOf } from "../host/stage.ts";

const IDLE: Strategy = strategy({ name: "idle", onBar: () => undefined }) as Strategy;
/** A portfolio that only people trade for. */
export const HANDS: Player = { id: "hands", strategy: IDLE };

/** One market of quiet minutes at $10.00, and a venue that can be made worse. */
export function quiet(bars: number, players: readonly Player[] = [HANDS], options: StageOptions = {}): Stage {
  return new Stage(
    [
      seriesOf(
        "A",
        Array.from({ length: bars }, () => flat(1000)),
      ),
    ],
    players,
    {
      faults: (venue) => new FaultyVenue(venue, {}, chanceOf(1)),
      ...options,
    },
  );
}

/** Runs a stage to its end; after so many bars the script's action happens. */
export function play(stage: Stage, script: Readonly<Record<number, () => void>>): Stage {
  const report = (bars: number): boolean => {
    script[bars]?.();
    return true;
  };
  stage.host.run(mergeTimeline(stage.series), { everyBars: 1, report });
  return stage;
}

export type Terms = Readonly<{ limit?: number; timeInForce?: TimeInForce; portfolio?: string; intentId?: string }>;

/** A person's order, "buy 10", for shares of the market at its last close; prices in cents. What the gate and the venue made of it. */
export function order(
  stage: Stage,
  what: string,
  { limit, timeInForce = "gtc", portfolio = "hands", intentId = "" }: Terms = {},
): readonly Event[] {
  const [side, units] = what.split(" ");
  const instrument = "A@XNYS" as InstrumentId;
  const before = stage.records.length;
  const at = stage.host.now();
  const step = stage.host.submit({
    type: "PlaceOrder",
    at,
    by: "test",
    portfolio: portfolio as PortfolioId,
    terms: {
      instrument,
      side: side === "sell" ? "sell" : "buy",
      quantity: quantityOfUnits(Number(units)),
      orderType: limit === undefined ? "market" : "limit",
      limit: limit === undefined ? null : priceOfUnits(limit),
      stop: null,
      timeInForce,
      expiresAt: null,
    },
    origin: "person",
    sizing: "exact",
    reduceOnly: false,
    allowDuplicate: true,
    protect: null,
    lots: [],
    quote: stage.host.quoteOf(instrument)?.price ?? null,
    quoteAt: at,
    marketOpen: true,
    strategy: "",
    confidence: null,
    why: "test",
    intentId,
  });
  if (!step.ok) throw new Error(step.refusal.code);
  return stage.records.slice(before).flatMap(({ events }) => events);
}

/** Asks the venue for everything, now. */
export function ask(stage: Stage): void {
  stage.faulty.tellAgain(stage.host.now());
  stage.host.submit({ type: "MarkAccount", at: stage.host.now() as InstantMs, marks: [], rates: [] });
}

/** The orders of a stage as "buy 10 filled 10". */
export const blotter = (stage: Stage): readonly string[] =>
  [...stage.engine.state.orders.values()].map(({ side, quantity, status, filled }) => `${side} ${quantity} ${status} ${filled}`);

/** Cash of the account in cents, all portfolios and what is nobody's together. */
export const accountCash = (stage: Stage): number =>
  [...stage.engine.state.portfolios.keys()].reduce((sum, id) => sum + Math.round(stage.cash(id) * 100), 0);

export const eventsOf = <T extends Event["type"]>(records: readonly JournalRecord[], type: T): readonly Extract<Event, { type: T }>[] =>
  records.flatMap(({ events }) => events.filter((event): event is Extract<Event, { type: T }> => event.type === type));
