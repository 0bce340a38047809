import type { InstantMs, SnapshotSection, VenueSnapshot } from "@bulkhead/core";
import { expect, test } from "vitest";
import { LOOK_TIMES, type Look, Looks, SECTIONS } from "./looks.ts";

const at = (ms: number): InstantMs => ms as InstantMs;

function told(sections: readonly SnapshotSection[], quiet = true): VenueSnapshot {
  const has = (section: SnapshotSection): boolean => sections.includes(section);
  return {
    snapshotId: "s",
    from: at(0),
    to: at(0),
    quiet,
    positions: has("positions") ? [] : null,
    cash: has("cash") ? [] : null,
    openOrders: has("orders") ? [] : null,
    endedOrders: has("orders") ? [] : null,
    executionsSince: has("executions") ? at(0) : null,
  };
}

/** Answers every look at once, for so long; what was asked, by second. */
function run(looks: Looks, from: number, until: number, answer: (look: Look) => VenueSnapshot): readonly string[] {
  const asked: string[] = [];
  for (let now = looks.dueAt; now <= until; now = looks.dueAt) {
    const instant = at(Math.max(now, from));
    const look = looks.next(instant);
    if (look === undefined) throw new Error("nothing is due");
    asked.push(`${(instant - from) / 1_000}: ${look.sections.length === SECTIONS.length ? "everything" : look.sections.join(" ")}`);
    looks.answered(look, answer(look), instant);
  }
  return asked;
}

test("[LIVE-53] S3.9 of an account that only looks on orders need not be told: they are asked for, and hold nothing up", () => {
  let trades = false;
  const looks = new Looks(LOOK_TIMES, () => trades);
  looks.connected(at(0));
  run(looks, 0, 300_000, ({ sections }) => told(sections.filter((section) => section !== "orders")));
  expect([looks.hasPassed, looks.failing]).toEqual([true, []]);
  trades = true;
  looks.connected(at(400_000));
  run(looks, 400_000, 500_000, ({ sections }) => told(sections.filter((section) => section !== "orders")));
  expect([looks.hasPassed, looks.failing]).toEqual([false, ["orders"]]);
});

test("[LIVE-20] B7 a connection begins with everything at once, and goes on with each section at its own pace (B8)", () => {
  const looks = new Looks();
  expect(looks.dueAt).toBe(Number.POSITIVE_INFINITY);
  looks.connected(at(0));
  expect(looks.hasPassed).toBe(false);
  const asked = run(looks, 0, 65_000, ({ sections }) => told(sections));
  expect(asked).toEqual([
    "0: everything",
    "10: orders",
    "20: orders",
    "30: orders executions",
    "40: orders",
    "50: orders",
    "60: everything",
  ]);
  expect(looks.hasPassed).toBe(true);
});

test("[LIVE-20] I2 a look in which executions came is no barrier, and is asked again a second later", () => {
  const looks = new Looks();
  looks.connected(at(0));
  const asked = run(looks, 0, 2_500, ({ sections }) => told(sections, false));
  expect(asked).toEqual(["0: everything", "1: everything", "2: everything"]);
  expect(looks.hasPassed).toBe(false);
});

test("[LIVE-20] B10 a section that fails is asked again, later each time, and said after three failures", () => {
  const looks = new Looks();
  looks.connected(at(0));
  const asked = run(looks, 0, 15_000, () => told(["positions", "orders", "executions"]));
  expect(asked).toEqual(["0: everything", "2: everything", "6: everything", "14: everything"]);
  expect(looks.failing).toEqual(["cash"]);
  expect(looks.hasPassed).toBe(false);
  run(looks, 0, 31_000, ({ sections }) => told(sections));
  expect(looks.failing).toEqual([]);
  expect(looks.hasPassed).toBe(true);
});

test("[LIVE-20] B20 a lost connection asks nothing, and whatever was under way is void", () => {
  const looks = new Looks(LOOK_TIMES);
  looks.connected(at(0));
  const look = looks.next(at(0));
  expect(look?.barrier).toBe(true);
  expect(looks.next(at(60_000))).toBeUndefined();
  looks.lost();
  expect(looks.dueAt).toBe(Number.POSITIVE_INFINITY);
  looks.connected(at(90_000));
  expect(looks.dueAt).toBe(90_000);
});
