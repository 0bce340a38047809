import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { differences } from "./compare.ts";
import { NaiveBooks } from "./naive-books.ts";
import { play } from "./run.ts";

/** What a run must hold somewhere, so that nobody takes silence for agreement. */
const COVERED = [
  "CorrectExecution",
  "RecordFee",
  "RecordIncome",
  "RecordCorporateAction",
  "ConvertPosition",
  "RecordConversion",
  "TransferCapital",
  "TransferPosition",
  "PlaceOrder",
  "RecordExecution",
  "RecordExecution refused",
  "RecordExecution without effect",
];

test("[LED-4, MARK-3] the naive model, written from the rules, agrees with the books to the unit (I1, I4, I7, I8, I9, I12, I17)", () => {
  const kinds = new Set<string>();
  for (let run = 0; run < runs(1_000); run++) {
    const model = new NaiveBooks();
    const { engine } = play(seed() * 1_000_000 + run, ({ command, step }, { state }) => {
      kinds.add(`${command.type}${step.ok ? (step.events.length === 0 ? " without effect" : "") : " refused"}`);
      if (!step.ok) return;
      model.apply(command, step.events);
      const found = differences(state, model);
      if (found.length > 0) throw new Error(`seed ${seed()}, run ${run}, ${JSON.stringify(command)}\n${found.join("\n")}`);
    });
    engine.audit();
  }
  expect(COVERED.filter((kind) => !kinds.has(kind))).toEqual([]);
});

test("the model stays naive: at most 400 lines of code in all, fractions included", () => {
  const code = ["rational.ts", "naive-lots.ts", "naive-books.ts"].flatMap((name) =>
    readFileSync(new URL(name, import.meta.url), "utf8")
      .split("\n")
      .filter((line) => !/^\s*(\/\/.*|\/\*\*.*\*\/)?$/.test(line)),
  );
  expect(code.length).toBeLessThanOrEqual(400);
});
