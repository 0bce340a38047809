// The traps of `@stoqey/ib`, each by its name in venues.md 2.3.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Asset, AssetId, InstantMs, InstrumentId, Listing, VenueOrderSeq } from "@bulkhead/core";
import { manualClock } from "@bulkhead/tws-gateway";
import { type IbkrVenue, openIbkrVenue } from "@bulkhead/venues";
import { describe, expect, onTestFinished, test } from "vitest";
import { soon } from "../../kit/soon.ts";
import { startRawGateway } from "./raw-gateway.ts";
import { AAPL, ACCOUNT, NOON, order, price, Rig, share } from "./rig.ts";

const limit = (text: string) => order({ orderType: "limit", limit: price(text), timeInForce: "gtc" });

/** An adapter at a gateway of bytes. */
async function attached(answer?: Parameters<typeof startRawGateway>[0]) {
  const raw = await startRawGateway(answer);
  const clock = manualClock(NOON);
  const listings = new Map<InstrumentId, Listing>([[AAPL, share(AAPL)]]);
  const books = () => ({ listings, assets: new Map<AssetId, Asset>() });
  const told = { facts: [] as string[], notes: [] as string[], states: [] as string[] };
  const venue: IbkrVenue = await openIbkrVenue({
    ...{ account: ACCOUNT, mode: "paper", expectedAccount: null, host: "127.0.0.1", port: raw.port, clientId: 7, zone: "America/New_York" },
    ...{ books, cashScale: () => 6, clock, chance: () => 0 },
  });
  onTestFinished(async () => {
    await venue.close();
    await raw.close();
  });
  venue.listen({
    onFact: ({ type }) => told.facts.push(type),
    onNote: (level, message) => told.notes.push(`${level}: ${message}`),
    onSession: ({ state }) => told.states.push(state),
  });
  venue.open();
  await soon(() => expect(venue.session.state).toBe("ready"));
  return { raw, clock, venue, told };
}

