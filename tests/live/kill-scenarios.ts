// What a desk is killed in the middle of: each story as data, read by the desk that lives it and by the test that plays the broker.
import type { Control, Fault } from "@bulkhead/tws-gateway";

/** What happens to the wish named. Portfolio, side and units name it in the books, so no two of a story are alike. */
type Wish = Readonly<{
  wish: string;
  portfolio: "momentum" | "steady";
  side: "buy" | "sell";
  units: number;
  /** Decimal prices; neither is a market order. */
  limit?: string;
  stop?: string;
}>;
/** One after the other; each is done at most once, however often the desk begins. */
export type Step =
  | Wish
  | Readonly<{ until: "working"; of: string }>
  | Readonly<{ until: "ended"; of: string }>
  /** Until so many units of the wish are filled in the books, or it ended. */
  | Readonly<{ until: "filled"; of: string; units: number }>
  | Readonly<{ cancel: string }>
  | Readonly<{ replace: string; limit: string }>
  | Readonly<{ flatten: string }>
  /** Of the broker, and of people at it. */
  | Readonly<{ venue: (control: Control) => void }>;

export type Scenario = Readonly<{
  name: string;
  /** Over the wire, when nobody is killed; more or less, because comparisons come with time. */
  messages: number;
  faults?: readonly Fault[];
  steps: readonly Step[];
  /** Units that each portfolio has when nobody was killed. */
  held: Readonly<{ momentum: number; steady: number }>;
  /** By hand at the broker, signed. */
  byHand?: number;
  /** Both portfolios hold nothing at the end, wherever the desk was killed, if need be once a person asked again. */
  isFlat?: true;
}>;

const buy = (units: number, more: Partial<Wish> = {}): Wish => ({
  wish: `buy-${units}`,
  portfolio: "momentum",
  side: "buy",
  units,
  limit: "205",
  ...more,
});
const sell = (units: number, more: Partial<Wish> = {}): Wish => ({
  ...buy(units),
  wish: `sell-${units}`,
  side: "sell",
  limit: "199",
  ...more,
});
const market = ({ limit: _, ...wish }: Wish): Wish => wish;
const ended = (of: string): Step => ({ until: "ended", of });
const working = (of: string): Step => ({ until: "working", of });
/** Trades the order that rests, where one does. */
const fill =
  (price: string, quantity?: string) =>
  (control: Control): void => {
    const open = control.truth().orders.find(({ status }) => status !== "Filled" && status !== "Cancelled");
    if (open !== undefined) control.fill({ permId: open.permId }, { price, ...(quantity === undefined ? {} : { quantity }) });
  };
const lose: Step = { venue: (control) => control.loseBroker() };
const regain: Step = { venue: (control) => control.regainBroker("kept") };

/** Ten, each from a desk that has never met its broker. */
export const SCENARIOS: readonly Scenario[] = [
  {
    name: "a market order is filled",
    messages: 105,
    steps: [market(buy(10)), ended("buy-10")],
    held: { momentum: 10, steady: 0 },
  },
  {
    name: "a limit order rests and is canceled",
    messages: 101,
    steps: [buy(5, { limit: "150" }), working("buy-5"), { cancel: "buy-5" }, ended("buy-5")],
    held: { momentum: 0, steady: 0 },
  },
  {
    name: "a limit order is filled in parts",
    messages: 117,
    steps: [
      buy(10, { limit: "190" }),
      working("buy-10"),
      { venue: fill("190", "3") },
      { until: "filled", of: "buy-10", units: 3 },
      { venue: fill("189.98", "4") },
      { until: "filled", of: "buy-10", units: 7 },
      { venue: fill("190") },
      ended("buy-10"),
    ],
    held: { momentum: 10, steady: 0 },
  },
  {
    name: "an order is rejected, the next is filled",
    messages: 110,
    faults: [{ fault: "reject", code: 201 }],
    steps: [buy(10), ended("buy-10"), buy(7), ended("buy-7")],
    held: { momentum: 7, steady: 0 },
  },
  {
    name: "an order is replaced, then filled",
    messages: 106,
    steps: [
      buy(6, { limit: "190" }),
      working("buy-6"),
      { replace: "buy-6", limit: "189" },
      { venue: (control) => control.quote("AAPL", { bid: "188.50", ask: "188.51", last: "188.50" }) },
      ended("buy-6"),
    ],
    held: { momentum: 6, steady: 0 },
  },
  {
    name: "a stop closes a position",
    messages: 114,
    steps: [
      buy(10),
      ended("buy-10"),
      market(sell(10, { stop: "195" })),
      working("sell-10"),
      { venue: (control) => control.quote("AAPL", { bid: "194.50", ask: "194.51", last: "194.50" }) },
      ended("sell-10"),
    ],
    held: { momentum: 0, steady: 0 },
  },
  {
    name: "two portfolios trade on opposite sides",
    messages: 133,
    steps: [
      buy(10),
      buy(6, { portfolio: "steady" }),
      ended("buy-10"),
      ended("buy-6"),
      sell(4),
      buy(5, { portfolio: "steady" }),
      ended("sell-4"),
      ended("buy-5"),
    ],
    held: { momentum: 6, steady: 11 },
  },
  {
    name: "a person trades at the broker while an order rests",
    messages: 104,
    steps: [
      buy(8, { limit: "190" }),
      working("buy-8"),
      { venue: (control) => void control.trade({ symbol: "AAPL", side: "BUY", quantity: "7", price: "202" }) },
      { venue: fill("190") },
      ended("buy-8"),
    ],
    held: { momentum: 8, steady: 0 },
    byHand: 7,
  },
  {
    name: "the broker is lost and regained around two orders",
    messages: 243,
    steps: [
      buy(9, { limit: "190" }),
      working("buy-9"),
      lose,
      { venue: fill("190") },
      regain,
      ended("buy-9"),
      sell(4),
      lose,
      regain,
      ended("sell-4"),
    ],
    held: { momentum: 5, steady: 0 },
  },
  {
    name: "everything is flattened while an order rests",
    messages: 121,
    steps: [buy(10), ended("buy-10"), buy(5, { limit: "150" }), working("buy-5"), { flatten: "enough" }],
    held: { momentum: 0, steady: 0 },
    isFlat: true,
  },
];
