/** Why a statement cannot be read or booked; each code has its sentence in the catalogue. */
export type StatementCode =
  | "STATEMENT_MALFORMED"
  | "STATEMENT_FOREIGN"
  | "STATEMENT_ACCOUNT_UNCLEAR"
  | "STATEMENT_VALUE_MISSING"
  | "STATEMENT_VALUE_INVALID"
  | "STATEMENT_VALUE_UNKNOWN"
  | "STATEMENT_CONTRADICTS"
  | "STATEMENT_INSTRUMENT_UNCLEAR"
  | "STATEMENT_OTHER_ACCOUNT"
  | "STATEMENT_IN_FUTURE"
  | "STATEMENT_EMPTY"
  | "STATEMENT_SERVICE_SAYS"
  | "STATEMENT_IS_A_PAGE"
  | "STATEMENT_TOO_LARGE"
  | "STATEMENT_NOT_TEXT"
  | "STATEMENT_COMMAND_REFUSED";

/** One thing that stands in the way, and where in which file. */
export type StatementProblem = Readonly<{
  code: StatementCode;
  file: string;
  /** From 1. */
  line: number;
  /** What the catalogue's sentence says with. */
  figures: Readonly<Record<string, string | number>>;
}>;

/** A problem that the reader of one file or one line met; whoever knows the file adds its name. */
export class StatementFailure extends Error {
  readonly code: StatementCode;
  readonly line: number;
  readonly figures: StatementProblem["figures"];

  constructor(code: StatementCode, line: number, figures: StatementProblem["figures"]) {
    super(`${code}: line=${line}`);
    this.code = code;
    this.line = line;
    this.figures = figures;
  }
}
