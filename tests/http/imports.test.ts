import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { AccountId } from "@bulkhead/core";
import { memoryJournal } from "@bulkhead/store";
import { expect, test } from "vitest";
import { bulkhead, temporary } from "../cli/command.ts";
import { at, Stage } from "./stage.ts";

const CSV = `type,time,id,symbol,venue,currency,side,quantity,price,amount,fee
deposit,2026-04-01,d,,,USD,,,,1000,
execution,2026-04-02T15:00:00Z,e,ACME,XNYS,USD,buy,10,50,,1
`;
const packed = (text: string): string => gzipSync(text).toString("base64");
const body = (text: string, more: object = {}) => ({ format: "csv", files: [{ name: "a.csv", gzip: packed(text) }], ...more });

/** A desk whose books can be tried on. */
async function desk(): Promise<Stage> {
  const journal = memoryJournal({ account: "main" as AccountId, id: "still" });
  let stage: Stage | undefined;
  const books = () => (stage === undefined ? undefined : { engine: stage.account.books.engine, journal });
  stage = await Stage.open({ listen: { books } });
  return stage;
}

test("[IMP-1, IMP-2] a running desk tries a statement, books it between two turns, and knows it again", async () => {
  const stage = await desk();
  const { seq } = stage;
  const tried = await stage.post("/api/imports/preview", body(CSV));
  expect([tried.status, at(tried, "data.booked"), at(tried, "data.counts.1"), stage.seq]).toEqual([
    200,
    false,
    { kind: "execution", booked: 1, known: 0 },
    seq,
  ]);
  const booked = await stage.post("/api/imports", body(CSV));
  expect([booked.status, at(booked, "data.booked"), stage.account.books.position("unattributed", "ACME@XNYS")]).toEqual([200, true, "10"]);
  const again = await stage.post("/api/imports", body(CSV));
  expect([again.status, at(again, "data.counts.0"), at(again, "data.counts.1")]).toEqual([
    200,
    { kind: "execution", booked: 0, known: 1 },
    { kind: "fee", booked: 0, known: 1 },
  ]);
});

test("[IMP-1] what is wrong is told by line and books nothing; a bomb of zeros, no base64, no files are refused", async () => {
  const stage = await desk();
  const { seq } = stage;
  const bad = await stage.post("/api/imports", body(CSV.replace("deposit", "gift")));
  expect([bad.status, at(bad, "code"), at(bad, "params.lines"), stage.seq]).toEqual([
    422,
    "IMPORT_REFUSED",
    expect.stringContaining("a.csv, line 2"),
    seq,
  ]);
  const bomb = await stage.post("/api/imports", {
    ...body(CSV),
    files: [
      {
        name: "b",
        gzip: gzipSync(Buffer.alloc(40 << 20), { level: 9 }).toString("base64"),
      },
    ],
  });
  expect([bomb.status, at(bomb, "code")]).toEqual([422, "IMPORT_REFUSED"]);
  for (const wrong of [
    { files: [] },
    { files: [{ name: "x", gzip: "not base64!" }] },
    { format: "xls" },
    { leave_out: [0] },
    { zone: "" },
    { covers: "April" },
    { allocate: [{ key: "A", share: "half" }] },
  ])
    expect((await stage.post("/api/imports", body(CSV, wrong))).status).toBe(400);
  const noZone = await stage.post("/api/imports/preview", body(CSV, { zone: "Mars/Olympus" }));
  expect([noZone.status, at(noZone, "params.lines")]).toEqual([422, expect.stringContaining("the time zone Mars/Olympus is not known")]);
});

test("[IMP-1] SEC-5: it is for who may do everything with the account, and a desk without books at hand says so", async () => {
  const stage = await desk();
  for (const [actions, portfolios] of [
    [["trade", "read"], "*"],
    [["admin"], ["alpha"]],
  ] as const) {
    const { headers } = await stage.key([...actions], portfolios === "*" ? "*" : [...portfolios]);
    expect((await stage.post("/api/imports", body(CSV), { headers })).status).toBe(403);
  }
  const bare = await Stage.open();
  const answer = await bare.post("/api/imports", body(CSV));
  expect([answer.status, at(answer, "code")]).toEqual([503, "IMPORT_UNAVAILABLE"]);
});

test("[CLI-60] the command goes to the running desk, tried first, once, with its lines told", async () => {
  const stage = await desk();
  const folder = temporary();
  writeFileSync(join(folder, "a.csv"), CSV);
  writeFileSync(join(folder, "bad.csv"), CSV.replace("deposit", "gift"));
  const tell = (...args: readonly string[]) =>
    bulkhead(["import", "csv", ...args], { folder, environment: { BULKHEAD_URL: stage.listening.url } });
  const { seq } = stage;
  const tried = await tell("a.csv", "--dry-run");
  expect([tried.code, tried.err, tried.out.endsWith("Nothing was booked.\n"), stage.seq]).toEqual([0, "", true, seq]);
  const booked = await tell("a.csv");
  expect([booked.code, booked.err, booked.out]).toEqual([0, "", expect.stringMatching(/execution +1 +0/)]);
  expect((await tell("a.csv")).out).toMatch(/execution +0 +1/);
  const bad = await tell("bad.csv");
  expect([bad.code, bad.err]).toEqual([1, expect.stringContaining("  STATEMENT_VALUE_UNKNOWN: bad.csv, line 2")]);
  expect((await tell("a.csv", "--create")).code).toBe(2);
  writeFileSync(join(folder, "large.csv"), CSV + randomBytes(300_000).toString("base64"));
  expect(await tell("large.csv")).toMatchObject({ code: 1, err: expect.stringContaining("IMPORT_TOO_LARGE: The statements are ") });
  const covered = await tell("a.csv", "--covers", "2026-04-01..2026-04-03");
  expect([covered.code, stage.account.state.reconciliation.history.covered]).toMatchObject([0, [{ source: "csv", executions: true }]]);
});
