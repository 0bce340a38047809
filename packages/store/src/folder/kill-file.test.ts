import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { killFilePath, putKillFileAside, readKillAnswer, readKillFile, writeKillAnswer, writeKillFile } from "./kill-file.ts";

const root = mkdtempSync(join(tmpdir(), "bulkhead-kill-file-"));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = (): string => {
  const folder = join(root, `f-${++folders}`);
  mkdirSync(folder);
  return folder;
};

const everything = { account: null, portfolio: null, instrument: null };
// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["nothing",                  "",                                         { ...everything, level: "cancel",  reason: "the file KILL" }],
  ["blanks",                   " \n\t ",                                   { ...everything, level: "cancel",  reason: "the file KILL" }],
  ["a level",                  "flatten\n",                                { ...everything, level: "flatten", reason: "the file KILL" }],
  ["a level and why",          "PAUSE the news  are\nbad",                 { ...everything, level: "pause",   reason: "the news are bad" }],
  ["why",                      "the news are bad",                         { ...everything, level: "cancel",  reason: "the news are bad" }],
  ["JSON",                     '{"level":"flatten","portfolio":"a","reason":"x","account":"main"}', { ...everything, level: "flatten", account: "main", portfolio: "a", reason: "x" }],
  ["an instrument",            '{"instrument":"SPY@X"}',                   { ...everything, level: "cancel",  instrument: "SPY@X", reason: "the file KILL" }],
  ["half JSON",                '{"portfolio":"a","level":"fla',            { ...everything, level: "cancel",  reason: "the file KILL" }],
  ["other JSON",               '{"level":7,"portfolio":["a"],"reason":{}}', { ...everything, level: "cancel",  reason: "the file KILL" }],
  ["a level that is none",     '{"level":"stop"}',                         { ...everything, level: "cancel",  reason: "the file KILL" }],
  ["control characters",       "pause a\u0000b\u202ec\u001b[31m",          { ...everything, level: "pause",   reason: "a b c [31m" }],
  ["much",                     `pause ${"x".repeat(2_000)}`,               { ...everything, level: "pause",   reason: "x".repeat(300) }],
  ["too much to be read",      "flatten ".repeat(4_000),                   { ...everything, level: "cancel",  reason: "the file KILL" }],
])("[WATCH-5] %s in the file", (_what, text, wish) => {
  const folder = newFolder();
  writeFileSync(killFilePath(folder), text);
  expect(readKillFile(folder, "cancel")).toEqual({ ...wish, mark: expect.stringMatching(/./) });
});

test("[WATCH-5] a file that cannot be read stops everything; none is none", () => {
  const folder = newFolder();
  expect(readKillFile(folder, "flatten")).toBeUndefined();
  mkdirSync(killFilePath(folder));
  expect(readKillFile(folder, "flatten")).toMatchObject({
    ...everything,
    level: "flatten",
    reason: expect.stringContaining("cannot be read"),
  });
});

test("[WATCH-6] it is written whole, for its owner only, and says who asked again", () => {
  const folder = newFolder();
  expect(writeKillFile(folder, { level: "flatten", portfolio: "a", reason: "x", id: "one" })).toEqual({ empty: false });
  expect(statSync(killFilePath(folder)).mode & 0o777).toBe(0o600);
  expect(readKillFile(folder, "cancel")).toEqual({ ...everything, level: "flatten", portfolio: "a", reason: "x", mark: "one" });
  expect(() => writeKillFile(join(folder, "nowhere"), { id: "two" })).toThrow("ENOENT");
});

test.skipIf(!existsSync("/dev/full"))("[WATCH-6] a write that finds no space leaves an empty file, which is a kill", () => {
  const folder = newFolder();
  // The unfinished file is a way to a device that is always full.
  symlinkSync("/dev/full", `${killFilePath(folder)}.new`);
  expect(writeKillFile(folder, { level: "flatten", id: "one" })).toEqual({ empty: true });
  expect(readFileSync(killFilePath(folder), "utf8")).toBe("");
  expect(readKillFile(folder, "cancel")).toMatchObject({ level: "cancel" });
});

test("[WATCH-7] whatever has the name of an obeyed file gives way", () => {
  const folder = newFolder();
  mkdirSync(join(folder, "KILL.obeyed", "full"), { recursive: true });
  writeKillFile(folder, { level: "pause", id: "one" });
  expect(putKillFileAside(folder, "one")).toBe(true);
  expect([existsSync(killFilePath(folder)), statSync(join(folder, "KILL.obeyed")).isFile()]).toEqual([false, true]);
});

test("[WATCH-7] only the wish that was obeyed is put aside, and its answer is found by it", () => {
  const folder = newFolder();
  writeKillFile(folder, { level: "pause", id: "one" });
  writeKillFile(folder, { level: "flatten", id: "two" });
  expect(putKillFileAside(folder, "one")).toBe(false);
  expect(readKillFile(folder, "cancel")?.mark).toBe("two");
  expect(putKillFileAside(folder, "two")).toBe(true);
  expect([existsSync(killFilePath(folder)), statSync(join(folder, "KILL.obeyed")).mode & 0o777]).toEqual([false, 0o600]);
  expect(putKillFileAside(folder, "two")).toBe(false);
  writeFileSync(killFilePath(folder), "pause");
  chmodSync(killFilePath(folder), 0o644);
  const mark = readKillFile(folder, "cancel")?.mark ?? "";
  writeFileSync(killFilePath(folder), "flatten now");
  expect(readKillFile(folder, "cancel")?.mark).not.toBe(mark);
  expect(readKillAnswer(folder, "two")).toBeUndefined();
  writeKillAnswer(folder, { mark: "two", accounts: [{ account_id: "main" }] });
  expect([readKillAnswer(folder, "two"), readKillAnswer(folder, "one")]).toEqual([[{ account_id: "main" }], undefined]);
});
