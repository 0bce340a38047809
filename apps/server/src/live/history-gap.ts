import type { InstantMs, Span, StateView } from "@bulkhead/core";

/** From where to where executions may be missing, its ends; null: nothing is. */
export function gapOf({ reconciliation }: StateView): Span | null {
  const { gaps } = reconciliation.history;
  const [first, last] = [gaps[0], gaps.at(-1)];
  return first === undefined || last === undefined ? null : { from: first.from, to: last.to };
}

/** Whether positions or cash differ since an instant in a way that nobody explained yet. */
export const differsSince = (state: StateView, since: InstantMs): boolean =>
  [...state.reconciliation.breaks.values()].some(
    ({ status, kind, openedAt }) => status === "open" && (kind === "position" || kind === "cash") && openedAt >= since,
  );

/** Stretches that a sentence names; more are counted. */
const NAMED_MAX = 3;

/** What happened in stretches that the venue tells nothing about, and what to do. */
export function historySentence(gaps: readonly Span[]): string {
  const named = gaps.slice(0, NAMED_MAX).map(({ from, to }) => `from ${instant(from)} to ${instant(to)}`);
  const more = gaps.length > NAMED_MAX ? ` and in ${gaps.length - NAMED_MAX} more stretches` : "";
  return `executions ${named.join(", ")}${more} are not in the venue's history: import a statement (bulkhead import flex), explain what differs in the inbox, or answer for it (bulkhead adopt-history)`;
}

const instant = (at: InstantMs): string => new Date(at).toISOString();
