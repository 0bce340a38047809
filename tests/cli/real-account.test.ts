import type { InstrumentId, PortfolioId, VenueContract } from "@bulkhead/core";
import { priceOfUnits } from "@bulkhead/money";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { WITH_CLIENT } from "../kit/attached-account.ts";
import { Attached } from "../live/attached.ts";
import { at, bulkhead, type Ran } from "./command.ts";

const ACME = "ACME@DEMO";
const id = ACME as InstrumentId;
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
  attached.clock.advance(60_000);
  await attached.start();
});
afterEach(async () => {
  await attached.stop();
  removeFolder(folder);
});

/** A command line at the desk; spaces of one word are written as +. */
async function tell(line: string, answers?: readonly boolean[]): Promise<Ran> {
  const { url } = await attached.listening();
  const words = line.split(" ").map((word) => word.replaceAll("+", " "));
  return bulkhead(words, { environment: { BULKHEAD_URL: url }, ...(answers === undefined ? {} : { answers }) });
}

test("[CLI-61] A2 what nobody explained is named by as little as tells it apart, claimed, split, written off and taken back", async () => {
  expect((await tell("inbox")).out).toBe("The inbox is empty: the books have what the venue has.\n");
  attached.broker.deposit("USD", -7);
  await attached.pass(62_000);
  attached.broker.trade(ACME, 9, 50);
  await attached.pass(2_000);

  const listed = await tell("inbox");
  expect(listed.out).toMatch(/^cash:USD +cash +USD +-7 /m);
  expect(listed.out).toMatch(/^order:h1 +unknown_order +ACME@DEMO +9 /m);
  expect(listed.out).toContain("cash:USD: The venue's USD differs from the books by -7;");

  const claimed = await tell("inbox claim acme --portfolio momentum --amount 6 --reason by+hand");
  expect([claimed.code, claimed.err]).toEqual([0, ""]);
  expect(claimed.out).toMatch(/^Done: 3 ACME@DEMO is left of it, open\./);
  expect(attached.held("momentum", ACME)).toBe(6);
  const [, assignment = ""] = /inbox undo (\S+)/.exec(claimed.out) ?? [];
  expect((await tell(`inbox undo ${assignment} --reason not+ours`)).code).toBe(0);
  expect(attached.held("momentum", ACME)).toBe(0);

  expect((await tell("inbox split ACME@DEMO --share momentum=4 steady=5 --reason theirs")).out).toContain("nothing is left");
  expect([attached.held("momentum", ACME), attached.held("steady", ACME)]).toEqual([4, 5]);
  expect((await tell("inbox write-off usd --as fee --reason market+data")).code).toBe(0);
  expect((await tell("inbox")).out).toContain("The inbox is empty");
  expect(at((await tell("inbox list --all --json")).json(), "data.1.status")).toMatch(/assigned|written_off/);
  expect(attached.apart()).toEqual([]);
});

test("[CLI-61] what is unclear or not there is said, and nothing is changed", async () => {
  attached.broker.deposit("USD", 7);
  await attached.pass(62_000);
  const before = attached.state.seq;
  expect(await tell("inbox claim nothing --portfolio momentum --reason x")).toMatchObject({ code: 1, out: "" });
  expect((await tell("inbox claim usd --reason x")).err).toContain("--portfolio");
  expect((await tell("inbox claim usd --portfolio nobody --reason x")).err).toContain("PORTFOLIO_UNKNOWN");
  expect((await tell("inbox claim usd --portfolio momentum --amount 8 --reason x")).code).toBe(1);
  expect((await tell("inbox claim usd --portfolio momentum --amount seven --reason x")).code).not.toBe(0);
  expect((await tell("inbox claim usd --portfolio momentum")).err).toContain("--reason");
  expect((await tell("inbox split usd --share momentum:7 --reason x")).err).toContain("PORTFOLIO=AMOUNT");
  expect((await tell("inbox write-off usd --as whim --reason x")).code).not.toBe(0);
  expect((await tell("inbox undo nothing --reason x")).code).toBe(1);
  expect((await tell("adopt NOTHING --portfolio momentum")).err).toContain("POSITION_FLAT");
  expect(attached.state.seq).toBe(before);
});

test("[CLI-61] S3.6 the connection is shown, cut, made again and compared by hand", async () => {
  expect((await tell("connection")).out).toMatch(/^main: ibkr as DU1 is ready, paper, trade\n {2}compared: /);
  expect((await tell("disconnect --reason mine")).code).toBe(0);
  await attached.pass(1_000);
  expect((await tell("connection")).out).toContain("main: ibkr as DU1 is disconnected");
  expect((await tell("connect --reason done")).code).toBe(0);
  await attached.pass(3_000);
  expect((await tell("connection")).out).toContain("ibkr as DU1 is ready");
  expect((await tell("reconcile")).code).toBe(0);
});

