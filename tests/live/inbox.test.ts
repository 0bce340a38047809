import { type InstrumentId, type OrderTerms, UNATTRIBUTED } from "@bulkhead/core";
import { priceOfUnits, quantityOfUnits } from "@bulkhead/money";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { Client } from "../http/socket-client.ts";
import { WITH_CLIENT } from "../kit/attached-account.ts";
import { ATTACHED, Attached } from "./attached.ts";

const ACME = "ACME@DEMO";
type Rows = readonly Readonly<Record<string, unknown>>[];

let folder = "";
let attached: Attached;
beforeEach(async () => {
  folder = newFolder();
  attached = new Attached(folder);
  attached.broker.deposit("USD", 100_000);
  attached.broker.quote(ACME, 50);
  attached.clock.advance(60_000);
});
afterEach(async () => {
  await attached.stop();
  removeFolder(folder);
});

const rows = async (path: string): Promise<Rows> => (await attached.ask("GET", path)).body.data as Rows;

/** The desk answers while its clock stands. */
const post = (path: string, body: unknown) => attached.ask("POST", path, body);

test("[LIVE-24] A2 what nobody claimed is shown with its life and a proposal, claimed, split, undone and written off over the API", async () => {
  await attached.start();
  attached.broker.trade(ACME, 9, 50);
  await attached.pass(2_000);
  const [item] = await rows("/api/inbox?status=open");
  expect(item).toMatchObject({
    kind: "unknown_order",
    status: "open",
    left: "9",
    instrument: ACME,
    proposal: "manual_trade",
    pro_rata: [],
  });
  const id = encodeURIComponent(String(item?.["break_id"]));
  expect(await post(`/api/breaks/${id}/assign`, { pro_rata: true, reason: "ours" })).toMatchObject({
    status: 422,
    body: { code: "BREAK_NOT_SPLIT" },
  });
  const claimed = await post(`/api/breaks/${id}/assign`, { shares: [{ portfolio_id: "momentum", amount: "6" }], reason: "by hand" });
  expect(claimed).toMatchObject({ status: 200, body: { data: { break: { left: "3", status: "open" } } } });
  expect(attached.held("momentum", ACME)).toBe(6);
  const split = await post(`/api/breaks/${id}/assign`, { pro_rata: true, reason: "the rest" });
  expect(split).toMatchObject({ status: 200, body: { data: { break: { left: "0", status: "assigned" } } } });
  expect(attached.held("momentum", ACME)).toBe(9);
  const { assignment_id } = split.body.data as { assignment_id: string };
  await post(`/api/assignments/${encodeURIComponent(assignment_id)}/undo`, { reason: "not ours" });
  expect([attached.held("momentum", ACME), attached.held(UNATTRIBUTED, ACME)]).toEqual([6, 3]);
  expect(await post(`/api/breaks/${id}/write-off`, { category: "trade", reason: "private" })).toMatchObject({ status: 200 });
  expect((await rows("/api/inbox")).map(({ status, category }) => [status, category])).toEqual([["written_off", "trade"]]);
  expect(await rows("/api/inbox?status=open")).toEqual([]);
  await attached.pass(70_000);
  expect(attached.apart()).toEqual([]);
  expect(attached.mode).toBe("ready");
});

test("[LIVE-24] cash that nobody explains is split over those who have some, to the last unit", async () => {
  await attached.start();
  attached.broker.deposit("USD", 7);
  await attached.pass(62_000);
  const [item] = await rows("/api/inbox");
  expect(item).toMatchObject({ kind: "cash", asset: "USD", left: "7" });
  expect(item?.["pro_rata"]).toEqual([
    { portfolio_id: "momentum", amount: "5" },
    { portfolio_id: "steady", amount: "2" },
  ]);
  await post(`/api/breaks/${encodeURIComponent(String(item?.["break_id"]))}/assign`, { pro_rata: true, reason: "a bonus" });
  expect([attached.cash("momentum"), attached.cash("steady")]).toEqual([50_005, 20_002]);
  expect(attached.apart()).toEqual([]);
});