describe("traps of the library", () => {
  test("[IBKR-12] T1 codes without an id come as another event than codes with one, and mean the same", async () => {
    const { raw, venue, told } = await attached();
    raw.say(4, 2, -1, 1100, "Connectivity between IBKR and Trader Workstation has been lost.", "");
    await soon(() => expect(venue.session.state).toBe("connecting"));
    raw.say(4, 2, 0, 1102, "Connectivity has been restored - data maintained.", "");
    await soon(() => expect(venue.session.state).toBe("ready"));
    expect(told.notes.some((note) => note.includes("1100"))).toBe(true);
  });

  test("[IBKR-1] T2 a connection is no session: accounts alone are not enough", async () => {
    const raw = await startRawGateway((fields, say) => {
      if (fields[0] === "71") say(15, 1, "DU1234567");
      return fields[0] === "71";
    });
    onTestFinished(() => raw.close());
    const clock = manualClock(NOON);
    const books = () => ({ listings: new Map(), assets: new Map() });
    const venue = await openIbkrVenue({
      ...{ account: ACCOUNT, mode: "paper", expectedAccount: null, host: "127.0.0.1", port: raw.port, clientId: 7, zone: "UTC" },
      ...{ books, cashScale: () => 6, clock, chance: () => 0 },
    });
    onTestFinished(() => venue.close());
    venue.open();
    await soon(() => expect(venue.session.heardAt).not.toBeNull());
    await new Promise((resolve) => setImmediate(resolve));
    expect(venue.session.state).toBe("connecting");
    raw.say(9, 1, 1);
    await soon(() => expect(venue.session.state).toBe("ready"));
  });

  test("[IBKR-3] T3 an order that was dispatched while nothing was connected is never sent, however often it connects later", async (context) => {
    const rig = await Rig.make(context);
    rig.submit(1, limit("150"));
    rig.venue.open();
    await rig.until(() => rig.venue.session.state === "ready");
    await rig.pass(20_000);
    rig.gateway.control.disconnect();
    await rig.until(() => rig.venue.session.state !== "ready");
    await rig.until(() => rig.venue.session.state === "ready", "ready", 50);
    expect(rig.gateway.control.truth().orders).toEqual([]);
    expect(rig.of("RecordReject")).toHaveLength(1);
  });

  test("[IBKR-8] T4 the library still has the socket that we guard", async () => {
    const { IBApi } = await import("@stoqey/ib");
    const ib = new IBApi({ host: "127.0.0.1", port: 1, clientId: 1, maxReqPerSec: 1 });
    const insides = ib as unknown as { controller: { socket: { onData: unknown } } };
    expect(typeof insides.controller.socket.onData).toBe("function");
  });

  test("[IBKR-4] T5 the client id stays what it is over reconnects", async (context) => {
    const rig = await Rig.ready(context);
    for (let i = 0; i < 3; i += 1) {
      rig.gateway.control.disconnect();
      await rig.until(() => rig.venue.session.state !== "ready");
      await rig.until(() => rig.venue.session.state === "ready", "ready", 50);
      expect(rig.gateway.clients()).toEqual([7]);
    }
  });

  test("[IBKR-29] T6 permanent ids beyond 2^53 are rounded by the library: references decide whose an execution is", async (context) => {
    const rig = await Rig.ready(context, { masterClient: 7 });
    rig.submit(1, limit("150"));
    const ack = await rig.fact("RecordAck");
    // As if the library had rounded two ids to one: another order's execution under the number of ours.
    rig.gateway.control.trade({ symbol: "AAPL", side: "BUY", quantity: "1", price: "201", reference: "somebody-else" });
    const told = await rig.fact("RecordExecution");
    expect(told).toMatchObject({ venueOrder: null, tag: { reference: "somebody-else" } });
    expect(ack.venueOrderId).toMatch(/^\d+$/);
  });

  test("[IBKR-9] T7 a message with fields that the library does not know is an alarm, and what it said is asked for", async () => {
    let asked = 0;
    const { raw, venue, told } = await attached((fields, say) => {
      if (fields[0] !== "16") return false;
      asked += 1;
      say(53, 1);
      return true;
    });
    const before = asked;
    raw.say(53, 1, "a field", "from the future");
    await soon(() => expect(told.notes.some((note) => note.startsWith("error") && note.includes("505"))).toBe(true));
    await soon(() => expect(asked).toBeGreaterThan(before));
    await soon(() => expect(venue.session.state).toBe("ready"));
    expect(told.states.slice(-2)).toEqual(["synchronizing", "ready"]);
  });

  test("[IBKR-9] T7 an answer in which a message could not be read is no answer", async () => {
    let wasAsked = false;
    const { raw, venue } = await attached((fields) => {
      wasAsked ||= fields[0] === "61";
      return fields[0] === "61";
    });
    const asking = venue.snapshot(["positions"], NOON as InstantMs);
    await soon(() => expect(wasAsked).toBe(true));
    raw.say(61, 3, "DU1234567", 265598, "AAPL");
    raw.say(62, 1);
    expect((await asking).positions).toBeNull();
  });

  test("[IBKR-14] a gateway whose completed orders the library cannot read is refused", async (context) => {
    const rig = await Rig.make(context, { serverVersionMax: 176 });
    rig.venue.open();
    await rig.until(() => rig.venue.session.state === "refused");
    expect(rig.venue.session.reason).toContain("177 is needed");
  });

  test("[IBKR-25] T8 202 alone ends an order; 10147 alone does not", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "lose", message: "orderStatus", nth: 2, times: "always" });
    rig.submit(1, limit("150"));
    await rig.fact("RecordAck");
    rig.cancel(1);
    await rig.fact("RecordCancel");
    expect(rig.of("RecordCancel")).toHaveLength(1);
  });

  test("[IBKR-11] T9 the library is not made to read a configuration or an .env file", async (context) => {
    const rig = await Rig.ready(context);
    rig.submit(1, limit("150"));
    await rig.fact("RecordAck");
    const require = createRequire(import.meta.resolve("@bulkhead/venues"));
    const loaded = Object.keys(require.cache).filter((path) => /[\\/]dotenv[\\/]/.test(path));
    expect(loaded).toEqual([]);
  });

  test("[IBKR-10] T10 the library's own queue never holds anything: its limit lies far above ours", () => {
    const source = readFileSync(new URL("../../../packages/venues/src/ibkr/connection.ts", import.meta.url), "utf8");
    expect(source).toMatch(/maxReqPerSec: NO_LIMIT/);
  });

  test.each([177, 178, 187, 193])(
    "[IBKR-21] T11 at server version %i an order is taken: it sets nothing that older servers lack",
    async (version) => {
      const rig = await Rig.ready({ onTestFinished }, { serverVersionMax: version });
      rig.submit(1);
      await rig.fact("RecordFee");
      await rig.venue.snapshot(["positions", "cash", "orders", "executions"], (NOON - 60_000) as InstantMs);
      expect(rig.notes.filter((note) => note.startsWith("error") || note.includes("505"))).toEqual([]);
      expect(await rig.venue.lookUp(1 as VenueOrderSeq, 1)).toMatchObject({ found: { status: "filled" } });
    },
  );
});
