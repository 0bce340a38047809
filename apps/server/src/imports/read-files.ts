import { cashScale } from "@bulkhead/contract";
import { type ReadStatement, readCsv, readFlex, readHyperliquid, type Statement, type StatementProblem } from "@bulkhead/venues";
import { textOf } from "./text-of.ts";

export const IMPORT_FORMATS = ["flex", "csv", "hyperliquid"] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

/** A file as it came: text, or gzip of it. */
export type StatementFile = Readonly<{ name: string; bytes: Uint8Array }>;

export type ReadOptions = Readonly<{
  format: ImportFormat;
  /** Which of a file's accounts; null where it has only one. */
  statementAccount: string | null;
  zone: string;
  /** Lines to leave out, in any of the files. */
  leaveOut: readonly number[];
  /** Bytes that a file may have unpacked; default `TEXT_MAX`. */
  textMax?: number;
}>;

/** Of times that name none: Interactive Brokers writes New York's. */
export const STATEMENT_ZONE = "America/New_York";

/** Larger is no statement: nobody's memory is filled by a file that says it is one. */
export const TEXT_MAX = 64 * 1024 * 1024;

/** Reads all files, or says everything that stands in the way in any of them. */
export function readFiles(
  files: readonly StatementFile[],
  options: ReadOptions,
): Readonly<{ ok: true; statements: readonly Statement[] } | { ok: false; problems: readonly StatementProblem[] }> {
  const read = files.map((file) => readFile(file, options));
  const problems = read.flatMap((each) => (each.ok ? [] : each.problems));
  const statements = read.flatMap((each) => (each.ok ? [each.statement] : []));
  const accounts = [...new Set(statements.map(({ account }) => account))].filter((account) => account !== "");
  if (problems.length === 0 && accounts.length > 1) {
    const figures = { accounts: accounts.join(", ") };
    return {
      ok: false,
      problems: [{ code: "STATEMENT_ACCOUNT_UNCLEAR", file: files.map(({ name }) => name).join(", "), line: 1, figures }],
    };
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, statements };
}

function readFile(
  { name: file, bytes }: StatementFile,
  { format, statementAccount: account, zone, leaveOut, textMax = TEXT_MAX }: ReadOptions,
): ReadStatement {
  const plain = textOf(bytes, textMax);
  if (!plain.ok) return { ok: false, problems: [{ code: plain.code, file, line: 1, figures: plain.figures }] };
  const { text } = plain;
  const options = { file, cashScale, account, zone, leaveOut: new Set(leaveOut) };
  if (format === "flex") return readFlex(text, options);
  return format === "csv" ? readCsv(text, options) : readHyperliquid(text, options);
}
