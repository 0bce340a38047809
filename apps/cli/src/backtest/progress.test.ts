import { expect, test } from "vitest";
import { ProgressLine } from "./progress.ts";

test("[CLI-13] the line says how far, how fast and how long, at most ten times a second, and goes away", () => {
  let now = 0;
  const written: string[] = [];
  const shell = { out: () => {}, err: (text: string) => written.push(text), isTerminal: true, folder: "", environment: {} };
  const line = new ProgressLine(shell, () => now);
  for (let step = 1; step <= 50; step++) {
    now = step * 10;
    line.report(step * 20_000, 2_000_000);
  }
  line.done();
  expect(written).toHaveLength(6);
  expect(written[4]).toBe("\r\u001b[2K50 %  1.0 M of 2.0 M bars, 2.0 M bars/s, 1 s left");
  expect(written.at(-1)).toBe("\r\u001b[2K");
});

test("[CLI-13] nothing is taken away where nothing was shown", () => {
  const written: string[] = [];
  new ProgressLine({ out: () => {}, err: (text) => written.push(text), isTerminal: true, folder: "", environment: {} }, () => 0).done();
  expect(written).toEqual([]);
});
