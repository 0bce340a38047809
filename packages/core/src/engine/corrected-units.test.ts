import { moneyOfUnits, ONE, priceOfUnits, quantityOfUnits, ratioOfUnits, ZERO_MONEY, ZERO_QUANTITY, ZERO_RATIO } from "@bulkhead/money";
import { expect, test } from "vitest";
import type { AccountId, AssetId, ExecutionId, InstantMs, InstrumentId, PortfolioId, VenueOrderSeq } from "../brand.ts";
import { PLAIN_LIMITS, PLAIN_SETTINGS } from "./account-commands.ts";
import type { Command, Fee } from "./commands.ts";
import { createEngine } from "./engine.ts";

const at = 1 as InstantMs;
const by = "person";
const p = "p" as PortfolioId;
const USD = { id: "USD" as AssetId, kind: "cash" as const, scale: 6 };
const JPY = { id: "JPY" as AssetId, kind: "cash" as const, scale: 4 };
const BTC = { id: "BTC" as AssetId, kind: "coin" as const, scale: 8 };
const ACME = { id: "ACME@XNYS" as AssetId, kind: "share" as const, scale: 0 };

const instrument = (id: string, base: AssetId, quote: AssetId) => ({
  id: id as InstrumentId,
  symbol: id,
  base,
  quote,
  settlement: "full" as const,
  priceScale: 2,
  tickSize: priceOfUnits(1),
  sizeIncrement: quantityOfUnits(1),
  quantityMin: ZERO_QUANTITY,
  notionalMin: ZERO_MONEY,
  multiplierUnits: 1,
  multiplierScale: 0,
  shortable: true,
});
const ACME_IN_USD = instrument("ACME@XNYS", ACME.id, USD.id);
const BTC_IN_JPY = instrument("BTC-JPY@BIN", BTC.id, JPY.id);

/** An account in dollars; portfolio `p` has average cost and 10,000 dollars. */
function books() {
  const engine = createEngine();
  const run = (command: Command) => {
    const step = engine.execute(command);
    if (!step.ok) throw new Error(step.refusal.code);
    return step.events;
  };
  const ratios = { shortRequirement: ZERO_RATIO, marginRequirement: ZERO_RATIO, feeReserve: ZERO_RATIO, fxCost: ZERO_RATIO };
  const settings = {
    limits: PLAIN_LIMITS,
    quoteAgeMaxMs: 0,
    duplicateWindowMs: 0,
    overAllocation: true,
    ...ratios,
    access: "trade",
    attribution: [],
  } as const;
  run({ type: "OpenAccount", at, by, account: "main" as AccountId, venue: "SIM", mode: "backtest", base: USD, settings });
  for (const asset of [JPY, BTC, ACME]) run({ type: "DefineAsset", at, by, asset });
  for (const each of [ACME_IN_USD, BTC_IN_JPY]) run({ type: "DefineInstrument", at, by, instrument: each });
  const startingCash = moneyOfUnits(10_000_000_000);
  run({ type: "CreatePortfolio", at, by, portfolio: p, startingCash, settings: { ...PLAIN_SETTINGS, lotMatching: "average" } });
  return { engine, run };
}

type Booked = Readonly<{ id: string; side?: "buy" | "sell"; quantity: number; price: number; version?: number; fee?: Fee }>;

/** An execution of `p`'s only order of ten shares, or of nobody's order in yen. */
const executed = (
  { id, side = "buy", quantity, price, version = 0, fee }: Booked,
  venueOrder: number | null,
  of = ACME_IN_USD,
): Command => ({
  type: "RecordExecution",
  at,
  executionId: id as ExecutionId,
  version,
  venueOrder: venueOrder as VenueOrderSeq | null,
  tag: null,
  instrument: of.id,
  side,
  quantity: quantityOfUnits(quantity),
  price: priceOfUnits(price),
  fee: fee ?? null,
  venueAt: at,
});

