// A desk in a process of its own, under load, to be killed: it says on its output what was acknowledged, and nothing before that.
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { type InstrumentId, type PortfolioId, UNATTRIBUTED } from "@bulkhead/core";
import { syntheticFeed } from "@bulkhead/market";
import { moneyOfUnits, quantityOfUnits } from "@bulkhead/money";
import { type Acknowledged, openDesk, pacedClock } from "@bulkhead/server";
import { accountOf, BUSY, START } from "./paper.ts";

const [folder = "", round = "", beganAt = ""] = process.argv.slice(2);
const SPEED = 600;
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

// Time goes on where an earlier process left it, many times as fast as the wall's.
const from = Math.floor(START + (Date.now() - Number(beganAt)) * SPEED);
const clock = pacedClock({ from: from as ReturnType<typeof clock.now>, speed: SPEED });
const desk = await openDesk({ folder, config: BUSY, clock, feed: syntheticFeed({ seed: 7, from }), snapshotEvery: 2_000 });
const account = accountOf(desk);
flushCompileCache(); // It will not end as others do.
say(`ready ${account.durableSeq}`);

const hands = "hands" as PortfolioId;
const instrument = "DUSKUSD@DEMO" as InstrumentId;
let n = 0;

function transfer(id: string): Promise<Acknowledged> {
  return account.submit({
    type: "TransferCapital",
    by: "test",
    from: UNATTRIBUTED,
    to: hands,
    asset: "USD" as never,
    amount: moneyOfUnits(1_000),
    transferId: id,
    reason: "load",
  });
}

function order(id: string, side: "buy" | "sell"): Promise<Acknowledged> {
  const quote = account.quoteOf(instrument);
  return account.submit({
    type: "PlaceOrder",
    by: "test",
    portfolio: hands,
    terms: {
      instrument,
      side,
      quantity: quantityOfUnits(1_000_000),
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
    quote: quote?.price ?? null,
    quoteAt: quote?.at ?? clock.now(),
    marketOpen: true,
    strategy: "",
    confidence: null,
    why: "load",
    intentId: id,
  });
}

async function load(): Promise<void> {
  for (;;) {
    n += 1;
    const id = `${round}-${n}`;
    const answer = await (n % 3 === 0 ? order(id, n % 2 === 0 ? "buy" : "sell") : transfer(id));
    if (answer.ok && answer.record !== null) say(`ack ${id} ${answer.seq}`);
    else if (!answer.ok && "unavailable" in answer && answer.unavailable === "halted") {
      say(`halted ${account.readiness.reasons.join("; ")}`);
      process.exit(1);
    }
  }
}
for (let i = 0; i < 8; i++) void load();
