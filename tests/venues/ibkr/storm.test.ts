import type { InstantMs, VenueOrderSeq } from "@bulkhead/core";
import { formatAmount, unitsOf } from "@bulkhead/money";
import type { Fault } from "@bulkhead/tws-gateway";
import { clientOrderId } from "@bulkhead/venues";
import { expect, test } from "vitest";
import { runs, seed } from "../../count.ts";
import { ACCOUNT, NOON, order, price, quantity, Rig } from "./rig.ts";

const reference = (seq: number): string => clientOrderId(ACCOUNT, { epoch: 1, venueOrder: seq as VenueOrderSeq });

const FAULTS: readonly Fault[] = [
  { fault: "lose", message: "execDetails" },
  { fault: "lose", message: "orderStatus" },
  { fault: "lose", message: "openOrder" },
  { fault: "duplicate", message: "execDetails", times: 3 },
  { fault: "duplicate", message: "orderStatus", times: 2 },
  { fault: "drop-before", message: "openOrder" },
  { fault: "drop-after", message: "execDetails" },
  { fault: "drop-unread", request: "placeOrder" },
  { fault: "drop-unanswered", request: "placeOrder" },
  { fault: "lose-request", request: "placeOrder" },
  { fault: "reject", code: 201 },
  { fault: "reject", code: 201, rejectJson: "{not json" },
  { fault: "warn" },
  { fault: "reject-cancel" },
  { fault: "ignore-cancel" },
  { fault: "fill-before-cancel" },
  { fault: "permanent-id-late" },
  { fault: "status-first" },
  { fault: "commission", as: "late", byMs: 3_000 },
  { fault: "commission", as: "revised", first: "0.35", byMs: 2_000 },
  { fault: "correct", price: "201.5", afterMs: 2_000 },
  { fault: "bust", afterMs: 2_000 },
  { fault: "partial", quantities: ["1", "2"] },
  { fault: "lose", message: "openOrderEnd" },
  { fault: "lose", message: "execDetailsEnd" },
];

/** Whole numbers from 0 to a most, the same from the same seed (mulberry32). */
function chance(from: number): (most: number) => number {
  let state = from;
  return (most) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % (most + 1);
  };
}

/** One storm: orders, cancels, changes, trades by hand, faults and broken connections, all from one seed. */
async function storm(rig: Rig, number: number): Promise<void> {
  const upTo = chance(number);
  const { control } = rig.gateway;
  let seq = 0;
  let isBehind = false;
  let backAt = 0;
  const acts: readonly (() => void)[] = [
    () => rig.submit(++seq, order({ quantity: quantity(String(1 + upTo(9))) })),
    () =>
      rig.submit(
        ++seq,
        order({ orderType: "limit", limit: price(upTo(1) === 0 ? "150" : "202"), quantity: quantity("10"), timeInForce: "gtc" }),
      ),
    () => rig.cancel(1 + upTo(seq)),
    () => rig.replace(1 + upTo(seq), order({ orderType: "limit", limit: price("151"), quantity: quantity("10"), timeInForce: "gtc" })),
    () => void control.trade({ symbol: "AAPL", side: upTo(1) === 0 ? "BUY" : "SELL", quantity: "1", price: "201.9", reference: "by hand" }),
    () => control.quote("AAPL", { bid: "201.9", ask: "201.95", last: "201.94" }),
    () => control.fault(FAULTS[upTo(FAULTS.length - 1)] as Fault),
    () => control.fault(FAULTS[upTo(FAULTS.length - 1)] as Fault),
    () => control.disconnect(),
    () => {
      const forMs = 500 + upTo(2_000);
      if (rig.clock.now() < backAt) return;
      backAt = rig.clock.now() + forMs;
      control.reset(forMs);
    },
    () => {
      if (isBehind) control.regainBroker(upTo(1) === 0 ? "lost" : "kept");
      else control.loseBroker();
      isBehind = !isBehind;
    },
  ];
  for (let step = 0; step < 60; step += 1) {
    // Orders more often than storms.
    const act = upTo(2) === 0 ? acts[upTo(acts.length - 1)] : acts[upTo(5)];
    act?.();
    for (let i = upTo(3); i > 0; i -= 1) {
      await new Promise((resolve) => setImmediate(resolve));
      rig.clock.advance(upTo(400));
    }
  }
  if (isBehind) control.regainBroker("kept");
  control.clearFaults();
}

