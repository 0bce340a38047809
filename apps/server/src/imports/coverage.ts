import type { Command, InstantMs, Span, StateView } from "@bulkhead/core";
import { endOfStatementDay, type Statement, type StatementProblem, statementInstant, type Told } from "@bulkhead/venues";

/** From when to when a file tells everything, as a person says of one that does not say it itself: days, or instants. */
export type GivenCoverage = Readonly<{ from: string; to: string }>;

/** Statements with what a person said that they cover, or what is wrong with that. */
export function withGivenCoverage(
  statements: readonly Statement[],
  given: GivenCoverage | null,
  zone: string,
): Readonly<{ ok: true; statements: readonly Statement[] } | { ok: false; problems: readonly StatementProblem[] }> {
  if (given === null) return { ok: true, statements };
  const file = statements[0]?.file ?? "";
  const wrong = (field: string, value: string, problem: string) => {
    const figures = { element: "--covers", field, value, problem };
    return { ok: false, problems: [{ code: "STATEMENT_VALUE_INVALID", file, line: 1, figures }] } as const;
  };
  if (statements.some(({ source }) => source === "ibkr"))
    return wrong("span", `${given.from}..${given.to}`, "a Flex statement says itself what it covers");
  const from = statementInstant(given.from, zone);
  const last = statementInstant(given.to, zone);
  if (typeof from !== "number") return wrong("from", given.from, from.problem);
  if (typeof last !== "number") return wrong("to", given.to, last.problem);
  const to = (isDay(given.to) ? endOfStatementDay(last, zone) + 1 : last) as InstantMs;
  if (from >= to) return wrong("span", `${given.from}..${given.to}`, "it ends before it begins");
  return { ok: true, statements: statements.map((each) => ({ ...each, tells: [{ from, to, executions: true }] })) };
}

const isDay = (text: string): boolean => /^\d{4}-?\d{2}-?\d{2}$/.test(text);

/** The books keep what statements tell of: nothing that has not been yet, by the wall clock of this machine. */
export function coverageCommands(
  statements: readonly Statement[],
  { at, now, by }: Readonly<{ at: InstantMs; now: number; by: string }>,
): readonly Command[] {
  return statements.flatMap(({ source, account: statementAccount, tells }) =>
    tells
      .map((told): Told => ({ ...told, to: Math.min(told.to, now) as InstantMs }))
      .filter(({ from, to }) => from < to)
      .map(({ from, to, executions }): Command => ({ type: "RecordCoverage", at, from, to, by, source, statementAccount, executions })),
  );
}

/** What a person should know of the gaps that are open: what closed, what is left, and why a file closed nothing. */
export function historyNotes(was: readonly Span[], after: StateView, statements: readonly Statement[]): readonly string[] {
  const { gaps: left } = after.reconciliation.history;
  if (was.length === 0) return [];
  const notes: string[] = [];
  if (left.length === 0) notes.push("the statements cover all that the venue's history lacks: nothing is missing any more");
  else notes.push(`HISTORY_STILL_MISSING: nothing tells yet what was executed ${left.map(stretch).join(", ")}`);
  if (left.length === 0) return notes;
  for (const { file, source, tells } of statements) {
    if (tells.length === 0)
      notes.push(`${file}: it does not say from when to when it is complete, and closes nothing: say it with --covers FROM..TO`);
    else if (source === "ibkr" && tells.every(({ executions }) => !executions))
      notes.push(`${file}: it has no section Trades, and closes nothing: a query needs it to tell of executions`);
  }
  return notes;
}

const stretch = ({ from, to }: Span): string => `from ${minute(from)} to ${minute(to)}`;
const minute = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** Whose statements the books have had so far, by who wrote them. */
export const statementAccounts = (state: StateView, source: string): readonly string[] => [
  ...new Set(
    state.reconciliation.history.covered
      .filter((each) => each.source === source && each.statementAccount !== "")
      .map((each) => each.statementAccount),
  ),
];
