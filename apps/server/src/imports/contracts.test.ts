import type { Instrument, InstrumentId, VenueContract } from "@bulkhead/core";
import type { StatedContract, Statement } from "@bulkhead/venues";
import { expect, test } from "vitest";
import { Desk } from "../../../../tests/kit/desk.ts";
import { Contracts } from "./contracts.ts";

const TOLD: VenueContract = {
  ...{ venueKey: "756733", symbol: "SPY", exchange: "ARCA", currency: "USD", multiplier: "1", tick: "0.01", increment: "1" },
  ...{ quantityMin: "", notionalMin: "", expiry: "" },
};

test("[IMP-4] M8 a contract that the venue has told of is found by its id, whatever the statement calls it", () => {
  const desk = new Desk();
  desk.do({ type: "RecordContract", instrument: "SPY@X" as InstrumentId, contract: TOLD });
  const instrument: Instrument = { ...desk.listing("SPY@X").instrument, id: "SPYX@ARCX" as InstrumentId, symbol: "SPYX" };
  const stated = { instrument, assets: [], key: "756733", names: [{ source: "sim", key: "756733" }] } as unknown as StatedContract;
  const statement = { source: "sim", entries: [], contracts: new Map() } as unknown as Statement;
  const contracts = new Contracts([], new Map());
  contracts.learn(desk.engine.state, statement);
  expect(contracts.resolve(desk.engine.state, "sim", stated, 1 as never)).toEqual({ ok: true, instrument: "SPY@X", define: [] });
});
