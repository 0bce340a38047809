/** What is wrong with a row of a file. `JUMP_*` are warnings about plausible rows. */
export type RowIssueCode =
  | "TIME_UNREADABLE"
  | "TIME_DUPLICATE"
  | "TIME_BACKWARD"
  | "VALUE_MISSING"
  | "NUMBER_UNREADABLE"
  | "NUMBER_GROUPED"
  | "NUMBER_OUT_OF_RANGE"
  | "PRICE_NOT_POSITIVE"
  | "VOLUME_NEGATIVE"
  | "RANGE_BROKEN"
  | "COLUMNS_MISSING"
  | "JUMP_AND_BACK"
  | "JUMP_LIKE_SPLIT"
  | "JUMP_LIKE_UNIT";

/** A row that is not clean, and what became of it. `line` counts from 1 in the (decompressed) file; for JSON it is the record. */
export type RowIssue = Readonly<{ file: string; line: number; code: RowIssueCode; text: string; action: "refused" | "skipped" | "kept" }>;

/** `refuse`: a file with a dirty row does not load. `skip`: dirty rows are left out and reported. */
export type DirtyPolicy = "refuse" | "skip";

/** Something that a person should know about a load that is no fault of a row. */
export type LoadNote = Readonly<{ code: string; path: string; text: string }>;

const ISSUES_KEPT = 1_000;

/** Collects issues: the first thousand whole, all of them counted by code. */
export class IssueLog {
  readonly issues: RowIssue[] = [];
  readonly counts = new Map<RowIssueCode, number>();
  /** Issues in all that concern dirty rows, not warnings. */
  dirty = 0;

  add(issue: RowIssue): void {
    this.counts.set(issue.code, (this.counts.get(issue.code) ?? 0) + 1);
    if (issue.action !== "kept") this.dirty += 1;
    if (this.issues.length < ISSUES_KEPT) this.issues.push(issue);
  }
}

/** One line for people: `prices.csv:17: PRICE_NOT_POSITIVE: low=-1 (skipped)`. */
export function formatIssue(issue: RowIssue): string {
  return `${issue.file}:${issue.line}: ${issue.code}: ${issue.text} (${issue.action})`;
}
