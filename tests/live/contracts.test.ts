import type { InstrumentId, PortfolioId, VenueContract } from "@bulkhead/core";
import { priceOfUnits } from "@bulkhead/money";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { Attached } from "./attached.ts";

const ACME = "ACME@DEMO";
const BOLT = "BOLT@DEMO";
const id = ACME as InstrumentId;
type Rows = readonly Readonly<Record<string, unknown>>[];

const CONTRACT: VenueContract = {
  venueKey: "4711",
  symbol: "ACME",
  exchange: "DEMO",
  currency: "USD",
  multiplier: "1",
  tick: "0.01",
  increment: "1",
  quantityMin: "",
  notionalMin: "",
  expiry: "",
};

let folder = "";
let attached: Attached;
beforeEach(async () => {
  folder = newFolder();
  attached = new Attached(folder);
  attached.broker.deposit("USD", 100_000);
  attached.broker.quote(ACME, 50);
  attached.broker.contracts.set(id, CONTRACT);
  attached.clock.advance(60_000);
});
afterEach(async () => {
  await attached.stop();
  removeFolder(folder);
});

const rows = async (path: string): Promise<Rows> => (await attached.ask("GET", path)).body.data as Rows;
const post = (path: string, body: unknown) => attached.ask("POST", path, body);
const kept = () => attached.state.contracts.get(id);
const mode = () => attached.state.modes.get(`instrument:${ACME}`);
const alarms = () => attached.desk?.alarms.map(({ code }) => code) ?? [];

/** The connection breaks, and the venue says of ACME something else when it is back. */
async function reconnected(change: Partial<VenueContract> | null): Promise<void> {
  attached.venue.lose();
  attached.broker.contracts.set(id, change === null ? null : { ...CONTRACT, ...change });
  await attached.pass(2_000);
  attached.venue.reconnect();
  await attached.pass(65_000);
}

async function holding(): Promise<void> {
  await attached.start();
  await attached.order("momentum", ACME, "buy 10");
  await attached.pass(65_000);
}

test("[LIVE-50] M8 what comes into use is asked about within a minute, and a start asks of everything that was known", async () => {
  await holding();
  expect(kept()).toEqual({ told: CONTRACT, version: 1, doubt: null });
  expect((await rows("/api/instruments/contracts")).map((row) => [row["instrument"], row["version"], row["changed"]])).toEqual([
    [ACME, 1, null],
  ]);
  await attached.stop();
  attached.broker.contracts.set(id, { ...CONTRACT, tick: "0.05" });
  await attached.start();
  await attached.pass(65_000);
  expect(kept()).toMatchObject({ version: 2, told: { tick: "0.05" } });
  expect(attached.state.listings.get(id)?.instrument.tickSize).toBe(5);
  expect(mode()).toBeUndefined();
});

test("[LIVE-50] [INST-5] M8 another contract under the symbol takes no entries, is an alarm, and is accepted by a person over the API", async () => {
  await holding();
  await reconnected({ venueKey: "4712" });
  expect(mode()).toEqual({ mode: "reduce_only", reason: "CONTRACT_CHANGED: contract id 4711, now 4712" });
  expect(alarms()).toContain("CONTRACT_CHANGED");
  expect(alarms()).not.toContain("MODE_RESTRICTED");
  await attached.order("momentum", ACME, "buy 1");
  expect(attached.held("momentum", ACME)).toBe(10);
  await attached.order("momentum", ACME, "sell 4");
  expect(attached.held("momentum", ACME)).toBe(6);
  const [row] = await rows("/api/instruments/contracts");
  expect(row).toMatchObject({ changed: { says: "contract id 4711, now 4712", told: { venue_key: "4712" } }, told: { venue_key: "4711" } });
  expect(await post("/api/instruments/contracts/accept", { instrument: "ACME", reason: "the new share class" })).toMatchObject({
    status: 200,
    body: { data: { changed: null, told: { venue_key: "4712" }, version: 1 } },
  });
  expect([mode(), alarms().includes("CONTRACT_CHANGED")]).toEqual([undefined, false]);
  await attached.order("momentum", ACME, "buy 1");
  expect(attached.held("momentum", ACME)).toBe(7);
  expect(await post("/api/instruments/contracts/accept", { instrument: ACME, reason: "again" })).toMatchObject({
    body: { code: "CONTRACT_UNCHANGED" },
  });
});

