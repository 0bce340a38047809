import { expect, test } from "vitest";
import { textStream } from "./text-stream.ts";

test("[SURF-3] text is made when it is read, never far ahead, and ends with its reader", async () => {
  let made = 0;
  let closed = false;
  let ends = 0;
  function* parts(): Generator<string> {
    try {
      for (;;) {
        yield "";
        made += 1;
        yield "x".repeat(10_000);
      }
    } finally {
      closed = true;
    }
  }
  const reader = textStream(parts(), () => {
    ends += 1;
  }).getReader();
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve, 20));
  // The chunk that was read and the one that waits.
  expect(made).toBeLessThanOrEqual(14);
  await reader.cancel();
  expect([closed, ends]).toEqual([true, 1]);
});

test("[SURF-3] what fails on the way fails the body and ends once", async () => {
  let ends = 0;
  function* parts(): Generator<string> {
    yield "a";
    throw new Error("torn");
  }
  const reader = textStream(parts(), () => {
    ends += 1;
  }).getReader();
  await expect(reader.read().then(() => reader.read())).rejects.toThrow("torn");
  expect(ends).toBe(1);
});
