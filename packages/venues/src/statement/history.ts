import type { InstantMs } from "@bulkhead/core";
import type { Coverage } from "./statement.ts";

/** What nobody told us about: from the last reconciled instant to the first that the venue still tells of (B9). */
export type HistoryGap = Readonly<{ from: InstantMs; to: InstantMs }>;

/** The gap that a downtime longer than the venue's history leaves; null where every execution can still be asked for. */
export function historyGap(lastReconciledAt: InstantMs | null, historyFrom: InstantMs): HistoryGap | null {
  return lastReconciledAt === null || lastReconciledAt >= historyFrom ? null : { from: lastReconciledAt, to: historyFrom };
}

/** What of a gap is left once statements were imported; empty: it is closed, and nobody has to adopt anything. */
export function remainingGap(gap: HistoryGap, imported: readonly Coverage[]): readonly HistoryGap[] {
  let open: HistoryGap[] = [gap];
  for (const { from, to } of imported) {
    open = open.flatMap((part): HistoryGap[] => {
      if (to <= part.from || from >= part.to) return [part];
      const before: HistoryGap[] = from > part.from ? [{ from: part.from, to: from }] : [];
      return to < part.to ? [...before, { from: to, to: part.to }] : before;
    });
  }
  return open;
}

/** Longer than a holiday weekend: what is missing between two statements and is longer than that is told. */
const WEEKEND_MS = 4 * 86_400_000;

/** Statements brought together in order of time, with what lies between them and is nowhere told of. */
export function joinCoverage(parts: readonly Coverage[]): Readonly<{ covered: readonly Coverage[]; missing: readonly HistoryGap[] }> {
  const sorted = [...parts].sort((a, b) => a.from - b.from || a.to - b.to);
  const covered: Coverage[] = [];
  const missing: HistoryGap[] = [];
  for (const part of sorted) {
    const last = covered.at(-1);
    if (last !== undefined && part.from <= last.to + WEEKEND_MS) {
      covered[covered.length - 1] = { from: last.from, to: Math.max(last.to, part.to) as InstantMs };
      continue;
    }
    if (last !== undefined) missing.push({ from: last.to, to: part.from });
    covered.push(part);
  }
  return { covered, missing };
}
