import { describe, expect, test } from "vitest";
import { type Ask, UNATTRIBUTED } from "../../../../tests/kit/books.ts";
import { Desk, plan } from "../../../../tests/kit/desk.ts";
import { only } from "../../../../tests/kit/look.ts";
import type { VenueContract } from "../instrument/contract.ts";

/** What the venue says of SPY@X, whose tick is a hundredth of a cent and whose step is one share. */
const CONTRACT: VenueContract = {
  venueKey: "756733",
  symbol: "SPY",
  exchange: "ARCA",
  currency: "USD",
  multiplier: "1",
  tick: "0.01",
  increment: "1",
  quantityMin: "",
  notionalMin: "",
  expiry: "",
};
const told = (parts: Partial<VenueContract> | null): Ask => ({
  type: "RecordContract",
  instrument: "SPY@X" as never,
  contract: parts === null ? null : { ...CONTRACT, ...parts },
});
const accept: Ask = { type: "AcceptContract", instrument: "SPY@X" as never, reason: "looked at it" };

function deskOf(): Desk {
  const desk = new Desk();
  desk.portfolio("alpha");
  desk.trade("alpha", "SPY@X", "buy 10 @ 50");
  desk.do(told({}));
  return desk;
}
const terms = (desk: Desk) => desk.listing("SPY@X").instrument;
const modeOf = (desk: Desk) => desk.engine.state.modes.get("instrument:SPY@X");
const kept = (desk: Desk) => desk.engine.state.contracts.get("SPY@X" as never);