const order = (side: "buy" | "sell"): Command => ({
  type: "PlaceOrder",
  at,
  by,
  portfolio: p,
  terms: {
    instrument: ACME_IN_USD.id,
    side,
    quantity: quantityOfUnits(10),
    orderType: "market",
    limit: null,
    stop: null,
    timeInForce: "gtc",
    expiresAt: null,
  },
  origin: "person",
  sizing: "exact",
  reduceOnly: false,
  allowDuplicate: true,
  protect: null,
  lots: [],
  quote: priceOfUnits(1_000),
  quoteAt: at,
  marketOpen: true,
  strategy: "",
  confidence: null,
  why: "",
  intentId: "",
});

test("[COR-4] units that a correction added are the execution's: a later price correction finds them in the pool", () => {
  const { engine, run } = books();
  run(order("buy"));
  run(executed({ id: "x", quantity: 4, price: 1_000 }, 1));
  run(executed({ id: "x", quantity: 6, price: 1_000, version: 1 }, 1));
  run(executed({ id: "x", quantity: 6, price: 1_100, version: 2 }, 1));
  // Nothing was closed: six shares for 11.00 cost 66.00 and nothing is realized.
  expect(engine.state.portfolios.get(p)?.ledger.get(USD.id)).toMatchObject({ cost: moneyOfUnits(66_000_000), realized: ZERO_MONEY });
});

test("[COR-4] units that a correction took back are not counted again", () => {
  const { engine, run } = books();
  run(order("sell"));
  run(executed({ id: "short", side: "sell", quantity: 4, price: 1_000 }, 1));
  run(order("buy"));
  run(executed({ id: "x", quantity: 10, price: 1_000 }, 2)); // Closes four, opens six.
  run(executed({ id: "x", quantity: 8, price: 1_000, version: 1 }, 2)); // Two go back: four are left of six.
  run(executed({ id: "y", quantity: 3, price: 1_000 }, 2)); // Into the same pool.
  run(executed({ id: "x", quantity: 8, price: 1_100, version: 2 }, 2));
  // Eight times 1.00: half onto the four that are held, half lost on the four that were closed.
  expect(engine.state.portfolios.get(p)?.ledger.get(USD.id)).toMatchObject({
    cost: moneyOfUnits(74_000_000),
    realized: moneyOfUnits(4_000_000),
  });
});

test("[COR-4] nor when the same correction changes the price as well", () => {
  const { engine, run } = books();
  run(order("sell"));
  run(executed({ id: "short", side: "sell", quantity: 4, price: 1_000 }, 1));
  run(order("buy"));
  run(executed({ id: "x", quantity: 10, price: 1_000 }, 2));
  run(executed({ id: "y", quantity: 3, price: 1_000 }, 2));
  run(executed({ id: "x", quantity: 8, price: 1_100, version: 1 }, 2));
  expect(engine.state.portfolios.get(p)?.ledger.get(USD.id)).toMatchObject({
    cost: moneyOfUnits(74_000_000),
    realized: moneyOfUnits(4_000_000),
  });
});

test("[BOOK-8] the value of a fee in the quote asset that its mark is in needs no rate and is not rounded through the base currency", () => {
  const { run } = books();
  const rates = [{ asset: JPY.id, rate: ratioOfUnits(6_460_442), at, source: "test" }];
  run({ type: "MarkAccount", at, marks: [{ instrument: BTC_IN_JPY.id, price: priceOfUnits(432_043_488), at, source: "test" }], rates });
  run(executed({ id: "x", quantity: 100, price: 432_043_488 }, null, BTC_IN_JPY));
  // After a conversion the execution's price is no more: the fee is valued at the mark.
  const into = [{ instrument: BTC_IN_JPY.id, numerator: 1, denominator: 1, costShare: ONE }];
  run({ type: "ConvertPosition", at, actionId: "a", from: BTC_IN_JPY.id, into });
  const fee = { asset: BTC.id, amount: quantityOfUnits(5) };
  const [event] = run({ type: "RecordFee", at, feeId: "f", executionId: "x" as ExecutionId, portfolio: null, fee });
  expect(event).toMatchObject({ type: "FeeBooked", fee: moneyOfUnits(2_160) }); // 0.00000005 × 4,320,434.88 yen.
});
