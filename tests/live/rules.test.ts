import { type Asset, type Instrument, type InstrumentId, UNATTRIBUTED } from "@bulkhead/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { Attached } from "./attached.ts";

const ACME = "ACME@DEMO";
type Row = Readonly<Record<string, unknown>>;
type Preview = Readonly<{ sorts: readonly Row[]; looked_at: number; unknown: number }>;

let folder = "";
let attached: Attached;
beforeEach(async () => {
  folder = newFolder();
  attached = new Attached(folder);
  attached.broker.deposit("USD", 100_000);
  attached.broker.quote(ACME, 50);
  attached.clock.advance(60_000);
  await attached.start();
});
afterEach(async () => {
  await attached.stop();
  removeFolder(folder);
});

const PATH = "/api/attribution-rules";
const rows = async (path: string): Promise<readonly Row[]> => (await attached.ask("GET", path)).body.data as readonly Row[];
const post = (path: string, body: unknown) => attached.ask("POST", path, body);
const tried = async (body: unknown): Promise<Preview> => (await post(`${PATH}/preview`, body)).body.data as Preview;
const breakOf = async (kind: string): Promise<string> =>
  encodeURIComponent(String((await rows("/api/inbox?status=open")).find((row) => row["kind"] === kind)?.["break_id"]));
const GRID = { portfolio_id: "steady", reference: "grid-" };

test("[LIVE-60] S0.52 rules are set, changed, moved and taken away over the API, each at the version that was read", async () => {
  const made = await post(PATH, { ...GRID, reason: "the grid bot" });
  expect(made).toMatchObject({
    status: 201,
    body: { data: { place: 1, words: "what others trade with a reference that begins with grid- is steady's" } },
  });
  expect((await post(PATH, { portfolio_id: "momentum", client: "7", place: 1, reason: "the other bot" })).status).toBe(201);
  const [first, second] = await rows(PATH);
  expect([first, second]).toMatchObject([
    { client: "7", place: 1 },
    { reference: "grid-", place: 2 },
  ]);
  const id = String(second?.["rule_id"]);
  const stale = await attached.ask(
    "PATCH",
    `${PATH}/${id}`,
    { place: 1, reason: "first" },
    { "If-Match": `"${String((made.body.data as Row)["version"])}"` },
  );
  expect(stale).toMatchObject({ status: 412, body: { code: "RULES_CHANGED" } });
  const match = { "If-Match": `"${String(second?.["version"])}"` };
  expect(await attached.ask("PATCH", `${PATH}/${id}`, { place: 1, instrument: ACME, reason: "narrower" }, match)).toMatchObject({
    status: 200,
    body: { data: { place: 1, reference: "grid-", instrument: ACME } },
  });
  const [moved] = await rows(PATH);
  expect(await attached.ask("DELETE", `${PATH}/${String(moved?.["rule_id"])}?reason=gone`)).toMatchObject({ status: 200 });
  expect((await rows(PATH)).map(({ client, place }) => [client, place])).toEqual([["7", 1]]);
  const audit = await rows("/api/audit?limit=50");
  expect(audit.find(({ what }) => what === "removeAttributionRule")).toMatchObject({
    outcome: "ok",
    details: expect.stringContaining('"reason":"gone"'),
  });
});

// biome-ignore format: one refusal per row.
test.each([
  ["whatever anybody does",        { portfolio_id: "steady" },                                   422, "RULE_ANY"],
  ["nobody that is there",         { portfolio_id: "gamma", reference: "x" },                    404, "PORTFOLIO_UNKNOWN"],
  ["what is nobody's",             { portfolio_id: "unattributed", reference: "x" },             422, "PORTFOLIO_BUILT_IN"],
  ["what a rule says already",     { portfolio_id: "momentum", reference: "grid-" },             409, "RULE_EXISTS"],
  ["what is no text",              { portfolio_id: "steady", reference: "\u202e" },              400, "REQUEST_INVALID"],
] as const)("[LIVE-60] a rule for %s is refused, and nothing is changed", async (_what, parts, status, code) => {
  await post(PATH, { ...GRID, reason: "the grid bot" });
  const before = attached.state.seq;
  expect(await post(PATH, { ...parts, reason: "x" })).toMatchObject({ status, body: { code } });
  expect(await attached.ask("DELETE", `${PATH}/nothing?reason=x`)).toMatchObject({ status: 404, body: { code: "RULE_UNKNOWN" } });
  expect((await attached.ask("DELETE", `${PATH}/nothing`)).status).toBe(400);
  expect(attached.state.seq).toBe(before);
});