describe("contracts of venues", () => {
  test("[INST-1] at first sight a contract is noted and changes nothing; said again it is no record (M8)", () => {
    const desk = deskOf();
    expect(kept(desk)).toEqual({ told: CONTRACT, version: 1, doubt: null });
    expect(desk.do(told({}))).toEqual([]);
    expect(desk.do(told({ tick: "0.0100" }))).toEqual([]);
  });

  // biome-ignore format: one change per row.
  test.each<[string, Partial<VenueContract>, object]>([
    ["a coarser tick",    { tick: "0.05" },               { tickSize: 5 }],
    ["a coarser step",    { increment: "10" },            { sizeIncrement: 10 }],
    ["a minimum",         { quantityMin: "5" },           { quantityMin: 5 }],
    ["a smallest value",  { notionalMin: "10.5" },        { notionalMin: 10_500_000 }],
  ])("[INST-2] %s is followed as another version of the definition", (_what, change, after) => {
    const desk = deskOf();
    const before = terms(desk);
    const [revised] = only(desk.do(told(change)), "InstrumentRevised");
    expect(revised).toMatchObject({ version: 2, instrument: { id: "SPY@X", priceScale: before.priceScale, multiplierUnits: 1 } });
    expect(terms(desk)).toMatchObject(after);
    expect(kept(desk)).toMatchObject({ version: 2, doubt: null });
    expect(modeOf(desk)).toBeUndefined();
    expect(desk.do(told(change))).toEqual([]);
  });

  test("[INST-2] orders are checked by the version in force when they are placed; those that work stay as they are", () => {
    const desk = deskOf();
    const { order, venueOrder } = desk.place("alpha", "SPY@X", "buy 1", { limit: "40.01" });
    desk.do(desk.ack(venueOrder));
    desk.do(told({ tick: "0.05" }));
    expect(desk.row(order)).toMatchObject({ status: "working", limit: desk.price("40.01", desk.listing("SPY@X")) });
    expect(desk.run(desk.wish("alpha", "SPY@X", "buy 1", { limit: "40.01" }))).toMatchObject({ refusal: { code: "PRICE_OFF_TICK" } });
    expect(desk.run(desk.wish("alpha", "SPY@X", "buy 1", { limit: "40.05" }))).toMatchObject({ ok: true });
  });

  test("[INST-3] a new name, a new exchange and a tick finer than the books keep change no terms", () => {
    const desk = deskOf();
    const before = terms(desk);
    for (const change of [
      { symbol: "SPYX" },
      { symbol: "SPYX", exchange: "BATS" },
      { symbol: "SPYX", exchange: "BATS", tick: "0.0000001" },
    ]) {
      const [revised] = only(desk.do(told(change)), "InstrumentRevised");
      expect(revised).toMatchObject({ version: 1, instrument: before });
      expect(kept(desk)?.told).toMatchObject(change);
    }
    expect(terms(desk)).toEqual(before);
  });

  test("[INST-4] exits stand on a coarser tick from then on, at the nearest", () => {
    const desk = deskOf();
    desk.do(desk.protectAsk("alpha", "SPY@X", plan({ stop: "@48.03" })));
    const [armed] = only(desk.do(told({ tick: "0.05" })), "ProtectionArmed");
    expect(armed?.protection).toMatchObject({ stop: desk.price("48.05", desk.listing("SPY@X")) });
  });

  // biome-ignore format: one change per row.
  test.each<[string, Partial<VenueContract> | null, string]>([
    ["another contract id under the symbol", { venueKey: "99" },      "contract id 756733, now 99"],
    ["another currency",                     { currency: "EUR" },     "currency USD, now EUR"],
    ["another multiplier",                   { multiplier: "100" },   "multiplier 1, now 100"],
    ["none any more",                        null,                    "the venue does not have it any more"],
  ])("[INST-5] %s stops entries with what to do, and exits stay (M8, B25)", (_what, change, says) => {
    const desk = deskOf();
    const before = terms(desk);
    const events = desk.do(told(change));
    expect(events.map(({ type }) => type)).toEqual(["ContractDoubted", "ModeSet"]);
    expect(modeOf(desk)).toEqual({ mode: "reduce_only", reason: `CONTRACT_CHANGED: ${says}` });
    expect(terms(desk)).toEqual(before);
    expect(only(desk.do(desk.wish("alpha", "SPY@X", "buy 1")), "OrderDenied")).toHaveLength(1);
    expect(only(desk.do(desk.wish("alpha", "SPY@X", "sell 1")), "OrderPlaced")).toHaveLength(1);
    expect(desk.do(told(change))).toEqual([]);
  });

  test("[INST-5] at first sight too, another currency or multiplier than that of the books is no contract of theirs", () => {
    const desk = new Desk();
    expect(only(desk.do(told({ multiplier: "100" })), "ContractDoubted")).toMatchObject([
      { says: "another multiplier than the venue's 100" },
    ]);
    expect(only(desk.do(told({ currency: "EUR" })), "ContractDoubted")).toMatchObject([{ says: "currency USD, at the venue EUR" }]);
  });

  test("[INST-6] what the venue says again as before is no doubt any more", () => {
    const desk = deskOf();
    desk.do(told({ venueKey: "99" }));
    expect(desk.do(told({})).map(({ type }) => type)).toEqual(["ContractNoted", "ModeSet"]);
    expect([modeOf(desk), kept(desk)?.doubt]).toEqual([undefined, null]);
  });

  test("[INST-6] a mode that somebody else set stays, and is not lifted", () => {
    const desk = deskOf();
    desk.do({ type: "SetMode", scope: { kind: "instrument", instrument: "SPY@X" as never }, mode: "halted", reason: "I look" });
    expect(desk.do(told({ venueKey: "99" })).map(({ type }) => type)).toEqual(["ContractDoubted"]);
    desk.do(told({}));
    expect(modeOf(desk)).toMatchObject({ mode: "halted" });
  });

  test("[INST-7] a person accepts another contract, and it may be entered again", () => {
    const desk = deskOf();
    desk.do(told({ venueKey: "99", tick: "0.05" }));
    const events = desk.do(accept);
    expect(only(events, "ContractAccepted")).toMatchObject([{ version: 2, contract: { venueKey: "99" }, reason: "looked at it" }]);
    expect([modeOf(desk), kept(desk)?.told?.venueKey, Number(terms(desk).tickSize)]).toEqual([undefined, "99", 5]);
    expect(desk.run(accept)).toMatchObject({ refusal: { code: "CONTRACT_UNCHANGED" } });
  });

  test("[INST-8] units are worth what the accepted contract says; what was booked stays booked, and its executions take no correction", () => {
    const desk = deskOf();
    desk.do(desk.markAsk({ "SPY@X": "50" }));
    desk.do(told({ multiplier: "10" }));
    const cost = desk.lots("alpha", "SPY@X");
    const cash = desk.cash("alpha");
    desk.do(accept);
    expect([desk.lots("alpha", "SPY@X"), desk.cash("alpha")]).toEqual([cost, cash]);
    desk.trade("alpha", "SPY@X", "sell 1 @ 50");
    expect(Number(desk.cash("alpha")) - Number(cash)).toBe(500);
    const execution = [...desk.engine.state.executions.values()][0];
    expect(execution?.price).toBe(0);
  });

  test("[INST-7] not while orders were reserved on the old terms, nor another currency while it is held, nor what is gone", () => {
    const desk = deskOf();
    desk.place("alpha", "SPY@X", "buy 1", { limit: "40" });
    desk.do(told({ multiplier: "10" }));
    expect(desk.run(accept)).toMatchObject({ refusal: { code: "CONTRACT_IN_USE", params: { what: "orders" } } });
    desk.do(told({ venueKey: "99" }));
    expect(desk.run(accept)).toMatchObject({ ok: true });
    const other = deskOf();
    other.do(told({ currency: "EUR" }));
    expect(other.run(accept)).toMatchObject({ refusal: { code: "CONTRACT_IN_USE", params: { what: "holdings" } } });
    other.do(told(null));
    expect(other.run(accept)).toMatchObject({ refusal: { code: "CONTRACT_GONE" } });
    expect(other.position(UNATTRIBUTED, "SPY@X")).toBe("0");
  });
});
