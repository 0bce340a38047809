import {
  type Command,
  createEngine,
  type Engine,
  type InstantMs,
  type InstrumentId,
  type JournalRecord,
  type Span,
  type StateView,
} from "@bulkhead/core";
import { restoreSnapshot, type StoredJournal, takeSnapshot } from "@bulkhead/store";
import { type Coverage, type HistoryGap, inOrder, joinCoverage, type Statement, type StatementProblem } from "@bulkhead/venues";
import { type Allocation, Allocations } from "./allocations.ts";
import { type Comparison, compare } from "./comparison.ts";
import { Contracts, type GivenAlias } from "./contracts.ts";
import { coverageCommands, historyNotes } from "./coverage.ts";
import { Planner, type PlannerOptions, type Tally } from "./planner.ts";
import { foreignLines, type Whose } from "./whose.ts";

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
  /** Stretches of which executions are still missing afterwards. */
  left: readonly Span[];
}>;

/** A plan, or everything that stands in the way of one. */
export type PlannedImport = Readonly<{ ok: true; plan: Planned } | { ok: false; problems: readonly StatementProblem[] }>;

export type ImportOptions = Readonly<{
  statements: readonly Statement[];
  aliases: readonly GivenAlias[];
  /** How much of the cost goes with what is spun off, as somebody stated. */
  allocations: readonly Allocation[];
  whose: Whose;
  /** Who imports. */
  by: string;
  cashScale: PlannerOptions["cashScale"];
  stamp: (state: StateView, entryAt: InstantMs) => InstantMs;
  /** Told of every line that was tried, and how many there are. */
  onProgress?: ((tried: number, of: number) => void) | undefined;
  /** Commands that come before the first line: an account that is opened for this. */
  opening: readonly Command[];
}>;

/** Where an import goes: the tables as they are, and the journal behind them. */
export type ImportBooks = Readonly<{ engine: Engine; journal: StoredJournal }>;

/** Tries statements on a copy of the books, in order of time, whatever order they come in. */
export function planImport(books: ImportBooks, options: ImportOptions): PlannedImport {
  const { statements, aliases, allocations, cashScale, opening, whose, by } = options;
  const foreign = foreignLines(books.engine.state, statements, whose);
  if (foreign.length > 0) return { ok: false, problems: foreign };
  const trial = copyOf(books.engine.state, books.journal);
  for (const command of opening) trial.execute(command);
  const contracts = new Contracts(aliases, trial.state.reconciliation.history.names);
  for (const statement of statements) contracts.learn(trial.state, statement);
  const stated = new Allocations(allocations);
  const planner = new Planner(trial, {
    contracts,
    cashScale,
    isHistory: opening.length > 0,
    allocations: stated,
    stamp: (entryAt) => options.stamp(trial.state, entryAt),
  });
  const owners = new Map(statements.flatMap((statement) => statement.entries.map((entry) => [entry, statement] as const)));
  for (const [index, entry] of inOrder([...owners.keys()]).entries()) {
    const statement = owners.get(entry);
    if (statement !== undefined) planner.take(statement, entry);
    options.onProgress?.(index + 1, owners.size);
  }
  const comparison = planner.problems.length > 0 ? null : comparisonOf(books.journal, planner, statements);
  if (comparison === null || planner.problems.length > 0) return { ok: false, problems: planner.problems };
  const before = trial.state.reconciliation.history;
  const { gaps } = before;
  const at = options.stamp(trial.state, trial.state.at);
  const kept = keptNames(trial.state, aliases, { at, by });
  for (const command of [...kept.commands, ...coverageCommands(statements, { at, now: whose.now, by })]) planner.keep(command);
  trial.audit();
  const { covered, missing } = joinCoverage(statements);
  const notes = [
    ...statements.flatMap(({ file, notes: said }) => said.map((note) => `${file}: ${note}`)),
    ...planner.notes,
    ...kept.notes,
    ...stated.unused.map((key) => `--allocate ${key}: nothing that was spun off in these files is called so, or it was booked before`),
    ...adoptedNote(planner),
    ...historyNotes(gaps, trial.state, statements),
  ];
  const commands = [...opening, ...planner.commands];
  const left = trial.state.reconciliation.history.gaps;
  return { ok: true, plan: { commands, tally: planner.tally, comparison, covered, missing, notes, left } };
}

/** What a person says that a name is, is kept with the books, so that he says it once. */
function keptNames(
  state: StateView,
  aliases: readonly GivenAlias[],
  { at, by }: Readonly<{ at: InstantMs; by: string }>,
): Readonly<{ commands: readonly Command[]; notes: readonly string[] }> {
  const commands: Command[] = [];
  const notes: string[] = [];
  for (const { key: name, instrument } of aliases) {
    const id = instrument as InstrumentId;
    if (state.listings.has(id)) commands.push({ type: "NameStatementContract", at, by, name, instrument: id });
    else notes.push(`--alias ${name}=${instrument}: the books have no ${instrument}; nothing in these files needed it, and it is not kept`);
  }
  return { commands, notes };
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
