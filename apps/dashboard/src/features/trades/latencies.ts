import type { AnswerOf } from "@bulkhead/contract";

type Detail = AnswerOf<"getTrade">["data"];

/** One stretch of a trade's way and how long it took; null where one of its ends is not there. */
export type Stretch = Readonly<{ name: string; about: string; tookMs: number | null }>;

const at = (text: string | null | undefined): number | null => (text === null || text === undefined ? null : new Date(text).getTime());
const between = (from: number | null, to: number | null): number | null => (from === null || to === null ? null : to - from);
const earliest = (all: readonly (number | null)[]): number | null =>
  all.reduce<number | null>((least, each) => (each === null ? least : least === null ? each : Math.min(least, each)), null);

/** How long each part of the way in took: wish, verdict, order, first fill, and from the venue's clock to ours. */
export function latenciesOf({ trade, signals, receipts, orders, executions }: Detail): readonly Stretch[] {
  const wished = at(signals[0]?.at);
  const judged = at(receipts[0]?.at);
  const placed = at(orders[0]?.placed_at);
  const filled = earliest(executions.map((row) => at(row.venue_at)));
  const [first] = executions;
  return [
    { name: "Wish to verdict", about: "From the strategy's wish to the gate's word", tookMs: between(wished, judged) },
    { name: "Verdict to order", about: "Until the order was on record", tookMs: between(judged, placed) },
    { name: "Order to fill", about: "Until its first fill, by the venue's clock", tookMs: between(placed, filled) },
    {
      name: "Fill to books",
      about: "From the venue's clock until it was booked here",
      tookMs: first === undefined ? null : between(at(first.venue_at), at(first.at)),
    },
    { name: "Held", about: "From the first fill until flat", tookMs: between(at(trade.opened_at), at(trade.closed_at)) },
  ];
}

/** A length of time for people: `40 ms`, `1.5 s`, `12 min`, `3.0 h`, `2.0 d`. */
export function lengthOf(ms: number): string {
  if (Math.abs(ms) < 1_000) return `${ms} ms`;
  if (Math.abs(ms) < 120_000) return `${(ms / 1_000).toFixed(1)} s`;
  if (Math.abs(ms) < 7_200_000) return `${Math.round(ms / 60_000)} min`;
  return Math.abs(ms) < 172_800_000 ? `${(ms / 3_600_000).toFixed(1)} h` : `${(ms / 86_400_000).toFixed(1)} d`;
}
