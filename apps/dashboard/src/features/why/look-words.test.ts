import { expect, test } from "vitest";
import { enoughOf, figure, lookWords } from "./look-words.ts";

const NOTHING = { bars_ago: null, other: null, other_value: null, before: null, other_before: null, met: null };
const crossing = { line: "fast", question: "crossed_above", bars_ago: null, other: "slow", met: false } as const;

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  [{ ...NOTHING, line: "rsi", question: "value", value: 41.234567891 } as const,                          "rsi is 41.2346"],
  [{ ...NOTHING, line: "rsi", question: "previous", value: null } as const,                               "rsi was no value one bar earlier"],
  [{ ...NOTHING, line: "rsi", question: "at", bars_ago: 3, value: 1_234.5 } as const,                     "rsi was 1,234.5 3 bars earlier"],
  [{ ...crossing, value: 101, other_value: 102.5, before: 100, other_before: 102 },                       "fast (101) crosses above slow (102.5): 1.5 short of it"],
  [{ ...crossing, value: 103, other_value: 102.5, before: 103, other_before: 102 },                       "fast (103) crosses above slow (102.5): it is above already, and has been the bar before"],
  [{ ...crossing, met: true, value: 103, other_value: 102.5, before: 102, other_before: 102 },            "fast (103) crosses above slow (102.5)"],
  [{ ...crossing, question: "crossed_below", other: "30", value: 33, other_value: 30, before: 31, other_before: 30 } as const, "fast (33) crosses below 30: 3 short of it"],
])("a look is said in words: %o", (look, words) => expect(lookWords(look)).toBe(words));

test("what would have been enough", () => {
  expect(enoughOf({ line: "fast", value: 101, needed: 102.5 })).toBe("fast at 102.5, 1.5 more");
  expect(enoughOf({ line: "z", value: -1, needed: -2 })).toBe("z at -2, 1 less");
  expect(figure(0.000012345678)).toBe("0.00001235");
});