test("[IBKR-20] [IBKR-24] [IBKR-40] whatever goes wrong: nothing is sent twice, everything is answered once, and every execution is told as it is", async (context) => {
  for (let run = 0; run < runs(40); run += 1) {
    const number = seed() + run;
    const rig = await Rig.ready(context, { masterClient: 7 });
    await storm(rig, number);
    await rig.until(() => rig.venue.session.state === "ready", `seed ${number}: ready`, 20);
    await rig.pass(40_000);
    await rig.until(() => rig.venue.session.state === "ready", `seed ${number}: ready`, 20);
    const { executionsSince } = await rig.answered(rig.venue.snapshot(["executions"], (NOON - 60_000) as InstantMs));
    expect(executionsSince, `seed ${number}`).toBe(NOON - 60_000);
    const { orders, executions, sends } = rig.gateway.control.truth();

    // At most one order at the broker for each of ours, however often it was changed.
    for (const [name, sent] of Object.entries(sends)) expect(sent.orders, `seed ${number}: ${name}`).toBeLessThanOrEqual(1);

    // The newest version that was told of each execution is the broker's.
    const told = new Map<string, string>();
    for (const each of rig.of("RecordExecution"))
      told.set(
        each.executionId,
        `${each.version} ${formatAmount(each.quantity, 4)} ${formatAmount(each.price, 4)} ${each.venueOrder ?? "-"}`,
      );
    const ours = new Map(orders.flatMap(({ reference: name }, i) => (name === "" ? [] : [[name, i] as const])));
    expect(ours.size, `seed ${number}: references are unique but for those by hand`).toBeGreaterThan(0);
    const seqs = new Map(Array.from({ length: 100 }, (_, i) => [reference(i + 1), i + 1]));
    const truth = new Map(
      executions.flatMap(({ current, root, version, quantity: size, price: paid, reference: name }) =>
        current ? [[root, `${version - 1} ${size} ${paid} ${seqs.get(name) ?? "-"}`] as const] : [],
      ),
    );
    expect(Object.fromEntries(told), `seed ${number}`).toEqual(Object.fromEntries(truth));

    // What each cost, however often it was told or revised.
    const paid = new Map<string, number>();
    for (const { executionId, fee } of rig.of("RecordFee"))
      paid.set(executionId ?? "", (paid.get(executionId ?? "") ?? 0) + unitsOf(fee.amount));
    for (const { root, current, commission } of executions)
      if (current) expect(paid.get(root) ?? 0, `seed ${number}: commission of ${root}`).toBe(Math.round(Number(commission) * 1e6));

    // One answer for each order; what is unknown is found, or never was.
    for (const [name, seq] of seqs) {
      const answers = rig.facts.filter(
        (fact) =>
          "venueOrder" in fact &&
          fact.venueOrder === seq &&
          (fact.type === "RecordAck" || fact.type === "RecordReject" || fact.type === "RecordSendOutcome"),
      );
      const first = answers[0]?.type;
      const isThere = orders.some((each) => each.reference === name);
      if (first === undefined) expect(isThere, `seed ${number}: ${seq}`).toBe(false);
      const rejects = rig.of("RecordReject").filter(({ venueOrder, reason }) => venueOrder === seq && reason.startsWith("NOT_SENT"));
      if (rejects.length > 0) expect(isThere, `seed ${number}: ${seq} was said not to be sent`).toBe(false);
      if (first === "RecordSendOutcome" && answers.length === 1) {
        const found = await rig.answered(rig.venue.lookUp(seq as VenueOrderSeq, 1));
        expect(found, `seed ${number}: ${seq}`).not.toHaveProperty("failed");
        expect("absent" in found, `seed ${number}: ${seq}`).toBe(!isThere);
      }
      const ends = rig.facts.filter(
        (fact) =>
          "venueOrder" in fact &&
          fact.venueOrder === seq &&
          (fact.type === "RecordCancel" || fact.type === "RecordReject" || fact.type === "RecordExpiry"),
      );
      expect(ends.length, `seed ${number}: ${seq} ended ${ends.length} times`).toBeLessThanOrEqual(1);
    }

    // Positions and cash are the broker's own, at the end.
    const { positions } = await rig.answered(rig.venue.snapshot(["positions"], NOON as InstantMs));
    const held = rig.gateway.control.truth().positions.map(({ quantity: units }) => units);
    expect(
      positions?.map((each) => formatAmount(each.quantity, 4)),
      `seed ${number}`,
    ).toEqual(held);
    await rig.venue.close();
    await rig.gateway.close();
  }
});
