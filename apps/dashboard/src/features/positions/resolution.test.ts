import { expect, test } from "vitest";
import { resolutionFor } from "./resolution.ts";

const HOUR = 3_600_000;

test.each([
  [0, "1m"],
  [2 * HOUR, "1m"],
  [2 * HOUR + 1, "5m"],
  [24 * HOUR, "15m"],
  [20 * 24 * HOUR, "4h"],
  [400 * 24 * HOUR, "1d"],
])("a position of %d ms is drawn from bars of %s", (lasted, resolution) => expect(resolutionFor(lasted)).toBe(resolution));
