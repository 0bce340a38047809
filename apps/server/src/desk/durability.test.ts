import { expect, test } from "vitest";
import { Durability } from "./durability.ts";

function disk(): Readonly<{ durability: Durability; write: (ms: number, times?: number) => void; pass: (ms: number) => void }> {
  let now = 0;
  const durability = new Durability(() => now);
  const write = (ms: number, times = 1): void => {
    for (let i = 0; i < times; i++) {
      durability.begin();
      now += ms;
      durability.end();
    }
  };
  return {
    durability,
    write,
    pass: (ms) => {
      now += ms;
    },
  };
}

test("[SYS-10] D8: three records of a minute that take over a second, and more than one in a hundred, are a slow disk", () => {
  const { durability, write, pass } = disk();
  expect(durability.slowMs).toBeUndefined();
  write(1_001, 2);
  write(1_000, 5);
  expect(durability.slowMs).toBeUndefined();
  write(1_400);
  expect(durability.slowMs).toBe(1_400);
  pass(30_000);
  write(5);
  expect(durability.slowMs).toBe(1_400); // Not good for a whole minute yet.
  pass(25_000);
  expect(durability.slowMs).toBe(1_400);
  pass(10_000);
  expect(durability.slowMs).toBeUndefined(); // A minute later, and something was written.
});

test("[SYS-10] D8: nothing written says nothing; few among many are no slow disk", () => {
  const { durability, write, pass } = disk();
  write(1_500, 3);
  expect(durability.slowMs).toBe(1_500);
  pass(120_000);
  expect(durability.slowMs).toBe(0);
  write(1);
  expect(durability.slowMs).toBeUndefined();
  const busy = disk();
  busy.write(2, 400);
  busy.write(1_100, 4);
  expect(busy.durability.slowMs).toBeUndefined();
  busy.write(1_100);
  expect(busy.durability.slowMs).toBe(1_100);
});