test("[LIVE-50] [INST-6] B25 an instrument that the venue has no more may only be got rid of, until it is there again; a question that was not answered says nothing", async () => {
  await holding();
  await reconnected(null);
  expect(mode()?.reason).toBe("CONTRACT_CHANGED: the venue does not have it any more");
  expect(await post("/api/instruments/contracts/accept", { instrument: ACME, reason: "what now" })).toMatchObject({
    body: { code: "CONTRACT_GONE" },
  });
  attached.venue.lose();
  attached.broker.contracts.delete(id);
  attached.venue.reconnect();
  await attached.pass(65_000);
  expect(mode()).toBeDefined();
  await reconnected({});
  expect([mode(), kept()?.doubt]).toEqual([undefined, null]);
});

test("[LIVE-50] M8 what was not answered is asked again soon, and then ever less often", async () => {
  attached.broker.contracts.delete(id);
  const asked: number[] = [];
  const from = attached.clock.now();
  const { venue } = attached;
  const contractsOf = venue.contractsOf.bind(venue);
  venue.contractsOf = async (questions) => {
    asked.push(Math.floor((attached.clock.now() - from) / 60_000));
    return await contractsOf(questions);
  };
  await holding();
  for (let minutes = 0; minutes < 20; minutes += 1) {
    attached.clock.advance(60_000);
    await attached.pass(1);
  }
  const waits = asked.slice(1).map((minute, index) => minute - (asked[index] ?? 0));
  expect(asked.length).toBeGreaterThan(3);
  expect(asked.length).toBeLessThan(7);
  expect(waits).toEqual(waits.toSorted((a, b) => a - b));
  attached.broker.contracts.set(id, CONTRACT);
  attached.clock.advance(3_600_000);
  await attached.pass(1);
  expect(kept()?.told).toEqual(CONTRACT);
});

test("[LIVE-51] B24 a split that the venue only shows is proposed, and approved for everybody in one click", async () => {
  await holding();
  attached.broker.appear(ACME, 20, 50 / 3);
  await attached.pass(62_000);
  const [item] = await rows("/api/inbox?status=open");
  expect(item).toMatchObject({ proposal: "split", left: "20" });
  const path = `/api/breaks/${encodeURIComponent(String(item?.["break_id"]))}/approve`;
  expect(await post(path, { ratio: "3", reason: "the news" })).toMatchObject({ status: 400 });
  expect(await post(path, { reason: "three for one" })).toMatchObject({ status: 200, body: { data: { break: null } } });
  expect(attached.held("momentum", ACME)).toBe(30);
  expect(attached.apart()).toEqual([]);
  await attached.pass(65_000);
  expect([await rows("/api/inbox"), attached.mode]).toEqual([[], "ready"]);
  expect(await post(path, { reason: "again" })).toMatchObject({ status: 404 });
});

