import {
  type AccountId,
  type AccountSettings,
  type AssetId,
  type Command,
  createEngine,
  type Engine,
  type ExecutionId,
  type InstantMs,
  type InstrumentId,
  PLAIN_LIMITS,
  PLAIN_SETTINGS,
  type PortfolioId,
  type VenueSnapshot,
} from "@bulkhead/core";
import { moneyOfUnits, priceOfUnits, quantityOfUnits, ZERO_MONEY, ZERO_RATIO } from "@bulkhead/money";
import { type Figure, medianSeconds } from "./measure.ts";

const PORTFOLIOS = 100;
const POSITIONS = 50;
const HELD = 10;
const at = 1_000 as InstantMs;
const by = "bench";
const USD = { id: "USD" as AssetId, kind: "cash", scale: 6 } as const;
const symbol = (n: number): InstrumentId => `S${n}@X` as InstrumentId;
const counted = (count: number): readonly number[] => Array.from({ length: count }, (_, n) => n);

/** Reconciliation of 100 portfolios that hold 50 positions each: a barrier where nothing differs, and one where everything does. */
export function reconcile(): readonly Figure[] {
  const [equal = Number.NaN, different = Number.NaN] = medianSeconds([() => barrier(0), () => barrier(1)]);
  const figure = (what: string, seconds: number): Figure => ({
    bench: `reconcile-${what}`,
    value: seconds * 1_000,
    unit: "ms",
    yardstick: null,
  });
  return [figure("equal", equal), figure("different", different)];
}

/** A fresh account and a snapshot of it with so many units more of each position than the books have. */
function barrier(more: number): () => unknown {
  const engine = stage();
  const snapshot: VenueSnapshot = {
    snapshotId: "bench",
    from: at,
    to: at,
    quiet: true,
    positions: counted(POSITIONS).map((n) => ({
      instrument: symbol(n),
      quantity: quantityOfUnits(PORTFOLIOS * HELD + more),
      averageCost: priceOfUnits(1_000),
    })),
    cash: [{ asset: USD.id, amount: moneyOfUnits(-PORTFOLIOS * POSITIONS * HELD * 10_000_000) }],
    openOrders: [],
    endedOrders: [],
    executionsSince: at,
  };
  return () => run(engine, { type: "RecordSnapshot", at, snapshot });
}

function run(engine: Engine, command: Command): void {
  const step = engine.execute(command);
  if (!step.ok) throw new Error(`${command.type}: ${step.refusal.code}`);
}

const OWN = {
  overAllocation: true,
  shortRequirement: ZERO_RATIO,
  marginRequirement: ZERO_RATIO,
  feeReserve: ZERO_RATIO,
  fxCost: ZERO_RATIO,
};

function stage(): Engine {
  const engine = createEngine();
  const id = (n: number): PortfolioId => `p${n}` as PortfolioId;
  const rule = (n: number) => ({ portfolio: id(n), referencePrefix: null, client: String(n), instrument: null });
  const settings: AccountSettings = {
    limits: PLAIN_LIMITS,
    quoteAgeMaxMs: 1,
    duplicateWindowMs: 0,
    access: "read-only",
    attribution: counted(PORTFOLIOS).map(rule),
    ...OWN,
  };
  run(engine, { type: "OpenAccount", at, by, account: "main" as AccountId, venue: "bench", mode: "paper", base: USD, settings });
  for (const n of counted(POSITIONS)) {
    const base = symbol(n) as string as AssetId;
    const sizes = {
      tickSize: priceOfUnits(1),
      sizeIncrement: quantityOfUnits(1),
      quantityMin: quantityOfUnits(1),
      notionalMin: ZERO_MONEY,
    };
    const terms = { settlement: "full", priceScale: 2, multiplierUnits: 1, multiplierScale: 0, shortable: true } as const;
    run(engine, { type: "DefineAsset", at, by, asset: { id: base, kind: "share", scale: 0 } });
    run(engine, {
      type: "DefineInstrument",
      at,
      by,
      instrument: { id: symbol(n), symbol: `S${n}`, base, quote: USD.id, ...sizes, ...terms },
    });
  }
  for (const p of counted(PORTFOLIOS)) {
    run(engine, { type: "CreatePortfolio", at, by, portfolio: id(p), startingCash: ZERO_MONEY, settings: PLAIN_SETTINGS });
    for (const n of counted(POSITIONS)) run(engine, bought(p, n));
  }
  return engine;
}

const bought = (p: number, n: number): Command => ({
  type: "RecordExecution",
  at,
  executionId: `${p}-${n}` as ExecutionId,
  version: 0,
  venueOrder: null,
  tag: { reference: "", client: String(p), venueOrderId: "" },
  instrument: symbol(n),
  side: "buy",
  quantity: quantityOfUnits(HELD),
  price: priceOfUnits(1_000),
  fee: null,
  venueAt: at,
});
