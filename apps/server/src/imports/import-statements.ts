import { type Command, createEngine, type Engine, type InstantMs, type JournalRecord, type StateView } from "@bulkhead/core";
import { restoreSnapshot, type StoredJournal, takeSnapshot } from "@bulkhead/store";
import { type Coverage, type HistoryGap, inOrder, joinCoverage, type Statement, type StatementProblem } from "@bulkhead/venues";
import { type Comparison, compare } from "./comparison.ts";
import { Contracts, type GivenAlias } from "./contracts.ts";
import { Planner, type PlannerOptions, type Tally } from "./planner.ts";

/** What an import would do, tried to the last line: nothing of it has been booked. */
export type Planned = Readonly<{
  /** In order; executed on the books as they are now, none of them is refused. */
  commands: readonly Command[];
  tally: Tally;
  comparison: Comparison;
  covered: readonly Coverage[];
  /** Between the statements: nobody told what happened there. */
  missing: readonly HistoryGap[];
  notes: readonly string[];
}>;

/** A plan, or everything that stands in the way of one. */
export type PlannedImport = Readonly<{ ok: true; plan: Planned } | { ok: false; problems: readonly StatementProblem[] }>;

export type ImportOptions = Readonly<{
  statements: readonly Statement[];
  aliases: readonly GivenAlias[];
  cashScale: PlannerOptions["cashScale"];
  stamp: (state: StateView, entryAt: InstantMs) => InstantMs;
  /** Commands that come before the first line: an account that is opened for this. */
  opening: readonly Command[];
}>;

/** Where an import goes: the tables as they are, and the journal behind them. */
export type ImportBooks = Readonly<{ engine: Engine; journal: StoredJournal }>;

/** Tries statements on a copy of the books, in order of time, whatever order they come in. */
export function planImport(books: ImportBooks, options: ImportOptions): PlannedImport {
  const { statements, aliases, cashScale, opening } = options;
  const trial = copyOf(books.engine.state, books.journal);
  for (const command of opening) trial.execute(command);
  const contracts = new Contracts(aliases);
  for (const statement of statements) contracts.learn(trial.state, statement);
  const planner = new Planner(trial, {
    contracts,
    cashScale,
    isHistory: opening.length > 0,
    stamp: (entryAt) => options.stamp(trial.state, entryAt),
  });
  const owners = new Map(statements.flatMap((statement) => statement.entries.map((entry) => [entry, statement] as const)));
  for (const entry of inOrder([...owners.keys()])) {
    const statement = owners.get(entry);
    if (statement !== undefined) planner.take(statement, entry);
  }
  const comparison = planner.problems.length > 0 ? null : comparisonOf(books.journal, planner, statements);
  if (comparison === null || planner.problems.length > 0) return { ok: false, problems: planner.problems };
  trial.audit();
  const { covered, missing } = joinCoverage(statements.flatMap(({ covers }) => (covers === null ? [] : [covers])));
  const notes = [
    ...statements.flatMap(({ file, notes: said }) => said.map((note) => `${file}: ${note}`)),
    ...planner.notes,
    ...adoptedNote(planner),
  ];
  return { ok: true, plan: { commands: [...opening, ...planner.commands], tally: planner.tally, comparison, covered, missing, notes } };
}

function adoptedNote({ adopted, state }: Planner): readonly string[] {
  const at = state.reconciliation.baselineAt;
  return adopted === 0 || at === null
    ? []
    : [
        `${adopted} lines are from before the account was adopted on ${new Date(at).toISOString().slice(0, 10)}: what it held then has them, nothing of them is booked`,
      ];
}

function comparisonOf(journal: StoredJournal, planner: Planner, statements: readonly Statement[]): Comparison | null {
  const records = function* (): Generator<JournalRecord> {
    yield* journal.read(1);
    yield* planner.records;
  };
  // A position may be of something that nothing was ever traded of: it is defined as well, so that the difference can be adopted.
  for (const statement of statements) for (const { contract, line } of statement.positions ?? []) planner.define(statement, contract, line);
  if (planner.problems.length > 0) return null;
  const listing = (statement: Statement, key: string, line: number) => planner.instrumentOf(statement, key, line, planner.state.at);
  const { state, gaps, realized } = planner;
  return compare({ state, records, statements, gaps, realized, listing });
}

/** Books that can be tried on: equal to the given ones, and nothing of them. */
function copyOf(state: StateView, journal: StoredJournal): Engine {
  if (state.seq === 0) return createEngine();
  const copy = restoreSnapshot(takeSnapshot(state, journal), true);
  if (copy === undefined) throw new Error("SNAPSHOT_UNUSABLE: of the books that are open");
  return createEngine({ state: copy });
}