test("[LIVE-60] what a rule would sort of what is there is told before it is set; it then sorts what comes, and what waits stays", async () => {
  attached.broker.trade(ACME, 9, 50, { reference: "grid-1", client: "7" });
  attached.broker.trade(ACME, 4, 50, { reference: "", client: "0" });
  await attached.pass(2_000);
  expect(await tried(GRID)).toMatchObject({
    looked_at: 2,
    unknown: 0,
    sorts: [{ kind: "trade", quantity: "9", reference: "grid-1", client: "7", from_portfolio_id: null, to_portfolio_id: "steady" }],
  });
  expect((await tried({ portfolio_id: "steady", client: "8" })).sorts).toEqual([]);
  expect((await tried({ portfolio_id: "steady", instrument: "ACME" })).sorts).toHaveLength(2);
  expect(attached.state.account?.settings.attribution).toEqual([]);
  await post(PATH, { ...GRID, reason: "the grid bot" });
  attached.broker.trade(ACME, 5, 50, { reference: "grid-2", client: "7" });
  await attached.pass(2_000);
  expect([attached.held("steady", ACME), attached.held(UNATTRIBUTED, ACME)]).toEqual([5, 13]);
  const [rule] = await rows(PATH);
  expect((await tried({ rule_id: rule?.["rule_id"], remove: true })).sorts).toEqual([]);
  expect(attached.apart()).toEqual([]);
});

test("[LIVE-60] a claim of what a program traded offers the rule that would have made it; one by hand offers none", async () => {
  attached.broker.trade(ACME, 9, 50, { reference: "grid-1", client: "7" });
  await attached.pass(2_000);
  const shares = [{ portfolio_id: "steady", amount: "9" }];
  const claimed = await post(`/api/breaks/${await breakOf("unknown_order")}/assign`, { shares, reason: "ours" });
  expect(claimed).toMatchObject({ status: 200, body: { data: { proposed_rule: { portfolio_id: "steady", reference: "grid-" } } } });
  attached.broker.trade(ACME, 9, 50);
  await attached.pass(2_000);
  const byHand = await post(`/api/breaks/${await breakOf("unknown_order")}/assign`, { shares, reason: "ours" });
  expect(byHand).toMatchObject({ status: 200, body: { data: { proposed_rule: null } } });
});

test("[LIVE-61] how everybody would stand after a claim is told before it is made: cash, units and cost, and what is then so", async () => {
  attached.broker.trade(ACME, 10, 50);
  await attached.pass(2_000);
  const id = await breakOf("unknown_order");
  const shares = [{ portfolio_id: "momentum", amount: "4" }];
  const { body } = await post(`/api/breaks/${id}/assign/preview`, { shares });
  expect(body.data).toMatchObject({
    left: "6",
    problem: null,
    lacking: [],
    standings: [
      { portfolio_id: "momentum", quantity_before: "0", quantity_after: "4", cost_after: "200", cash_before: "50000", cash_after: "49800" },
      { portfolio_id: UNATTRIBUTED, quantity_before: "10", quantity_after: "6", cost_before: "500", cost_after: "300" },
    ],
  });
  expect(attached.held("momentum", ACME)).toBe(0);
  await post(`/api/breaks/${id}/assign`, { shares, reason: "ours" });
  expect([attached.held("momentum", ACME), attached.cash("momentum")]).toEqual([4, 49_800]);
});

test("[LIVE-61] S3.40 a claim that closes what a portfolio holds tells what that realizes", async () => {
  attached.broker.trade(ACME, 10, 50);
  await attached.pass(2_000);
  await post(`/api/breaks/${await breakOf("unknown_order")}/assign`, {
    shares: [{ portfolio_id: "momentum", amount: "10" }],
    reason: "ours",
  });
  attached.broker.trade(ACME, -4, 60);
  await attached.pass(2_000);
  const { body } = await post(`/api/breaks/${await breakOf("unknown_order")}/assign/preview`, {
    shares: [{ portfolio_id: "momentum", amount: "-4" }],
  });
  // 4 × 60 − 4 × 50.
  expect(body.data).toMatchObject({
    standings: [{ quantity_after: "6", cost_after: "300", cash_before: "49500", cash_after: "49740", realized: "40" }, {}],
  });
});

