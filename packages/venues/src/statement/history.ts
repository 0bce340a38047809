import type { InstantMs } from "@bulkhead/core";
import type { Coverage, Statement } from "./statement.ts";

/** What nobody told us about. */
export type HistoryGap = Readonly<{ from: InstantMs; to: InstantMs }>;

/** Rows that are there do not say from when to when; less than a holiday weekend between two such files is no hole. */
const WEEKEND_MS = 4 * 86_400_000;

type Part = Coverage & Readonly<{ isSaid: boolean }>;

/**
 * Statements brought together in order of time, with what lies between them and is nowhere told of. What statements say themselves that
 * they cover is taken at its word, to the day.
 */
export function joinCoverage(
  statements: readonly Pick<Statement, "covers" | "tells">[],
): Readonly<{ covered: readonly Coverage[]; missing: readonly HistoryGap[] }> {
  const covered: Part[] = [];
  const missing: HistoryGap[] = [];
  for (const part of statements.flatMap(partsOf).sort((a, b) => a.from - b.from || a.to - b.to)) {
    const last = covered.at(-1);
    if (last !== undefined && part.from <= last.to + (last.isSaid && part.isSaid ? 0 : WEEKEND_MS)) {
      const isSaid = part.to > last.to ? part.isSaid : last.isSaid;
      covered[covered.length - 1] = { from: last.from, to: Math.max(last.to, part.to) as InstantMs, isSaid };
      continue;
    }
    if (last !== undefined) missing.push({ from: last.to, to: part.from });
    covered.push(part);
  }
  return { covered: covered.map(({ from, to }) => ({ from, to })), missing };
}

function partsOf({ covers, tells }: Pick<Statement, "covers" | "tells">): readonly Part[] {
  if (tells.length > 0) return tells.map(({ from, to }) => ({ from, to, isSaid: true }));
  return covers === null ? [] : [{ ...covers, isSaid: false }];
}