test("[CLI-61] S3.4 client ids of their own are shown with whose orders wait for them", async () => {
  await attached.stop();
  await attached.start(WITH_CLIENT);
  const since = attached.clock.now();
  attached.venue.turnClients([{ clientId: 8, state: "disconnected", since, reason: "Client id 8 is in use (326).", heardAt: null }]);
  expect((await tell("connection")).out).toMatch(
    /is ready, paper, trade\n {2}client 8 \(momentum, strategy trend\): disconnected: Client id 8 is in use \(326\)\.\n {2}compared: /,
  );
});

test("[CLI-70] comparisons are read as far back as asked, all or those that came to one outcome", async () => {
  await attached.pass(185_000);
  attached.broker.deposit("USD", 7);
  await attached.pass(62_000);
  const all = await tell("reconciliations");
  expect([all.err, all.out.match(/agrees/g)?.length, all.out.match(/adopted/g)?.length]).toEqual(["", 3, 1]);
  const two = await tell("reconciliations --limit 2");
  expect([two.out.trim().split("\n").length, two.err]).toEqual([3, "There are more: --limit 4\n"]);
  expect((await tell("reconciliations --outcome differs")).out).toMatch(/ differs +\d+ +\d+ +1$/m);
  expect((await tell("reconciliations --outcome whim")).err).toContain("REQUEST_INVALID");
});

test("[CLI-70] S0.52 rules are tried, added, moved, changed and removed, each named by its place or its id", async () => {
  attached.broker.trade(ACME, 9, 50, { reference: "grid-1", client: "7" });
  await attached.pass(2_000);
  expect((await tell("rule")).out).toContain("There are no rules");
  const tried = await tell("rule try --portfolio steady --reference grid-");
  expect(tried.out).toContain("If what others trade with a reference that begins with grid- is steady's, of the 1 that are there now:");
  expect(tried.out).toMatch(/^trade +9 +ACME@DEMO +grid-1 +7 +- +steady *$/m);
  expect((await tell("rule")).out).toContain("There are no rules");
  expect((await tell("rule add --portfolio steady --reference grid-")).err).toContain("--reason");
  expect((await tell("rule add --portfolio steady --reason x")).err).toContain("RULE_ANY");
  expect((await tell("rule add --portfolio steady --reference grid- --reason the+bot")).out).toContain("Set: what others trade with");
  expect((await tell("rule add --portfolio momentum --client 8 --place 1 --reason mine")).code).toBe(0);
  expect((await tell("rule list")).out).toMatch(/^ *1 +\S+ +momentum +- +8 +- *$/m);
  expect((await tell("rule change 2 --place 1 --instrument ACME --reason narrower")).code).toBe(0);
  const { 0: first } = (at((await tell("rule list --json")).json(), "data") ?? []) as readonly Readonly<Record<string, unknown>>[];
  expect(first).toMatchObject({ portfolio_id: "steady", reference: "grid-", instrument: "ACME" });
  expect((await tell(`rule remove ${String(first?.["rule_id"]).slice(0, 6)} --reason gone`)).out).toContain("Taken away: ");
  expect((await tell("rule remove 7 --reason gone")).err).toContain("RULE_UNKNOWN");
  expect((await tell("rule list")).out.match(/momentum/g)).toHaveLength(1);
  const added = await tell(`search acme --add ${ACME}`);
  expect([added.code, added.out.startsWith(`${ACME} (ACME, invented) is known to the books.`)]).toEqual([0, true]);
});

/** momentum holds ten, steady five. */
async function holding(): Promise<void> {
  await attached.order("momentum", ACME, "buy 10");
  await attached.order("steady", ACME, "buy 5");
  await attached.pass(65_000);
}

