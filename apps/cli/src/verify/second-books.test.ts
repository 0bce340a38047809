import {
  type AccountId,
  type AssetId,
  type Command,
  createEngine,
  type ExecutionId,
  type InstantMs,
  type InstrumentId,
  type JournalRecord,
  PLAIN_LIMITS,
  PLAIN_SETTINGS,
  type PortfolioId,
  type VenueOrderSeq,
} from "@bulkhead/core";
import { moneyOfUnits, priceOfUnits, quantityOfUnits, ZERO_MONEY, ZERO_QUANTITY, ZERO_RATIO } from "@bulkhead/money";
import { expect, test } from "vitest";
import { Attached } from "../../../../tests/kit/attached.ts";
import type { Ask } from "../../../../tests/kit/books.ts";
import { Desk } from "../../../../tests/kit/desk.ts";
import { SecondBooks } from "./second-books.ts";

const at = 1 as InstantMs;
const by = "test";
const usd = { id: "USD" as AssetId, kind: "cash", scale: 6 } as const;
const spy = "SPY@XNYS" as InstrumentId;
const a = "a" as PortfolioId;

const COMMANDS: readonly Command[] = [
  {
    type: "OpenAccount",
    at,
    by,
    account: "main" as AccountId,
    venue: "XNYS",
    mode: "backtest",
    base: usd,
    settings: {
      limits: PLAIN_LIMITS,
      quoteAgeMaxMs: 1,
      duplicateWindowMs: 0,
      overAllocation: false,
      shortRequirement: ZERO_RATIO,
      marginRequirement: ZERO_RATIO,
      feeReserve: ZERO_RATIO,
      fxCost: ZERO_RATIO,
      access: "trade",
      attribution: [],
    },
  },
  { type: "DefineAsset", at, by, asset: { id: spy as string as AssetId, kind: "share", scale: 0 } },
  {
    type: "DefineInstrument",
    at,
    by,
    instrument: {
      id: spy,
      symbol: "SPY",
      base: spy as string as AssetId,
      quote: usd.id,
      settlement: "full",
      priceScale: 2,
      tickSize: priceOfUnits(1),
      sizeIncrement: quantityOfUnits(1),
      quantityMin: ZERO_QUANTITY,
      notionalMin: ZERO_MONEY,
      multiplierUnits: 1,
      multiplierScale: 0,
      shortable: true,
    },
  },
  {
    type: "Deposit",
    at,
    by,
    portfolio: "unattributed" as PortfolioId,
    asset: usd.id,
    amount: moneyOfUnits(10_000_000_000),
    transferId: "t",
    reason: "start",
  },
  { type: "CreatePortfolio", at, by, portfolio: a, startingCash: moneyOfUnits(5_000_000_000), settings: { ...PLAIN_SETTINGS, name: "A" } },
  execution("x1", 10, 10_000),
  execution("x2", 5, 10_100),
  {
    type: "CorrectExecution",
    at,
    executionId: "x2" as ExecutionId,
    version: 1,
    venueOrder: null,
    quantity: quantityOfUnits(4),
    price: priceOfUnits(10_200),
  },
];

function execution(id: string, quantity: number, price: number): Command {
  const fee = { asset: usd.id, amount: moneyOfUnits(1_000_000) };
  return {
    type: "RecordExecution",
    at,
    executionId: id as ExecutionId,
    version: 0,
    venueOrder: null as VenueOrderSeq | null,
    tag: null,
    instrument: spy,
    side: "buy",
    quantity: quantityOfUnits(quantity),
    price: priceOfUnits(price),
    fee,
    venueAt: at,
  };
}

/** What the engine makes of the commands. */
function recorded(): { records: JournalRecord[]; engine: ReturnType<typeof createEngine> } {
  const engine = createEngine();
  const records = COMMANDS.map((command): JournalRecord => {
    const step = engine.execute(command);
    if (!step.ok) throw new Error(step.refusal.code);
    return { seq: engine.state.seq, command, events: step.events };
  });
  return { records, engine };
}

test("[CLI-5] the second books agree with the engine's, corrections included", () => {
  const { records, engine } = recorded();
  const books = new SecondBooks();
  for (const record of records) books.take(record);
  books.compare(engine.state);
  expect(books.checked).toBeGreaterThan(20);
});

/** The records with one event changed in depth by path. */
function changed(path: readonly (string | number)[], by_: (value: number) => number): JournalRecord[] {
  const records = structuredClone(recorded().records) as unknown as Record<string | number, unknown>[];
  const holder = path
    .slice(0, -1)
    .reduce<Record<string | number, unknown>>(
      (node, step) => node[step] as Record<string | number, unknown>,
      records as unknown as Record<string | number, unknown>,
    );
  const key = path.at(-1) ?? 0;
  holder[key] = by_(holder[key] as number);
  return records as unknown as JournalRecord[];
}