test("[LIVE-25] S0.52 somebody else's order is seen, claimed, and the rule that would have claimed it is offered; rules sort by themselves", async () => {
  const rule = '\n[[attribute]]\nportfolio = "steady"\nreference_prefix = "grid"\n';
  await attached.start(ATTACHED + rule);
  const terms: OrderTerms = {
    instrument: ACME as InstrumentId,
    side: "buy",
    quantity: quantityOfUnits(5),
    orderType: "limit",
    limit: priceOfUnits(4_000),
    stop: null,
    timeInForce: "day",
    expiresAt: null,
  };
  const foreign = attached.broker.submit({ venueOrder: null, tag: { reference: "bot-17", client: "3", venueOrderId: "" }, terms });
  const sorted = attached.broker.submit({ venueOrder: null, tag: { reference: "grid-1", client: "4", venueOrderId: "" }, terms });
  await attached.pass(12_000);
  expect((await rows("/api/external-orders")).map(({ reference, portfolio_id }) => [reference, portfolio_id])).toEqual([
    ["bot-17", null],
    ["grid-1", "steady"],
  ]);
  const claimed = await post(`/api/external-orders/${foreign.key}/claim`, { portfolio_id: "momentum", reason: "my other bot" });
  expect(claimed).toMatchObject({
    status: 200,
    body: { data: { portfolio_id: "momentum", proposed_rule: { portfolio_id: "momentum", reference: "bot-" } } },
  });
  attached.broker.fill(foreign);
  attached.broker.fill(sorted);
  await attached.pass(2_000);
  expect([attached.held("momentum", ACME), attached.held("steady", ACME), attached.held(UNATTRIBUTED, ACME)]).toEqual([5, 5, 0]);
  expect((await rows("/api/attribution-rules")).map(({ toml }) => toml)).toEqual([
    '[[attribute]]\nportfolio = "steady"\nreference_prefix = "grid"\n',
  ]);
  expect(attached.apart()).toEqual([]);
});

test("[LIVE-26] [LIVE-52] S3.4 connections of client ids of their own are shown with whose they are, and pushed when they turn", async () => {
  await attached.start(WITH_CLIENT);
  const since = attached.clock.now();
  const client = await Client.open({ listening: await attached.listening() });
  client.say({ action: "subscribe", portfolio_ids: ["*"] });
  await client.until((messages) => messages.some(({ type }) => type === "subscribed"));
  const away = { clientId: 8, state: "disconnected", since, reason: "Client id 8 is in use (326).", heardAt: null } as const;
  attached.venue.turnClients([away]);
  const shown = {
    ...{ client_id: 8, state: "disconnected", since: new Date(since).toISOString(), reason: "Client id 8 is in use (326)." },
    ...{ heard_at: null, portfolios: ["momentum"], strategies: ["trend"] },
  };
  expect(await rows("/api/connections")).toMatchObject([{ state: "ready", clients: [shown] }]);
  const told = await client.until((messages) => messages.some(({ type }) => type === "connection_update"));
  expect(told.findLast(({ type }) => type === "connection_update")).toMatchObject({ data: { clients: [shown] } });
  attached.venue.turnClients([{ ...away, state: "ready", reason: "" }]);
  expect(await rows("/api/connections")).toMatchObject([{ clients: [{ state: "ready", reason: "" }] }]);
});

test("[LIVE-26] S3.6 connections are shown, lost, disconnected and connected over the API; comparisons are listed", async () => {
  await attached.start();
  const [row] = await rows("/api/connections");
  expect(row).toMatchObject({
    venue: "ibkr",
    state: "ready",
    venue_account: "DU1",
    environment: "paper",
    compared: true,
    open_breaks: 0,
    access: "trade",
  });
  attached.venue.lose("the gateway restarts");
  await attached.pass(1_000);
  expect(await rows("/api/connections")).toMatchObject([{ state: "disconnected", reason: "the gateway restarts", compared: false }]);
  expect(await rows("/api/status")).toMatchObject([{ connection: "disconnected", mode_in_force: "cancel_only", ready: false }]);
  attached.venue.reconnect();
  await attached.pass(2_000);
  expect(await post("/api/accounts/main/disconnect", { reason: "by hand" })).toMatchObject({
    status: 200,
    body: { data: { wanted: false } },
  });
  expect(await post("/api/accounts/main/connect", { reason: "again" })).toMatchObject({
    status: 200,
    body: { data: { wanted: true, state: "ready" } },
  });
  await attached.pass(2_000);
  expect((await rows("/api/reconciliations")).map(({ outcome }) => outcome)).toEqual(["agrees", "agrees", "adopted"]);
  expect(await post("/api/reconciliations", { reason: "now" })).toMatchObject({ status: 200 });
  await attached.pass(1_000);
  expect(await rows("/api/reconciliations")).toHaveLength(4);
});

test("[LIVE-26] S3.6 who listens to the account is told at once when its connection changes", async () => {
  await attached.start();
  const client = await Client.open({ listening: await attached.listening() });
  client.say({ action: "subscribe", portfolio_ids: ["*"] });
  await client.until((messages) => messages.some(({ type }) => type === "subscribed"));
  attached.venue.lose("the gateway restarts");
  const told = await client.until((messages) => messages.some(({ type }) => type === "connection_update"));
  expect(told.find(({ type }) => type === "connection_update")).toMatchObject({
    portfolio_id: "*",
    data: { account_id: "main", state: "disconnected", reason: "the gateway restarts" },
  });
});

test("[LIVE-27] what can be traded at the venue is found before anybody trades it", async () => {
  await attached.start();
  const found = await rows("/api/instruments/search?q=acme");
  expect(found).toMatchObject([{ instrument: ACME, description: "ACME, invented", kind: "share", currency: "USD", in_books: true }]);
});
