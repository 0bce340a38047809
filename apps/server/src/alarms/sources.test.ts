import { readFileSync } from "node:fs";
import { CATALOGUE } from "@bulkhead/contract";
import type { AccountId } from "@bulkhead/core";
import type { FeedState } from "@bulkhead/market";
import { expect, test } from "vitest";
import { freeBytesOf, ofBackups, ofCapital, ofDisk, ofFeed, SEVERITY_OF } from "./sources.ts";

const HOUR = 3_600_000;

test("[OPS-2] docs/operating.md names every alarm with its severity", () => {
  const text = readFileSync(new URL("../../../../docs/operating.md", import.meta.url), "utf8");
  for (const [code, severity] of Object.entries(SEVERITY_OF)) {
    expect(CATALOGUE.has(code), code).toBe(true);
    if (code === "ALARM_TEST") continue;
    const row = text.split("\n").find((line) => line.startsWith("| `") && line.includes(`\`${code}\``));
    expect(row?.split("|")[2], code).toContain(severity);
  }
});

test("[ALARM-17] D1: the disk is nearly full below the least that is configured; nobody knows of a folder that is not there", () => {
  expect(ofDisk(2_000_000_000, 1_073_741_824)).toEqual([]);
  expect(ofDisk(1_000_000, 1_073_741_824)).toMatchObject([{ code: "DISK_NEARLY_FULL", params: { free: "0", least: "1024" } }]);
  expect(ofDisk(undefined, 1)).toEqual([]);
  expect([freeBytesOf("/nowhere/at/all"), Number(freeBytesOf("."))]).toEqual([undefined, expect.any(Number)]);
});

test("[ALARM-17] [CAP-16] a schedule that did not do what was due is told once, by its name", () => {
  const undone = { schedule: "rebalance even", reason: "Portfolio gone is not there." };
  expect(ofCapital("main" as AccountId, [undone])).toMatchObject([
    { code: "CAPITAL_NOT_MOVED", key: "CAPITAL_NOT_MOVED main  rebalance even" },
  ]);
  expect(ofCapital("main" as AccountId, [])).toEqual([]);
});

test("[ALARM-17] a backup is overdue when the youngest is older than it may be", () => {
  expect(ofBackups(0, 48 * HOUR, 48 * HOUR)).toEqual([]);
  expect(ofBackups(0, 49 * HOUR, 48 * HOUR)).toMatchObject([{ code: "BACKUP_OVERDUE", params: { age: "49 h", most: "48 h" } }]);
  expect(ofBackups(0, 1_000 * HOUR, null)).toEqual([]);
});

test("[ALARM-17] M1: a source of prices that is gone for a minute is told, one that is closed at once", () => {
  const state: FeedState = {
    connection: "connected",
    since: 0,
    reason: null,
    lastMessageAt: null,
    reconnects: 0,
    lagMs: null,
    bars: 0,
    dropped: 0,
    invalid: 0,
    skewMs: null,
  };
  const away: FeedState = { ...state, connection: "reconnecting", reason: "ECONNRESET" };
  const codes = (now: number, connection: FeedState): readonly string[] =>
    ofFeed({ name: "kraken", state: connection }, now).map(({ code }) => code);
  expect([codes(HOUR, state), codes(59_999, away), codes(60_000, away), codes(1, { ...away, connection: "closed" })]).toEqual([
    [],
    [],
    ["FEED_DISCONNECTED"],
    ["FEED_DISCONNECTED"],
  ]);
});