test("[CLI-61] B24 a split that is approved is shown of everybody first, asked about, and booked once somebody said yes", async () => {
  await holding();
  attached.broker.appear(ACME, 30, 50 / 3);
  await attached.pass(62_000);
  const before = attached.state.seq;
  const approve = "inbox approve acme --reason three+for+one";

  const tried = await tell(`${approve} --dry-run`);
  expect([tried.code, tried.err]).toEqual([0, ""]);
  expect(tried.out).toMatch(/^momentum +ACME@DEMO +10 +30 +500\.00 +500\.00 +USD *$/m);
  expect(tried.out).toMatch(/^steady +ACME@DEMO +5 +15 +250\.00 +250\.00 +USD *$/m);
  expect(tried.out).toContain("Nothing was booked.");
  expect(at((await tell(`${approve} --dry-run --json`)).json(), "data.ratio")).toBe("3:1");

  const unasked = await tell(approve);
  expect([unasked.code, unasked.out]).toEqual([2, ""]);
  expect(unasked.err).toContain("books a split of 3:1 for everybody who holds ACME@DEMO, and cannot be undone");
  expect((await tell(approve, [false])).err).toContain("CLI_NOT_CONFIRMED");
  expect(attached.state.seq).toBe(before);

  expect(await tell(approve, [true])).toMatchObject({
    code: 0,
    out: "Booked a split of 3:1 for everybody who held ACME@DEMO. It cannot be undone.\n",
    err: expect.stringMatching(/^momentum +ACME@DEMO +10 +30 /m),
  });
  expect([attached.held("momentum", ACME), attached.held("steady", ACME)]).toEqual([30, 15]);
  expect((await tell("inbox")).out).toContain("The inbox is empty");
  expect(attached.apart()).toEqual([]);
});

test("[CLI-61] a new name that is approved says of both names what everybody holds, and which exits end", async () => {
  await holding();
  const stop = { kind: "price", price: priceOfUnits(4_000) } as const;
  const plan = { stop, takeProfit: null, trailing: null };
  await attached.submit({ type: "SetProtection", by: "test", portfolio: "momentum" as PortfolioId, instrument: id, plan });
  attached.broker.appear(ACME, -15);
  attached.broker.appear("BOLT@DEMO", 15, 50);
  await attached.pass(62_000);
  const tried = await tell("inbox approve bolt --dry-run --reason renamed");
  expect(tried.out).toMatch(/^momentum +ACME@DEMO +10 +0 +500\.00 +0\.00 +USD *$/m);
  expect(tried.out).toMatch(/^momentum +BOLT@DEMO +0 +10 +0\.00 +500\.00 +USD *$/m);
  expect(tried.out).toContain("Stops and targets that end: ACME@DEMO of momentum.\n");
  expect(await tell("inbox approve bolt --yes --reason renamed")).toMatchObject({
    code: 0,
    err: "",
    out: "Booked BOLT@DEMO as the new name of ACME@DEMO for everybody who held ACME@DEMO. It cannot be undone.\n",
  });
  expect([attached.held("momentum", "BOLT@DEMO"), attached.held("steady", "BOLT@DEMO")]).toEqual([10, 5]);
});

test("[CLI-61] what cannot be approved, or not so, is refused with what to do, and nothing is changed", async () => {
  await holding();
  attached.broker.deposit("USD", 7);
  attached.broker.appear(ACME, 30, 50 / 3);
  await attached.pass(62_000);
  const before = attached.state.seq;
  // biome-ignore format: one wrong input per row.
  const wrong: readonly (readonly [string, number, string])[] = [
    ["inbox approve --reason x",                        2, "break"],
    ["inbox approve acme",                              2, "--reason"],
    ["inbox approve nothing --reason x --yes",          1, "BREAK_UNKNOWN"],
    ["inbox approve usd --reason x --yes",              1, "PROPOSAL_UNCLEAR"],
    ["inbox approve acme --ratio 3 --reason x --yes",   2, "--ratio takes AFTER:BEFORE"],
    ["inbox approve acme --ratio 0:1 --reason x --yes", 2, "--ratio takes AFTER:BEFORE"],
    ["inbox approve acme --ratio a:b --reason x --yes", 2, "--ratio takes AFTER:BEFORE"],
  ];
  for (const [line, code, says] of wrong) {
    const ran = await tell(line);
    expect([line, ran.code, ran.out, ran.err.includes(says)]).toEqual([line, code, "", true]);
  }
  expect(attached.state.seq).toBe(before);
});