test("[LIVE-61] a claim that lacks cash says who lacks how much, before it is asked for and when it is", async () => {
  attached.broker.trade(ACME, 500, 50);
  await attached.pass(2_000);
  const id = await breakOf("unknown_order");
  const shares = [{ portfolio_id: "steady", amount: "500" }];
  const { status, body } = await post(`/api/breaks/${id}/assign/preview`, { shares });
  expect([status, body.data]).toMatchObject([
    200,
    {
      standings: [],
      problem: { code: "CAPITAL_INSUFFICIENT" },
      lacking: [{ portfolio_id: "steady", needs: "25000", available: "20000", lacks: "5000" }],
    },
  ]);
  expect(await post(`/api/breaks/${id}/assign`, { shares, reason: "ours" })).toMatchObject({
    status: 422,
    body: { code: "CAPITAL_INSUFFICIENT" },
  });
});

test("[LIVE-61] a split by what each holds, and a transfer, tell the same of everybody", async () => {
  attached.broker.deposit("USD", 7);
  await attached.pass(62_000);
  const { body } = await post(`/api/breaks/${await breakOf("cash")}/assign/preview`, { pro_rata: true });
  expect(body.data).toMatchObject({
    shares: [
      { portfolio_id: "momentum", amount: "5" },
      { portfolio_id: "steady", amount: "2" },
    ],
    standings: [
      { portfolio_id: "momentum", cash_before: "50000", cash_after: "50005", quantity_before: null, cost_after: null },
      { portfolio_id: "steady", cash_before: "20000", cash_after: "20002" },
      { portfolio_id: UNATTRIBUTED, cash_before: "30007", cash_after: "30000" },
    ],
  });
  const moved = await post("/api/portfolios/momentum/transfer/preview", { to_portfolio_id: "steady", amount: "100" });
  expect(moved.body.data).toMatchObject({
    currency: "USD",
    from: { cash_before: "50000", cash_after: "49900", quantity_after: null },
    to: { cash_before: "20000", cash_after: "20100" },
  });
});

test("[LIVE-62] every comparison is kept in the tables: page by page, of one outcome, and after a start anew", async () => {
  await attached.pass(185_000);
  attached.broker.deposit("USD", 7);
  await attached.pass(62_000);
  const all = await rows("/api/reconciliations");
  expect(all.at(-1)).toMatchObject({ outcome: "adopted" });
  expect(all.map(({ outcome }) => outcome)).toContain("differs");
  const pages: Row[] = [];
  let cursor = "";
  do {
    const { body } = await attached.ask("GET", `/api/reconciliations?limit=2${cursor}`);
    pages.push(...(body.data as Row[]));
    cursor = body["next_cursor"] === null ? "" : `&cursor=${String(body["next_cursor"])}`;
  } while (cursor !== "");
  expect(pages).toEqual(all);
  for (const outcome of ["agrees", "differs", "adopted"])
    expect(await rows(`/api/reconciliations?outcome=${outcome}`)).toEqual(all.filter((row) => row["outcome"] === outcome));
  await attached.stop();
  await attached.start();
  expect((await rows("/api/reconciliations")).slice(-all.length)).toEqual(all);
});

test("[LIVE-63] what the venue trades is made known to the books by a person, once, and nothing else is", async () => {
  const known = [...attached.state.listings.keys()];
  const { assets, instruments } = attached.broker;
  const like = instruments.get(ACME as InstrumentId) as Instrument;
  const base = { ...assets.get(like.base), id: "ZINC@DEMO" } as Asset;
  assets.set(base.id, base);
  instruments.set("ZINC@DEMO" as InstrumentId, { ...like, id: "ZINC@DEMO" as InstrumentId, symbol: "ZINC", base: base.id });
  const found = await rows("/api/instruments/search?q=zinc@demo");
  expect(found).toMatchObject([{ instrument: "ZINC@DEMO", in_books: false }]);
  expect(await rows("/api/instruments/search?q=zinc@elsewhere")).toEqual([]);
  const body = { instrument: "ZINC@DEMO", q: "zinc", reason: "I want to watch it" };
  expect(await post("/api/instruments", body)).toMatchObject({ status: 200, body: { data: { instrument: "ZINC@DEMO", in_books: true } } });
  const { seq } = attached.state;
  expect((await post("/api/instruments", body)).status).toBe(200);
  expect(await post("/api/instruments", { ...body, instrument: "NONE@DEMO" })).toMatchObject({
    status: 404,
    body: { code: "INSTRUMENT_NOT_FOUND" },
  });
  expect(attached.state.seq).toBe(seq);
  expect(new Set(attached.state.listings.keys())).toEqual(new Set([...known, "ZINC@DEMO"]));
});
