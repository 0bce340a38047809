import type { ReportIssue } from "@bulkhead/analytics";
import type { BreakKind } from "@bulkhead/core";
import type { RunFacts } from "./run-facts.ts";

/** What the reader of a report should know: dirty rows by code with the first place, notes of the load, breaks, refused commands. */
export function issuesOf(
  facts: Pick<RunFacts, "prices" | "tally" | "refusals">,
  explain: (code: string, figures?: Readonly<Record<string, unknown>>) => string,
): readonly ReportIssue[] {
  return [
    ...rowIssues(facts.prices.issues, explain),
    ...noteIssues(facts.prices.notes),
    ...breakIssues(facts.tally.breaks.values(), explain),
    ...refusalIssues(facts.refusals, explain),
  ];
}

type Explain = Parameters<typeof issuesOf>[1];

function rowIssues(issues: RunFacts["prices"]["issues"], explain: Explain): readonly ReportIssue[] {
  const groups = new Map<string, ReportIssue>();
  for (const { code, file, line, action } of issues) {
    const key = `${code} ${file} ${action}`;
    const before = groups.get(key);
    const message = `${explain(`ROW_${code}`)} The row was ${action}.`;
    groups.set(
      key,
      before === undefined
        ? { severity: "warning", code: `ROW_${code}`, message, where: `${file}:${line}`, count: 1 }
        : { ...before, count: before.count + 1 },
    );
  }
  return [...groups.values()];
}

function noteIssues(notes: RunFacts["prices"]["notes"]): readonly ReportIssue[] {
  return notes.map(({ code, path, text }) => ({ severity: "note", code, message: text, where: path, count: 1 }));
}

function breakIssues(
  breaks: Iterable<Readonly<{ kind: string; portfolio: string; count: number; details: string }>>,
  explain: Explain,
): readonly ReportIssue[] {
  return [...breaks].map(({ kind, portfolio, count }) => {
    const code = `BREAK_${kind.toUpperCase() as Uppercase<BreakKind>}`;
    return { severity: "warning", code, message: explain(code, { portfolio }), where: null, count };
  });
}

function refusalIssues(refusals: ReadonlyMap<string, number>, explain: Explain): readonly ReportIssue[] {
  return [...refusals].map(([code, count]) => ({ severity: "warning", code, message: explain(code), where: null, count }));
}
