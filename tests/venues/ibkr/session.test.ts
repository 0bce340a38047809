import { createServer, Socket } from "node:net";
import type { InstantMs, VenueOrderSeq } from "@bulkhead/core";
import { manualClock, startGateway } from "@bulkhead/tws-gateway";
import { clientOrderId, openIbkrVenue } from "@bulkhead/venues";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ACCOUNT, NOON, order, price, Rig } from "./rig.ts";

const limit = (text: string, more = {}) => order({ orderType: "limit", limit: price(text), ...more });
const reference = (seq: number): string => clientOrderId(ACCOUNT, { epoch: 1, venueOrder: seq as VenueOrderSeq });
const states = (rig: Rig): readonly string[] => rig.sessions.map(({ state }) => state);

describe("the session with the gateway", () => {
  test("[IBKR-1] T2 it is ready when accounts, an order number and our orders were told, and says whose account it is", async (context) => {
    const rig = await Rig.ready(context);
    expect(states(rig)).toEqual(["connecting", "synchronizing", "ready"]);
    expect(rig.sessions[0]).toMatchObject({ account: null, environment: null, number: 1 });
    expect(rig.venue.session).toMatchObject({ account: "DU1234567", environment: "paper", reason: "", heardAt: NOON });
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    ["another account",      { announced: ["DU7654321"] },               {},                                        "no account"],
    ["a live account",       { account: "U1234567" },                    { expectedAccount: "U1234567" },           "live account"],
    ["a paper account",      {},                                         { mode: "live" as const },                 "paper account"],
    ["several, none named",  { announced: ["DU1234567", "DU7654321"] },  { expectedAccount: null },                 "2 accounts"],
  ] as const)("[IBKR-2] B28 %s is refused: nothing is sent, nothing is tried again", async (_, settings, options, words) => {
    const rig = await Rig.make({ onTestFinished }, settings, options);
    rig.venue.open();
    await rig.until(() => rig.venue.session.state === "refused", "refused", 10);
    expect(rig.venue.session.reason).toContain(words);
    expect(rig.venue.session.reason).not.toMatch(/\d{6}/);
    rig.submit(1);
    expect(rig.of("RecordReject")[0]?.reason).toContain("NOT_SENT");
    const connections = rig.venue.session.number;
    rig.clock.advance(600_000);
    expect(rig.venue.session.number).toBe(connections);
    expect(rig.gateway.control.truth().orders).toEqual([]);
  });

  test("[IBKR-2] the only account of the login is taken where none is named", async (context) => {
    const rig = await Rig.ready(context, {}, { expectedAccount: null });
    expect(rig.venue.session.account).toBe("DU1234567");
  });

  test("[IBKR-3] T3 nothing that was asked for in one connection is sent in the next", async (context) => {
    const rig = await Rig.ready(context, {}, { messagesPerSecond: 5 });
    await rig.settle();
    for (let seq = 1; seq <= 10; seq += 1) rig.submit(seq, limit("150"));
    await rig.until(() => rig.gateway.control.truth().orders.length > 0, "some", 20);
    const before = rig.gateway.control.truth().orders.length;
    rig.gateway.control.reset(1_000);
    await rig.until(() => rig.venue.session.state === "disconnected");
    const unsent = rig.of("RecordReject").filter(({ reason }) => reason.startsWith("NOT_SENT"));
    expect(unsent.length).toBeGreaterThan(0);
    await rig.until(() => rig.venue.session.state === "ready", "ready", 50);
    await rig.pass(20_000);
    const { orders, sends } = rig.gateway.control.truth();
    expect(orders.length).toBeLessThanOrEqual(10 - unsent.length);
    expect(orders.length).toBeGreaterThanOrEqual(before);
    for (const { venueOrder } of unsent) expect(sends[reference(venueOrder)]).toBeUndefined();
  });

  test("[IBKR-4] T5 a socket that stays open and says nothing is left after two heartbeats, and a new one opened", async (context) => {
    const rig = await Rig.ready(context);
    const { number } = rig.venue.session;
    rig.gateway.control.freeze();
    await rig.until(() => rig.venue.session.state === "disconnected", "disconnected", 200);
    expect(rig.venue.session.reason).toContain("Nothing was heard for 20 s");
    expect(rig.clock.now() - NOON).toBeLessThanOrEqual(31_000);
    await rig.until(() => rig.venue.session.state === "ready", "ready", 50);
    expect(rig.venue.session.number).toBe(number + 1);
  });

  test("[IBKR-5] S0.8 a gateway that is away is tried again with a capped back-off, and after five minutes somebody is told once", async (context) => {
    const rig = await Rig.ready(context);
    const { port } = rig.gateway;
    await rig.gateway.close();
    await rig.until(() => rig.venue.session.state === "disconnected");
    const end = rig.clock.now() + 11 * 60_000;
    const { number } = rig.venue.session;
    while (rig.clock.now() < end) {
      await rig.until(() => rig.venue.session.state === "disconnected", "away", 0);
      rig.clock.advance(1_000);
    }
    const attempts = rig.venue.session.number - number;
    // At most one in fifteen seconds once the back-off is full; the first ones come faster.
    expect(attempts).toBeGreaterThan(20);
    expect(attempts).toBeLessThan(60);
    expect(rig.venue.session.reason).toContain("Enable ActiveX");
    expect(rig.notes.filter((note) => note.startsWith("error") && note.includes("5 minutes")).length).toBeGreaterThanOrEqual(1);
    rig.gateway = await startGateway({ clock: rig.clock, port, prices: { AAPL: "201.94" } });
    await rig.until(() => rig.venue.session.state === "ready", "ready", 100);
  });

  test("[IBKR-6] a client id in use is said with what to do, and tried again", async (context) => {
    const rig = await Rig.make(context);
    rig.gateway.control.fault({ fault: "client-id-in-use" });
    rig.venue.open();
    await rig.until(() => rig.venue.session.state === "disconnected");
    expect(rig.venue.session.reason).toMatch(/client id 7 is in use.*change client_id/i);
    await rig.until(() => rig.venue.session.state === "ready", "ready", 50);
  });

  test.each(["lost", "kept"] as const)(
    "[IBKR-7] B20 1100 takes the session away, and it is ready again after what came back (%s) and our orders were asked for",
    async (data) => {
      const rig = await Rig.ready({ onTestFinished });
      rig.submit(1, limit("150"));
      await rig.fact("RecordAck");
      rig.gateway.control.loseBroker();
      await rig.until(() => rig.venue.session.state === "connecting");
      expect(rig.venue.session.reason).toContain("1100");
      rig.submit(2);
      expect(rig.of("RecordReject")[0]?.reason).toContain("NOT_SENT");
      rig.gateway.control.fill({ reference: reference(1) }, { quantity: "10", price: "150" });
      rig.gateway.control.regainBroker(data);
      await rig.until(() => rig.venue.session.state === "ready");
      expect(states(rig).slice(-3)).toEqual(["connecting", "synchronizing", "ready"]);
      await rig.venue.snapshot(["executions"], NOON as InstantMs);
      expect(rig.of("RecordExecution")).toHaveLength(1);
    },
  );

  test("[IBKR-8] T4 a message that makes the library's decoder throw ends the connection, not the process; the next one reconciles", async (context) => {
    const rig = await Rig.ready(context);
    rig.gateway.control.fault({ fault: "reject", code: 201, rejectJson: "{broken" });
    rig.submit(1, limit("150"));
    await rig.until(() => rig.venue.session.state === "disconnected");
    expect(rig.venue.session.reason).toContain("could not be decoded");
    expect(rig.of("RecordSendOutcome")).toMatchObject([{ outcome: "unknown" }]);
    await rig.until(() => rig.venue.session.state === "ready", "ready", 50);
    expect(await rig.venue.lookUp(1 as VenueOrderSeq, 1)).not.toHaveProperty("failed");
  });

  test("[IBKR-10] T10 fifty questions at once are paced by us, and cancels pass them", async (context) => {
    const rig = await Rig.ready(context, {}, { messagesPerSecond: 10 });
    await rig.settle();
    rig.submit(1, limit("150"));
    await rig.fact("RecordAck", 1, 10);
    const searches = Array.from({ length: 50 }, () => rig.venue.search("AAPL"));
    rig.cancel(1);
    const at = rig.clock.now();
    await rig.fact("RecordCancel", 1, 10);
    expect(rig.clock.now() - at).toBeLessThan(1_500);
    let done = 0;
    for (const search of searches) void search.then(() => (done += 1));
    await rig.until(() => done === 50, "all answers", 50);
    expect(rig.clock.now() - at).toBeGreaterThan(5_000);
  });

  test("[IBKR-5] something else that listens at the port is no gateway: it is left in time", async ({ onTestFinished: onEnd }) => {
    const server = createServer(() => {});
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const clock = manualClock(NOON);
    const reasons: string[] = [];
    const rigOptions = { account: ACCOUNT, mode: "paper" as const, expectedAccount: null, host: "127.0.0.1", clientId: 1, zone: "UTC" };
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const books = () => ({ listings: new Map(), assets: new Map() });
    const venue = await openIbkrVenue({ ...rigOptions, port, books, cashScale: () => 6, clock, chance: () => 0 });
    onEnd(async () => {
      await venue.close();
      server.close();
    });
    venue.listen({ onFact: () => {}, onNote: () => {}, onSession: ({ reason }) => reasons.push(reason) });
    venue.open();
    clock.advance(20_000);
    expect(reasons.at(-1)).toContain("did not take requests in time");
  });
});

test("[IBKR-15] the connection's socket holds no small message back", async (context) => {
  const noDelay = vi.spyOn(Socket.prototype, "setNoDelay");
  context.onTestFinished(() => noDelay.mockRestore());
  const rig = await Rig.ready(context);
  // The gateway's own end is a socket of this process too, whose other side has another port.
  expect(noDelay.mock.contexts.filter((socket) => (socket as Socket).remotePort === rig.gateway.port)).toHaveLength(1);
});
