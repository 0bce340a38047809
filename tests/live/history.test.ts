import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type InstantMs, UNATTRIBUTED } from "@bulkhead/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { bulkhead, type Ran } from "../cli/command.ts";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { Attached } from "./attached.ts";

const ACME = "ACME@DEMO";
const HOUR = 3_600_000;

let folder = "";
let attached: Attached;
/** When the desk was last there, and when it is again. */
let from = 0;
let to = 0;

beforeEach(async () => {
  folder = newFolder();
  attached = new Attached(folder);
  attached.broker.deposit("USD", 100_000);
  attached.broker.quote(ACME, 50);
  attached.clock.advance(60_000);
  await attached.start();
  await attached.pass(5_000);
});
afterEach(async () => {
  await attached.stop();
  removeFolder(folder);
});

const iso = (at: number): string => new Date(at).toISOString();

/** The desk is away for six hours, in the second of which somebody buys 20 and in the fifth 5; the venue tells of the last minute alone. */
async function away(trades = true): Promise<void> {
  from = attached.state.reconciliation.barrierAt ?? 0;
  await attached.stop();
  attached.clock.advance(1.5 * HOUR);
  if (trades) attached.broker.trade(ACME, 20, 50);
  attached.clock.advance(3 * HOUR);
  if (trades) attached.broker.trade(ACME, 5, 51);
  attached.clock.advance(1.5 * HOUR);
  to = attached.clock.now() - 60_000;
  attached.venue.faults.historyFrom = to;
}

const back = async (): Promise<void> => {
  attached.venue.faults.historyFrom = to;
  await attached.start();
  await attached.pass(5_000);
};

/** A statement of the stretch from `start` hours after the desk went away to `end`, with what was traded in it. */
function statement(start: number, end: number, lines: readonly string[] = []): string[] {
  const path = join(folder, `${start}-${end}.csv`);
  const rows = ["type,time,id,symbol,venue,currency,side,quantity,price", ...lines];
  writeFileSync(path, `${rows.join("\n")}\n`);
  return [path, "--covers", `${iso(from + start * HOUR)}..${iso(from + end * HOUR)}`];
}
const first = (): string => `execution,${iso(from + 1.5 * HOUR)},h1,ACME,DEMO,USD,buy,20,50`;
const second = (): string => `execution,${iso(from + 4.5 * HOUR)},h2,ACME,DEMO,USD,buy,5,51`;

/** As a person would, while the desk is stopped. */
const imported = async (...args: readonly string[]): Promise<Ran> => {
  const ran = await bulkhead(["import", "csv", ...args, "--data", folder, "--json"], { folder });
  if (ran.err !== "") throw new Error(ran.err);
  return ran;
};
const left = (ran: Ran): unknown => (ran.json()["data"] as { history_left: unknown }).history_left;
const gaps = () => attached.state.reconciliation.history.gaps.map((gap) => [gap.from, gap.to]);