test("[CLI-61] M8 contracts are listed; one that the venue changed says so, and is accepted with a reason", async () => {
  expect((await tell("contract")).out).toBe("The venue was asked of no contract yet.\n");
  attached.broker.contracts.set(id, CONTRACT);
  await holding();
  expect((await tell("contract")).out).toMatch(/^ACME@DEMO +1 +4711 +ACME +DEMO +USD +1 +0\.01 +1 +- *$/m);
  expect((await tell("contract accept ACME --reason nothing+new")).err).toContain("CONTRACT_UNCHANGED");

  attached.venue.lose();
  attached.broker.contracts.set(id, { ...CONTRACT, venueKey: "4712" });
  await attached.pass(2_000);
  attached.venue.reconnect();
  await attached.pass(65_000);
  const changed = await tell("contract list");
  expect(changed.out).toContain("ACME@DEMO takes no entries: contract id 4711, now 4712.");
  expect(changed.out).toContain('To go on with it: bulkhead contract accept ACME@DEMO --reason "…"');
  expect((await tell("contract accept ACME")).err).toContain("--reason");
  expect(await tell("contract accept NOTHING --reason x")).toMatchObject({ code: 1, err: expect.stringContaining("INSTRUMENT_UNKNOWN") });
  const before = attached.state.seq;
  expect((await tell("contract accept ACME --reason right --dry-run")).code).toBe(0);
  expect(attached.state.seq).toBe(before);

  expect(await tell("contract accept acme --reason the+new+share+class")).toMatchObject({
    code: 0,
    err: "",
    out: "ACME@DEMO is contract 4712 of the venue from now on, version 1.\n",
  });
  expect((await tell("contract")).out).not.toContain("takes no entries");
  expect(at((await tell("contract --json")).json(), "data.0.told.venue_key")).toBe("4712");
});

test("[CLI-61] M8 a contract that the venue has no more is told as that, and there is nothing to accept", async () => {
  attached.broker.contracts.set(id, CONTRACT);
  await holding();
  attached.venue.lose();
  attached.broker.contracts.set(id, null);
  await attached.pass(2_000);
  attached.venue.reconnect();
  await attached.pass(65_000);
  expect((await tell("contract")).out).toContain("There is nothing to accept: look in the inbox for what it became.");
  expect((await tell("contract accept ACME --reason x")).err).toContain("CONTRACT_GONE");
});

test("[CLI-70] [CLI-61] rules and histories that are wrong or not there are said, and nothing is changed", async () => {
  const before = attached.state.seq;
  // biome-ignore format: one wrong input per row.
  const wrong: readonly (readonly [string, number, string])[] = [
    ["rule add --portfolio nobody --reference grid- --reason x",              1, "PORTFOLIO_UNKNOWN"],
    ["rule add --reference grid- --reason x",                                 2, "--portfolio"],
    ["rule add --portfolio steady --reference grid- --place zero --reason x", 2, "--place takes a number from 1"],
    ["rule add --portfolio steady --reference grid- --place 0 --reason x",    2, "--place takes a number from 1"],
    ["rule change 1 --client 8 --reason x",                                   1, "RULE_UNKNOWN"],
    ["rule remove --reason x",                                                2, "rule"],
    ["rule try --reference grid-",                                            2, "--portfolio"],
    ["rule try 3",                                                            1, "RULE_UNKNOWN"],
    ["adopt-history",                                                         2, "--reason"],
    ["adopt-history --reason x",                                              1, "HISTORY_WHOLE"],
    ["adopt-history nobody --reason x",                                       1, "ACCOUNT_UNKNOWN"],
  ];
  for (const [line, code, says] of wrong) {
    const ran = await tell(line);
    expect([line, ran.code, ran.out, ran.err.includes(says) ? says : ran.err]).toEqual([line, code, "", says]);
  }
  expect(attached.state.seq).toBe(before);
});

test("[CLI-61] [HIST-6] what the history lacks is shown at the connection, and answered for with a reason, once", async () => {
  await attached.pass(5_000);
  attached.venue.lose();
  await attached.pass(2_000);
  attached.clock.advance(3 * 3_600_000);
  attached.broker.trade(ACME, 20, 50);
  attached.clock.advance(3 * 3_600_000);
  attached.venue.faults.historyFrom = attached.clock.now() - 60_000;
  attached.venue.reconnect();
  await attached.pass(5_000);
  expect((await tell("connection")).out).toContain("history: HISTORY_TOO_SHORT: nothing tells what was executed from ");
  const before = attached.state.seq;
  expect((await tell("adopt-history --reason compared+by+hand --dry-run")).code).toBe(0);
  expect((await tell("adopt-history steady --reason compared+by+hand")).err).toContain("ACCOUNT_UNKNOWN");
  expect(attached.state.seq).toBe(before);

  const adopted = await tell("adopt-history --reason compared+by+hand");
  expect([adopted.code, adopted.err]).toEqual([0, ""]);
  expect(adopted.out).toContain("main: ibkr as DU1 is ready");
  expect(adopted.out).not.toContain("HISTORY_TOO_SHORT");
  expect(attached.state.reconciliation.history.gaps).toEqual([]);
  // What differs stays nobody's, and waits.
  expect((await tell("inbox")).out).toMatch(/^position:ACME@DEMO\S* +position +ACME@DEMO +20 /m);
  expect((await tell("adopt-history --reason again")).err).toContain("HISTORY_WHOLE");
});
