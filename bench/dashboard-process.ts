// The desk behind the dashboard's figures, in a process of its own: a hundred portfolios of fifty positions, and one that is filled on demand.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId, ExecutionId, InstantMs, InstrumentId, PortfolioId, VenueOrderSeq } from "@bulkhead/core";
import { priceOfUnits, quantityOfUnits, unitsOf } from "@bulkhead/money";
import { serve } from "@bulkhead/server";
import { manyPortfolios } from "../tests/dashboard/many.ts";
import { VirtualClock } from "../tests/desk/virtual-clock.ts";

export type Asked =
  /** So many fills of one share for one dollar each, evenly. */
  Readonly<{ type: "fill"; count: number; everyMs: number }> | Readonly<{ type: "minute" }> | Readonly<{ type: "end" }>;
/** `at`: when each fill came in, in ms since 1970. */
export type Told = Readonly<
  { type: "ready"; url: string } | { type: "filled"; at: readonly number[] } | { type: "minute"; tookMs: number }
>;

/** What is filled: its cash says how many fills are shown. */
const FLOW = "flow" as PortfolioId;
const INSTRUMENT = "B00@DEMO" as InstrumentId;
const MINUTE = 60_000;
const tell = (told: Told): void => void process.send?.(told);

const folder = mkdtempSync(join(tmpdir(), "bulkhead-bench-"));
const many = manyPortfolios(100, 51).replace("starting_cash", `collar_pct = "99%"\nstarting_cash`);
const account = many.replace(`"100000000"`, `"200000000"`);
writeFileSync(
  join(folder, "bulkhead.toml"),
  `${account}\n[[portfolio]]\nid = "flow"\nname = "Flow"\nstarting_cash = "100000000"\nsymbols = ["B00"]\n`,
);
const clock = new VirtualClock(Date.now() - 10 * MINUTE);
const desk = await serve({ data: join(folder, "data"), environment: {}, workingFolder: folder, port: 0, clock, seed: 7 });
clock.advance(10 * MINUTE);
const running = desk.desk.accounts.get("main" as AccountId);
if (running === undefined) throw new Error("ACCOUNT_UNKNOWN");

const quote = running.quoteOf(INSTRUMENT);
if (quote === null) throw new Error("BENCH_NO_QUOTE");
const placed = await running.submit({
  type: "PlaceOrder",
  by: "bench",
  portfolio: FLOW,
  terms: {
    instrument: INSTRUMENT,
    side: "buy",
    quantity: quantityOfUnits(50_000),
    orderType: "limit",
    limit: priceOfUnits(Math.floor(unitsOf(quote.price) * 0.9)),
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
  quote: quote.price,
  quoteAt: clock.now(),
  marketOpen: true,
  strategy: "",
  confidence: null,
  why: "",
  intentId: "",
});
const event = placed.ok ? placed.record?.events.find((each) => each.type === "OrderPlaced") : undefined;
if (event === undefined) throw new Error(`BENCH_NOT_PLACED: ${JSON.stringify(placed)}`);
const { venueOrder } = event;

let fills = 0;
const fill = (order: VenueOrderSeq): number => {
  fills += 1;
  const at = performance.timeOrigin + performance.now();
  void running.submit({
    type: "RecordExecution",
    executionId: `bench-${fills}` as ExecutionId,
    version: 0,
    venueOrder: order,
    tag: null,
    instrument: INSTRUMENT,
    side: "buy",
    quantity: quantityOfUnits(1),
    price: priceOfUnits(100),
    fee: null,
    venueAt: clock.now() as InstantMs,
  });
  return at;
};

process.on("message", async (asked: Asked) => {
  if (asked.type === "end") {
    await desk.stop();
    rmSync(folder, { recursive: true, force: true });
    process.exit(0);
  }
  if (asked.type === "minute") {
    const began = performance.now();
    clock.advance(MINUTE);
    return tell({ type: "minute", tookMs: performance.now() - began });
  }
  const at: number[] = [];
  const began = performance.now();
  while (at.length < asked.count) {
    const due = began + at.length * asked.everyMs - performance.now();
    if (due > 0) await new Promise((resolve) => setTimeout(resolve, due));
    at.push(fill(venueOrder));
  }
  tell({ type: "filled", at });
});
tell({ type: "ready", url: desk.url });
