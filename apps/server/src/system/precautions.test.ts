import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId, StateView } from "@bulkhead/core";
import { expect, onTestFinished, test } from "vitest";
import type { Acknowledged, Unstamped } from "../desk/desk.ts";
import { DiskReserve } from "../desk/disk-reserve.ts";
import { ClockWatch } from "./clock-watch.ts";
import { Precautions } from "./precautions.ts";

const KIB = 1_024;

function reserveIn(free: () => number | undefined): Readonly<{ reserve: DiskReserve; file: string }> {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-reserve-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const sizes = { reserveBytes: 64 * KIB, leastBytes: 32 * KIB, marginBytes: 128 * KIB };
  return { reserve: new DiskReserve({ folder, sizes, freeBytes: free }), file: join(folder, "reserve") };
}

/** An account as far as modes go. */
class Held {
  readonly id = "main" as AccountId;
  readonly modes = new Map<string, Readonly<{ mode: string; reason: string }>>();
  at = 1_000_000;
  durability: { slowMs: number | undefined } = { slowMs: undefined };
  readonly jumps: number[] = [];
  readonly asked: string[] = [];

  get state(): StateView {
    return { at: this.at, modes: this.modes } as unknown as StateView;
  }

  clockJumped(seconds: number): void {
    this.jumps.push(seconds);
  }

  submit(command: Unstamped): Promise<Acknowledged> {
    if (command.type !== "SetMode") throw new Error(command.type);
    this.asked.push(`${command.mode}: ${command.reason}`);
    this.modes.set("account", { mode: command.mode, reason: command.reason });
    return Promise.resolve({ ok: true, seq: 1, record: null });
  }
}

test("[SYS-8] room for the last records is kept while there is enough, given up when the disk is full, and made again", async () => {
  let free: number | undefined = 512 * KIB;
  const { reserve, file } = reserveIn(() => free);
  expect(reserve.look()).toBeUndefined();
  await reserve.made;
  expect(statSync(file).size).toBe(64 * KIB);
  free = 31 * KIB;
  expect(reserve.look()).toBe(31 * KIB);
  expect(existsSync(file)).toBe(false);
  free = 95 * KIB; // What was given up is no news.
  expect(reserve.look()).toBe(95 * KIB);
  free = undefined;
  expect(reserve.look()).toBe(95 * KIB);
  free = 224 * KIB;
  expect(reserve.look()).toBeUndefined();
  await reserve.made;
  expect(existsSync(file)).toBe(true);
  free = 0;
  reserve.giveUpWhereFull();
  expect(existsSync(file)).toBe(false);
});

test("[SYS-8] a disk that has too little for the reserve, and is not full, holds nothing back", () => {
  const { reserve, file } = reserveIn(() => 100 * KIB);
  expect([reserve.look(), existsSync(file)]).toEqual([undefined, false]);
});

test("[SYS-8] on a full disk only cancels pass, until there is room again; what a person set stays", async () => {
  let free: number | undefined;
  const held = new Held();
  const person = new Held();
  person.modes.set("account", { mode: "reduce_only", reason: "user:ada: looking into it" });
  const now = (): number => held.at;
  const precautions = new Precautions({ accounts: () => [held, person], reserve: { look: () => free }, now, timed: false });
  const look = async (): Promise<void> => {
    precautions.look();
    await Promise.resolve();
    await Promise.resolve();
  };
  await look();
  expect(held.asked).toEqual([]);
  free = 3 * 1_048_576;
  await look();
  await look();
  expect(held.asked).toEqual(["cancel_only: precaution: the disk is full, 3 MiB are left"]);
  free = undefined;
  await look();
  await look();
  expect(held.asked.at(-1)).toBe("ready: precaution: over");
  expect([held.asked.length, person.asked]).toEqual([2, []]);
});

test("[SYS-9] with a clock that stands half a minute before the books only cancels pass", async () => {
  const held = new Held();
  let now = held.at - 30_000;
  const precautions = new Precautions({ accounts: () => [held], reserve: { look: () => undefined }, now: () => now, timed: false });
  precautions.look();
  expect(held.asked).toEqual([]);
  now -= 1;
  precautions.look();
  await Promise.resolve();
  await Promise.resolve();
  now = held.at;
  precautions.look();
  expect(held.asked).toEqual(["cancel_only: precaution: the clock stands before the last record", "ready: precaution: over"]);
});

test("[SYS-10] while the disk takes over a second for its records only cancels pass (D8)", async () => {
  const held = new Held();
  const precautions = new Precautions({ accounts: () => [held], reserve: { look: () => undefined }, now: () => held.at, timed: false });
  const look = async (): Promise<void> => {
    precautions.look();
    await Promise.resolve();
    await Promise.resolve();
  };
  await look();
  held.durability.slowMs = 1_400;
  await look();
  await look();
  held.durability.slowMs = undefined;
  await look();
  expect(held.asked).toEqual(["cancel_only: precaution: records took up to 1400 ms to become durable", "ready: precaution: over"]);
});

test("[SYS-11] a clock that jumps by more than five seconds has everything looked at again, once (R4)", () => {
  const held = new Held();
  let wall = 5_000_000;
  let steady = 0;
  const clock = new ClockWatch({ wall: () => wall, steady: () => steady }, false);
  const precautions = new Precautions({
    accounts: () => [held],
    reserve: { look: () => undefined },
    now: () => held.at,
    clock,
    timed: false,
  });
  const pass = (wallMs: number, steadyMs: number): void => {
    wall += wallMs;
    steady += steadyMs;
    precautions.look();
  };
  pass(1_000, 1_000);
  pass(6_000, 1_000); // Five seconds: not more.
  pass(8_000, 1_000);
  pass(1_000, 1_000);
  pass(-9_000, 1_000);
  expect(held.jumps).toEqual([7, -10]);
});