test.each([
  ["a posting that does not balance", [5, "events", 0, "postings", 0, "amount"]],
  ["lots that are not the position", [5, "events", 0, "lots", 0, "changes", 0, "quantity"]],
  ["an execution at another price than was booked", [5, "command", "price"]],
  ["a deposit of another amount than was booked", [3, "command", "amount"]],
  ["a fee of another amount than was booked", [6, "command", "fee", "amount"]],
])("[CLI-5] they find %s", (_what, path) => {
  const books = new SecondBooks();
  expect(() => {
    for (const record of changed(path, (value) => value + 1)) books.take(record);
  }).toThrow(/sum to|hold/);
});

test("[CLI-5] they find tables that say something else than the events", () => {
  const { records, engine } = recorded();
  const books = new SecondBooks();
  for (const record of records.slice(0, -1)) books.take(record);
  expect(() => books.compare(engine.state)).toThrow(/tables/);
});

test("[CLI-5] Z09: they follow what a venue says again otherwise: corrected by one fact and by another, undone early, too late for the books", () => {
  const desk = new Desk();
  desk.portfolio("alpha", "100000");
  const { venueOrder } = desk.place("alpha", "SPY@X", "buy 500");
  const fill = (what: string, version: number): Ask => desk.fillAsk(venueOrder, "SPY@X", what, { executionId: "x" }, version);
  const corrected = { type: "CorrectExecution", executionId: "x" as ExecutionId, venueOrder: null, version: 2 } as const;
  desk.do(fill("buy 100 @ 10", 0));
  desk.do(fill("buy 90 @ 10.10", 1));
  desk.do({ ...corrected, quantity: quantityOfUnits(80), price: priceOfUnits(1020) });
  desk.do(desk.fillAsk(venueOrder, "SPY@X", "buy 0 @ 10", { executionId: "y" }, 1));
  desk.do(desk.fillAsk(venueOrder, "SPY@X", "buy 10 @ 10", { executionId: "y" }));
  desk.do(desk.split("SPY@X", "2:1"));
  desk.do({ ...corrected, version: 3, quantity: quantityOfUnits(70), price: priceOfUnits(1020) });
  const books = new SecondBooks();
  for (const record of desk.records) books.take(record);
  books.compare(desk.engine.state);
  expect(books.checked).toBeGreaterThan(10);
});

/** An account that was adopted, compared, broken and answered. */
function attached(): Attached {
  const desk = new Attached();
  desk.portfolio("alpha");
  desk.adopt({ positions: { "SPY@X": "10 @ 50" }, cash: { USD: "1000000000" } });
  desk.trade("alpha", "SPY@X", "buy 4 @ 50");
  desk.told({ positions: { "SPY@X": "15 @ 50", "BTC-USD@X": "0.5" }, cash: { USD: "999999800" } });
  const [id = ""] = desk.breakIds();
  desk.do(desk.claimAsk(id, { alpha: id.includes("BTC") ? "0.25" : "1" }, "c1"));
  desk.do(desk.undoAsk("c1"));
  desk.do(desk.writeOffAsk(id, "airdrop"));
  desk.told({ positions: { "SPY@X": "14 @ 50" }, cash: { USD: "999999800" } });
  return desk;
}

test("[CLI-5] [REC-1] at every barrier Σ portfolios is what the venue told, of each asset that it told or left out (I2, I3, S3.28)", () => {
  const desk = attached();
  const books = new SecondBooks();
  for (const record of desk.records) books.take(record);
  books.compare(desk.engine.state);
  const snapshots = desk.records.filter(({ command }) => command.type === "RecordSnapshot" || command.type === "AdoptBaseline");
  expect(snapshots).toHaveLength(3);
});

test.each([
  ["a position of another size than was told", "positions", 0, "quantity"],
  ["cash of another amount than was told", "cash", 0, "amount"],
] as const)("[CLI-5] they find %s (I2, I3)", (_what, section, index, field) => {
  const records = structuredClone(attached().records) as JournalRecord[];
  const last = records.findLast(({ command }) => command.type === "RecordSnapshot");
  const told =
    last?.command.type === "RecordSnapshot" ? (last.command.snapshot[section]?.[index] as unknown as Record<string, number>) : {};
  told[field] = (told[field] ?? 0) + 1;
  const books = new SecondBooks();
  expect(() => {
    for (const record of records) books.take(record);
  }).toThrow(/the facts say/);
});
