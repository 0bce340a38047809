import type { OrderTerms, OrderType, TimeInForce, VenueCapabilities, VenueInstrument } from "@bulkhead/core";
import { type Price, parsePrice, parseQuantity } from "@bulkhead/money";
import { parsed } from "../../kit/look.ts";
import type { Happening, Kind, Restart, Trades } from "./stage.ts";

/** One order, what happens to it, and when its adapter is another one. */
export type Case = Readonly<{ kind: Kind; happening: Happening; restart: Restart; name: string }>;
/** Cases that live through the same on one stage. */
export type Wave = Readonly<{ happening: Happening; restart: Restart; cases: readonly Case[] }>;

const RESTARTS: Readonly<Record<Restart, string>> = {
  none: "",
  before: ", restart once it stands",
  meanwhile: ", restart while it trades",
  after: ", restart",
};

/** Every order type × time in force × happening × restart that an adapter declares, in waves. */
export function wavesOf(adapter: string, capabilities: VenueCapabilities, happenings: readonly Happening[]): readonly Wave[] {
  const kinds = capabilities.orderTypes.flatMap((orderType) =>
    capabilities.timesInForce.map((timeInForce): Kind => ({ orderType, timeInForce })),
  );
  return happenings.flatMap((happening) =>
    happening.restarts.flatMap((restart): readonly Wave[] => {
      const cases = kinds
        .filter((kind) => fits(kind, happening, restart))
        .map((kind): Case => {
          const what = `${kind.orderType.replace("_", "-")} ${kind.timeInForce}, ${happening.name}${RESTARTS[restart]}`;
          return { kind, happening, restart, name: `${happening.rule} ${adapter}: ${what}` };
        });
      return cases.length === 0 ? [] : [{ happening, restart, cases }];
    }),
  );
}

/** An order that never rests cannot see its market move later, nor be canceled or expire before it trades. */
function fits(kind: Kind, { late, fits: fitting = () => true }: Happening, restart: Restart): boolean {
  const rests = restsAtVenue(kind);
  return fitting(kind) && (rests || (late === undefined && restart !== "before" && restart !== "meanwhile"));
}

export const restsAtVenue = ({ orderType, timeInForce }: Kind): boolean =>
  orderType !== "market" && timeInForce !== "ioc" && timeInForce !== "fok";

/** Some of it: every `parts`th wave, or of each wave every `parts`th case, others in each so that kinds and happenings meet. */
export function sample(waves: readonly Wave[], by: "case" | "wave", parts: number, first: number): readonly Wave[] {
  if (by === "wave") return waves.filter((_, index) => (index + first) % parts === 0);
  return waves.flatMap((wave, shift) => {
    const cases = wave.cases.filter((_, index) => (index + shift + first) % parts === 0);
    return cases.length === 0 ? [] : [{ ...wave, cases }];
  });
}

/** A buy of ten: a limit at 100, a stop at 105 with a limit of 106, for ten minutes where a last instant is asked for. */
export function termsOf({ orderType, timeInForce }: Kind, { instrument, assets }: VenueInstrument, now: number): OrderTerms {
  const base = assets.find(({ id }) => id === instrument.base);
  if (base === undefined) throw new Error(`${instrument.id} comes without ${instrument.base}`);
  return {
    instrument: instrument.id,
    side: "buy",
    quantity: parsed(parseQuantity("10", base.scale), "10"),
    orderType,
    limit: orderType === "limit" ? priceOf("100", instrument) : orderType === "stop_limit" ? priceOf("106", instrument) : null,
    stop: orderType === "stop" || orderType === "stop_limit" ? priceOf("105", instrument) : null,
    timeInForce,
    expiresAt: timeInForce === "gtd" ? ((now + GOOD_FOR_MS) as OrderTerms["expiresAt"]) : null,
  };
}

export const priceOf = (text: string, { priceScale }: Readonly<{ priceScale: VenueInstrument["instrument"]["priceScale"] }>): Price =>
  parsed(parsePrice(text, priceScale), text);

export const HOUR_MS = 3_600_000;
/** Of an order with a last instant. */
export const GOOD_FOR_MS = 600_000;

/** Where a market stands so that an order waits, or trades. */
export const levelOf = (orderType: OrderType, trades: Trades): string =>
  trades === "nothing" || orderType === "market" ? "102" : REACHED[orderType];
const REACHED: Readonly<Record<Exclude<OrderType, "market">, string>> = { limit: "99", stop: "105.5", stop_limit: "105.5" };

export const isImmediate = (timeInForce: TimeInForce): boolean => timeInForce === "ioc" || timeInForce === "fok";
