import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { checkIntent } from "../intent/check.ts";
import { size } from "../intent/size.ts";
import { enter, exit } from "../intent/wish.ts";
import { isIntentList } from "../seat/reply.ts";
import { type Asked, answerOf, loadedOf } from "./message.ts";

const asked: Asked = {
  number: 7,
  place: 1,
  symbols: ["A@X", "B@X"],
  questions: [
    { kind: "bar", seat: 0, bar: 3 },
    { kind: "bar", seat: 1, bar: 3 },
    { kind: "schedule", at: 5 },
  ],
};
const bought = enter.long({ size: size.units(1), why: "up" });
const good = { number: 7, place: 2, reply: bought, states: [[1, { version: 1, json: "{}" }]], log: ["x"] };
const done = { number: 7, place: 3, states: [], log: [] };

test("[HOSTS-5] an answer to what was asked is taken, with the symbol of its question where it names none", () => {
  expect(answerOf(good, asked)).toEqual({ place: 2, reply: bought, states: good.states, log: ["x"] });
  expect(answerOf(done, asked)).toEqual({ place: 3, reply: undefined, states: [], log: [] });
  const scheduled = { ...done, reply: [exit({ symbol: "B", why: "enough" })] };
  expect(answerOf(scheduled, asked)?.reply).toEqual([exit({ symbol: "B@X", why: "enough" })]);
  expect(answerOf({ ...done, reply: exit({ why: "whose?" }) }, asked)?.reply).toMatchObject({
    type: "fault",
    code: "INTENT_SYMBOL_UNKNOWN",
    at: 5,
  });
});

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["another number",        { number: 6 }],
  ["a question done before", { place: 1 }],
  ["beyond the questions",  { place: 4 }],
  ["half a place",          { place: 1.5 }],
  ["silence half way",      { reply: undefined }],
  ["a seat beyond",         { states: [[2, { version: 1, json: "{}" }]] }],
  ["a state that is none",  { states: [[0, { version: 1 }]] }],
  ["a state too long",      { states: [[0, { version: 1, json: " ".repeat(1_048_577) }]] }],
  ["a line too long",       { log: ["x".repeat(501)] }],
  ["no lines",              { log: undefined }],
] as const)("[HOSTS-5] %s is no answer", (_what, wrong) => {
  expect(answerOf({ ...good, ...wrong }, asked)).toBeUndefined();
});

test("[HOSTS-5] whatever a thread says, what comes out is sound or nothing", () => {
  const anything = fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true, withTypedArray: true });
  const broken = fc.tuple(fc.constantFrom(...Object.keys(good)), anything).map(([key, value]) => ({ ...good, [key]: value }));
  let taken = 0;
  fc.assert(
    fc.property(fc.oneof(anything, broken), (raw) => {
      expect([true, undefined]).toContain(loadedOf(raw) === undefined ? undefined : true);
      const answer = answerOf(raw, asked);
      if (answer === undefined) return;
      taken += 1;
      expect(answer.place).toBeLessThanOrEqual(asked.questions.length);
      const { reply } = answer;
      if (reply === undefined) return;
      if (!isIntentList(reply) && reply.type === "fault") expect(reply.code).toMatch(/^(STRATEGY|INTENT)_/);
      else for (const intent of isIntentList(reply) ? reply : [reply]) expect(checkIntent(intent)).toBeUndefined();
    }),
    { numRuns: runs(20_000), seed: seed() },
  );
  expect(taken).toBeGreaterThan(50);
});