describe("a downtime that is longer than the venue's history (B9)", () => {
  test("[HIST-5, IMP-10] is kept over restarts, and closed by statements that cover it, each for its part", async () => {
    await away();
    await back();
    expect([gaps(), attached.held(UNATTRIBUTED, ACME)]).toEqual([[[from, to]], 25]);
    expect(attached.mode).toMatch(/^reduce_only: venue: history: .*bulkhead import flex/);
    await attached.stop();
    await back();
    expect(gaps()).toEqual([[from, to]]);
    await attached.stop();
    const part = await imported(...statement(0, 3, [first()]));
    expect(left(part)).toEqual([{ from: iso(from + 3 * HOUR), to: iso(to) }]);
    expect(part.out).toContain("HISTORY_STILL_MISSING: nothing tells yet what was executed from ");
    await back();
    expect([gaps(), attached.held(UNATTRIBUTED, ACME)]).toEqual([[[from + 3 * HOUR, to]], 25]);
    expect(attached.mode).toContain(`from ${iso(from + 3 * HOUR)} to ${iso(to)}`);
    await attached.stop();
    expect(left(await imported(...statement(3, 7, [second()])))).toEqual([]);
    await back();
    expect([gaps(), attached.mode, attached.held(UNATTRIBUTED, ACME), attached.apart()]).toEqual([[], "ready", 25, []]);
  });

  test("[HIST-5, IMP-10] one whose middle is not covered stays open there; what overlaps counts once", async () => {
    await away();
    await back();
    await attached.stop();
    await imported(...statement(-1, 2, [first()]));
    await imported(...statement(1, 2, [first()]));
    const ran = await imported(...statement(4, 9, [second()]));
    expect(left(ran)).toEqual([{ from: iso(from + 2 * HOUR), to: iso(from + 4 * HOUR) }]);
    await back();
    expect([attached.held(UNATTRIBUTED, ACME), attached.apart()]).toEqual([25, []]);
  });

  test("[HIST-5, IMP-10] statements that are booked before the desk is back leave no gap to find", async () => {
    await away();
    await imported(...statement(-1, 7, [first(), second()]));
    await back();
    expect([gaps(), attached.mode, attached.held(UNATTRIBUTED, ACME), attached.apart()]).toEqual([[], "ready", 25, []]);
    const breaks = [...attached.state.reconciliation.breaks.values()].map(({ kind }) => kind);
    expect(breaks.filter((kind) => kind === "position" || kind === "cash")).toEqual([]);
  });

  test("[HIST-5] a file that does not say from when to when it is complete closes nothing, and says so", async () => {
    await away();
    await back();
    await attached.stop();
    const [path = ""] = statement(0, 7);
    const ran = await imported(path);
    expect(left(ran)).toEqual([{ from: iso(from), to: iso(to) }]);
    expect(JSON.stringify(ran.json())).toContain("closes nothing: say it with --covers FROM..TO");
  });

  test("[HIST-6, HIST-2] a person answers for what is left, over HTTP, with a reason; and then there is nothing to answer for", async () => {
    await away();
    await back();
    const connection = async () =>
      ((await attached.ask("GET", "/api/connections")).body.data as readonly Readonly<Record<string, unknown>>[])[0] ?? {};
    expect(await connection()).toMatchObject({
      history_gap: { from: iso(from), to: iso(to) },
      history_missing: [{ from: iso(from), to: iso(to) }],
      history_covered: [],
    });
    const { url } = await attached.listening();
    const tell = (...args: readonly string[]): Promise<Ran> => bulkhead(args, { folder, environment: { BULKHEAD_URL: url } });
    const minute = (at: number): string => `${iso(at).slice(0, 16).replace("T", " ")} UTC`;
    const shown = `HISTORY_TOO_SHORT: nothing tells what was executed from ${minute(from)} to ${minute(to)} (bulkhead import flex, or bulkhead adopt-history)`;
    expect((await tell("connection")).out).toContain(shown);
    expect((await tell("adopt-history")).code).toBe(2);
    expect((await tell("adopt-history", "--reason", "by hand", "--dry-run")).code).toBe(0);
    expect(gaps()).toEqual([[from, to]]);
    const path = "/api/accounts/main/adopt-history";
    expect((await attached.ask("POST", path, {})).status).toBe(400);
    const adopted = await attached.ask("POST", path, { reason: "compared by hand" });
    expect([adopted.status, adopted.body.data]).toMatchObject([200, { history_gap: null, history_missing: [] }]);
    await attached.pass(3_000);
    expect(attached.mode).toBe("ready");
    expect(await attached.ask("POST", path, { reason: "again" })).toMatchObject({ status: 409, body: { code: "HISTORY_WHOLE" } });
    expect(await tell("adopt-history", "--reason", "again")).toMatchObject({ code: 1, err: expect.stringContaining("HISTORY_WHOLE") });
  });

  test("[HIST-5] it is found although the first look after it is not answered whole (B10)", async () => {
    await away();
    attached.venue.faults.failing.add("positions");
    await back();
    attached.venue.faults.failing.clear();
    await attached.pass(60_000);
    expect([gaps(), attached.mode.split(":")[0]]).toEqual([[[from, to]], "reduce_only"]);
  });

  test("[LIVE-18] where nothing was traded it is over with the comparison, and an old difference that nobody explained does not hold it open", async () => {
    attached.broker.appear(ACME, 3, 50);
    await attached.pass(120_000);
    expect([...attached.state.reconciliation.breaks.values()].map(({ kind }) => kind)).toContain("position");
    await away(false);
    await back();
    expect([gaps(), attached.mode]).toEqual([[], "ready"]);
  });
});

test("[IMP-12] a statement of another account is refused, also while no desk runs; another number of the same one is said so", async () => {
  await attached.stop();
  const xml = (account: string): string =>
    `<FlexQueryResponse queryName="q" type="AF"><FlexStatements count="1"><FlexStatement accountId="${account}" fromDate="20260302" toDate="20260303" whenGenerated="20260304;010000"><Trades /></FlexStatement></FlexStatements></FlexQueryResponse>`;
  for (const account of ["DU1", "DU2"]) writeFileSync(join(folder, `${account}.xml`), xml(account));
  const tell = (...args: readonly string[]): Promise<Ran> => bulkhead(["import", "flex", ...args, "--data", folder], { folder });
  const other = await tell("DU2.xml");
  expect([other.code, other.err]).toEqual([
    1,
    expect.stringContaining("STATEMENT_OTHER_ACCOUNT: DU2.xml, line 1: the statement is of account DU2"),
  ]);
  expect((await tell("DU1.xml")).code).toBe(0);
  expect((await tell("DU2.xml", "--same-account")).code).toBe(0);
  await back();
  expect(attached.state.reconciliation.history.covered).toEqual(
    ["DU1", "DU2"].map((statementAccount) => ({
      from: Date.parse("2026-02-28T05:00:00Z") as InstantMs,
      to: Date.parse("2026-03-04T05:00:00Z"),
      source: "ibkr",
      statementAccount,
      executions: true,
    })),
  );
});
