import type { InstantMs, VenueOrderSeq } from "@bulkhead/core";
import { formatAmount, moneyOfUnits } from "@bulkhead/money";
import { clientOrderId } from "@bulkhead/venues";
import { describe, expect, onTestFinished, test } from "vitest";
import { ACCOUNT, NOON, order, price, quantity, Rig } from "./rig.ts";

const limit = (text: string, more = {}) => order({ orderType: "limit", limit: price(text), ...more });
const reference = (seq: number): string => clientOrderId(ACCOUNT, { epoch: 1, venueOrder: seq as VenueOrderSeq });
const fees = (rig: Rig): readonly string[] => rig.of("RecordFee").map(({ fee }) => formatAmount(fee.amount, 6));

describe("executions through the wire", () => {
  test("[IBKR-40] S3.39 I12 several fills of one second are several, and each is told once, also when it is sent twice and asked for again", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault(
      { fault: "partial", quantities: ["30", "30", "40"] },
      { fault: "duplicate", message: "execDetails", times: 3 },
    );
    rig.submit(1);
    await rig.fact("RecordExecution", 3);
    await rig.venue.snapshot(["executions"], (NOON - 60_000) as InstantMs);
    await rig.venue.snapshot(["executions"], (NOON - 60_000) as InstantMs);
    expect(rig.of("RecordExecution").map(({ quantity: each }) => formatAmount(each, 4))).toEqual(["30", "30", "40"]);
    expect(new Set(rig.of("RecordExecution").map(({ executionId }) => executionId)).size).toBe(3);
    // The least that an order costs is taken once: the second and third fill are free.
    expect(fees(rig)).toEqual(["1"]);
  });

  test("[IBKR-40] B7 what traded while nobody was connected is told when it is asked for", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150", { timeInForce: "gtc" }));
    await rig.fact("RecordAck");
    rig.gateway.control.reset(5_000);
    await rig.until(() => rig.venue.session.state === "disconnected");
    rig.gateway.control.fill({ reference: reference(1) }, { quantity: "25", price: "149.5" });
    await rig.until(() => rig.venue.session.state === "ready", "ready", 100);
    const { executionsSince } = await rig.venue.snapshot(["executions"], (NOON - 60_000) as InstantMs);
    expect(executionsSince).toBe(NOON - 60_000);
    expect(rig.of("RecordExecution")).toMatchObject([{ venueOrder: 1, price: price("149.5") }]);
  });

  test("[IBKR-40] B5 a fill that comes again under another id is booked once", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1);
    await rig.fact("RecordExecution");
    await rig.restart();
    await rig.venue.snapshot(["executions"], (NOON - 60_000) as InstantMs);
    // Another process tells it again, under the same id: the books know it.
    const ids = rig.of("RecordExecution").map(({ executionId }) => executionId);
    expect(new Set(ids).size).toBe(1);
    expect(new Set(rig.of("RecordFee").map(({ feeId }) => feeId)).size).toBe(1);
  });

  test("[IBKR-42] B5 a correction is the same execution in a higher version, a bust one of quantity zero", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1);
    await rig.fact("RecordExecution");
    rig.gateway.control.correct(rig.gateway.control.truth().executions[0]?.id ?? "", { price: "201.5" });
    await rig.fact("RecordExecution", 2);
    rig.gateway.control.bust(rig.gateway.control.truth().executions.at(-1)?.id ?? "");
    await rig.fact("RecordExecution", 3);
    const [first, corrected, busted] = rig.of("RecordExecution");
    expect(corrected).toMatchObject({ executionId: first?.executionId, version: 1, price: price("201.5"), venueOrder: 1 });
    expect(busted).toMatchObject({ executionId: first?.executionId, version: 2, quantity: quantity("0") });
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["never",      { as: "never" },                       []],
    ["minus one",  { as: "minus-one" },                   []],
    ["unset",      { as: "unset" },                       []],
    ["revised",    { as: "revised", first: "0.5", byMs: 1_000 }, ["0.5", "0.5"]],
    ["late",       { as: "late", byMs: 30_000 },          ["1"]],
  ] as const)("[IBKR-41] a commission that comes %s", async (_, commission, expected) => {
    const rig = await Rig.ready({ onTestFinished });
    rig.gateway.control.fault({ fault: "commission", ...commission });
    rig.submit(1);
    await rig.fact("RecordExecution");
    await rig.pass(5_000);
    if (commission.as === "late") expect(fees(rig)).toEqual([]);
    await rig.pass(30_000);
    await rig.until(() => fees(rig).length >= expected.length);
    expect(fees(rig)).toEqual(expected);
    for (const { executionId, portfolio } of rig.of("RecordFee")) {
      expect(executionId).toBe(rig.of("RecordExecution")[0]?.executionId);
      expect(portfolio).toBeNull();
    }
  });

  test("[IBKR-43] B22 a person's trade is nobody's, with what the broker says of who asked", async (context) => {
    const rig = await Rig.ready(context, { masterClient: 7 });
    rig.gateway.control.trade({ symbol: "AAPL", side: "SELL", quantity: "5", price: "202", reference: "swing-4" });
    const told = await rig.fact("RecordExecution");
    const { permId } = rig.gateway.control.truth().executions[0] as { permId: number };
    expect(told).toMatchObject({
      venueOrder: null,
      side: "sell",
      tag: { reference: "swing-4", client: "0", venueOrderId: String(permId) },
    });
  });

  test("[IBKR-43] what the books do not have is defined before anything is told about it, and once", async (context) => {
    const rig = await Rig.ready(context, { masterClient: 7 });
    rig.gateway.control.trade({ symbol: "IBM", side: "BUY", quantity: "5", price: "302.1234" });
    rig.gateway.control.trade({ symbol: "IBM", side: "BUY", quantity: "5", price: "302.2" });
    rig.gateway.control.trade({ symbol: "ESZ6", side: "BUY", quantity: "1", price: "5000.25" });
    await rig.fact("RecordExecution", 3);
    expect(rig.of("RecordExecution").map(({ instrument }) => instrument)).toEqual(["IBM@XNYS", "IBM@XNYS", "ESZ6@XCME"]);
    expect(
      rig
        .of("DefineInstrument")
        .map(({ instrument }) => instrument.id as string)
        .sort(),
    ).toEqual(["ESZ6@XCME", "IBM@XNYS"]);
    // Contracts are looked up together: which is answered first is the network's affair.
    for (const { instrument } of rig.of("DefineInstrument")) {
      const at = rig.facts.findIndex((fact) => fact.type === "DefineInstrument" && fact.instrument.id === instrument.id);
      expect(rig.facts.findIndex((fact) => fact.type === "RecordExecution" && fact.instrument === instrument.id)).toBeGreaterThan(at);
    }
    expect(rig.listings.get("ESZ6@XCME" as never)?.instrument).toMatchObject({ settlement: "margined", multiplierUnits: 50 });
  });

  test("[IBKR-45] B11 a status that says Filled before the execution neither ends nor books anything", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "status-first" });
    rig.submit(1);
    await rig.fact("RecordFee");
    expect(rig.facts.map(({ type }) => type)).toEqual(["RecordAck", "RecordExecution", "RecordFee"]);
  });

  test("[IBKR-45] B8 an execution that the stream dropped is noticed by the order's own count, and asked for", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "lose", message: "execDetails" });
    rig.submit(1);
    await rig.fact("RecordAck");
    await rig.settle();
    expect(rig.of("RecordExecution")).toEqual([]);
    rig.clock.advance(2_000);
    await rig.fact("RecordExecution");
  });

  test("[IBKR-46] a fill finer than the books' steps is rounded, and that is said", async (context) => {
    const rig = await Rig.ready(context, { masterClient: 7 });
    rig.gateway.control.trade({ symbol: "AAPL", side: "BUY", quantity: "0.00005", price: "201.123456" });
    rig.gateway.control.trade({ symbol: "AAPL", side: "BUY", quantity: "2", price: "201.123456" });
    await rig.until(() => rig.notes.filter((note) => note.includes("rounded")).length === 2);
    expect(rig.of("RecordExecution").at(-1)?.price).toEqual(price("201.1235"));
  });

  test("[IBKR-47] a conversion of currencies moves cash of both and no position", async (context) => {
    const rig = await Rig.ready(context, { masterClient: 7, cash: { USD: "100000", EUR: "0" } });
    rig.gateway.control.trade({ symbol: "EUR.USD", side: "BUY", quantity: "1000", price: "1.0845" });
    await rig.fact("RecordConversion");
    expect(rig.of("RecordConversion")).toMatchObject([
      { portfolio: "unattributed", from: "USD", amount: moneyOfUnits(1_084_500_000), to: "EUR", received: moneyOfUnits(1_000_000_000) },
    ]);
    expect(rig.of("RecordExecution")).toEqual([]);
  });

  test("[IBKR-20] S3.44 a fill that comes after the end is told all the same", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150"));
    await rig.fact("RecordAck");
    rig.cancel(1);
    await rig.fact("RecordCancel");
    rig.gateway.control.fill({ reference: reference(1) }, { quantity: "10", price: "150" });
    expect(await rig.fact("RecordExecution")).toMatchObject({ venueOrder: 1 });
  });
});
