import { explain } from "@bulkhead/contract";
import type { StatementProblem } from "@bulkhead/venues";
import type { Planned } from "./import-statements.ts";

/** What an import did, or would do, as it is told: over HTTP, by the command and as JSON. */
export type ImportAnswer = Readonly<{
  account_id: string;
  /** Whether it is in the books now; false for a trial. */
  booked: boolean;
  counts: readonly Readonly<{ kind: string; booked: number; known: number }>[];
  covers: readonly Readonly<{ from: string; to: string }>[];
  missing: readonly Readonly<{ from: string; to: string }>[];
  compared_at: string | null;
  comparison: readonly Readonly<{
    kind: "position" | "cash" | "gap" | "realized";
    about: string;
    stated: string;
    books: string;
    difference: string;
    equal: boolean;
  }>[];
  /** Whether everything that the statements say was held is what the books have. */
  equal: boolean;
  notes: readonly string[];
  /** Of the venue's history that is lacking: what nothing has told of yet. */
  history_left: readonly Readonly<{ from: string; to: string }>[];
}>;

/** One thing in the way, with its sentence. */
export type ImportProblem = Readonly<{ code: string; file: string; line: number; detail: string }>;

const instant = (at: number): string => new Date(at).toISOString();
const span = ({ from, to }: Readonly<{ from: number; to: number }>) => ({ from: instant(from), to: instant(to) });

export function answerOf(account: string, { tally, comparison, covered, missing, notes, left }: Planned, booked: boolean): ImportAnswer {
  return {
    account_id: account,
    booked,
    counts: Object.entries(tally)
      .filter(([, count]) => count.booked + count.known > 0)
      .map(([kind, count]) => ({ kind, ...count })),
    covers: covered.map(span),
    missing: missing.map(span),
    compared_at: comparison.at === null ? null : instant(comparison.at),
    comparison: comparison.rows,
    equal: comparison.rows.every(({ kind, equal }) => equal || kind === "realized"),
    notes: [...notes, ...comparison.missing],
    history_left: left.map(span),
  };
}

export const problemOf = ({ code, file, line, figures }: StatementProblem): ImportProblem => ({
  code,
  file,
  line,
  detail: explain(code, { file, line, ...figures }),
});
