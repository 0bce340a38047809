import { parse } from "csv-parse/sync";
import { detectDelimiter } from "./text-file.ts";

/** One record of a text file: its cells as text, and where it stands (line of a CSV file, record of a JSON one), from 1. */
export type RecordReader = (cells: readonly string[], line: number) => void;

/** A text that is no table: a quote that never closes, JSON that does not parse. */
export type MalformedText = Readonly<{ line: number; text: string }>;

/** Calls `read` for each record of CSV text, blank lines left out. Quoted text goes through csv-parse; text without any quote is cut directly. */
export function readRecords(text: string, delimiter: string | undefined, read: RecordReader): MalformedText | undefined {
  const cut = delimiter ?? detectDelimiter(text);
  if (!text.includes('"')) return readPlain(text, cut, read);
  try {
    parse(text, {
      delimiter: cut,
      relax_column_count: true,
      skip_empty_lines: true,
      on_record: (record: string[], context: { lines: number }) => {
        read(record, context.lines);
        return null;
      },
    });
  } catch (error) {
    const { message, lines } = error as { message: string; lines?: number };
    return { line: lines ?? 0, text: message };
  }
  return undefined;
}

function readPlain(text: string, delimiter: string, read: RecordReader): undefined {
  let line = 0;
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    line += 1;
    const last = end > start && text.charCodeAt(end - 1) === 13 ? end - 1 : end;
    if (last > start) read(text.slice(start, last).split(delimiter), line);
    start = end + 1;
  }
  return undefined;
}

/**
 * Calls `read` for each record of a JSON text: an array of arrays, or an array of objects (their keys become the header,
 * given first as line 0). Numbers are passed on as they are written, never through a float.
 */
export function readJsonRecords(text: string, read: RecordReader): MalformedText | undefined {
  let rows: unknown;
  try {
    rows = JSON.parse(text, (_key: string, value: unknown, context?: { source?: string }) =>
      typeof value === "number" ? (context?.source ?? String(value)) : value,
    );
  } catch (error) {
    return { line: 0, text: (error as Error).message };
  }
  if (!Array.isArray(rows)) return { line: 0, text: "not an array of records" };
  const keys = headerOf(rows[0]);
  if (keys !== undefined) read(keys, 0);
  for (const [index, row] of rows.entries()) {
    if (Array.isArray(row)) read(row.map(cellText), index + 1);
    else if (typeof row === "object" && row !== null)
      read(
        (keys ?? []).map((key) => cellText((row as Record<string, unknown>)[key])),
        index + 1,
      );
    else return { line: index + 1, text: "a record is neither an array nor an object" };
  }
  return undefined;
}

function headerOf(row: unknown): string[] | undefined {
  return typeof row === "object" && row !== null && !Array.isArray(row) ? Object.keys(row) : undefined;
}

function cellText(value: unknown): string {
  return typeof value === "string" ? value : value === null || value === undefined || typeof value === "object" ? "" : String(value);
}