test("[LIVE-64] B24 what approving a split comes to is told of everybody before it is made: units, cost, and orders that are called back", async () => {
  await holding();
  await attached.order("steady", ACME, "buy 5");
  await attached.pass(65_000);
  await attached.order("steady", ACME, "buy 1", 40);
  attached.broker.appear(ACME, 30, 50 / 3);
  await attached.pass(62_000);
  const [item] = await rows("/api/inbox?status=open");
  const path = `/api/breaks/${encodeURIComponent(String(item?.["break_id"]))}/approve`;
  const before = attached.state.seq;
  const { body } = await post(`${path}/preview`, {});
  const standing = (portfolio_id: string, quantities: readonly string[], cost: string) => ({
    portfolio_id,
    quantity_before: quantities[0],
    quantity_after: quantities[1],
    cost_before: cost,
    cost_after: cost,
    realized: "0",
  });
  expect(body.data).toMatchObject({
    proposal: "split",
    ratio: "3:1",
    problem: null,
    exits_ended: [],
    called_back: [{ portfolio_id: "steady" }],
  });
  const told = body.data as Readonly<{ holdings: readonly Readonly<{ standings: readonly Readonly<Record<string, unknown>>[] }>[] }>;
  const standings = told.holdings[0]?.standings ?? [];
  expect(standings).toMatchObject([
    { portfolio_id: "unattributed", quantity_before: "30", quantity_after: "0" },
    standing("momentum", ["10", "30"], "500"),
    standing("steady", ["5", "15"], "250"),
  ]);
  expect(await post(`${path}/preview`, { ratio: "0:1" })).toMatchObject({ status: 400 });
  expect(attached.state.seq).toBe(before);
  expect(await post(path, { reason: "three for one" })).toMatchObject({ status: 200 });
  expect([attached.held("momentum", ACME), attached.held("steady", ACME)]).toEqual([30, 15]);
});

test("[LIVE-64] what cannot be approved says why, and nothing is booked", async () => {
  await holding();
  attached.broker.deposit("USD", 7);
  await attached.pass(62_000);
  const [item] = await rows("/api/inbox?status=open");
  const path = `/api/breaks/${encodeURIComponent(String(item?.["break_id"]))}/approve`;
  const before = attached.state.seq;
  expect((await post(`${path}/preview`, {})).body.data).toMatchObject({ ratio: null, holdings: [], problem: { code: "PROPOSAL_UNCLEAR" } });
  expect(attached.state.seq).toBe(before);
});

test("[LIVE-64] what a new name comes to is told of both holdings, with the exits that end", async () => {
  await holding();
  await attached.submit({
    type: "SetProtection",
    by: "test",
    portfolio: "momentum" as PortfolioId,
    instrument: id,
    plan: { stop: { kind: "price", price: priceOfUnits(4_000) }, takeProfit: null, trailing: null },
  });
  attached.broker.appear(ACME, -10);
  attached.broker.appear(BOLT, 10, 50);
  await attached.pass(62_000);
  const found = (await rows("/api/inbox?status=open")).find(({ asset }) => asset === BOLT);
  expect(found).toMatchObject({ proposal: "rename" });
  const path = `/api/breaks/${encodeURIComponent(String(found?.["break_id"]))}/approve`;
  const { body } = await post(`${path}/preview`, {});
  expect(body.data).toMatchObject({
    proposal: "rename",
    ratio: null,
    problem: null,
    exits_ended: [{ portfolio_id: "momentum", instrument: ACME }],
  });
  const told = body.data as Readonly<{ holdings: readonly Readonly<{ asset: string; standings: readonly unknown[] }>[] }>;
  expect(told.holdings.map(({ asset }) => asset)).toEqual([ACME, BOLT]);
  const [gone, came] = told.holdings.map(({ standings }) => standings);
  expect(gone).toContainEqual(
    expect.objectContaining({ portfolio_id: "momentum", quantity_before: "10", quantity_after: "0", cost_before: "500", cost_after: "0" }),
  );
  expect(came).toContainEqual(
    expect.objectContaining({ portfolio_id: "momentum", quantity_before: "0", quantity_after: "10", cost_after: "500" }),
  );
  expect(attached.held("momentum", BOLT)).toBe(0);
  expect(await post(path, { reason: "a new name" })).toMatchObject({ status: 200 });
  expect([attached.held("momentum", ACME), attached.held("momentum", BOLT), attached.held("unattributed", BOLT)]).toEqual([0, 10, 0]);
});
