const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;
const FORMULA = /^[=+\-@\t\r]/;

/** Rows as RFC 4180 text. What a spreadsheet would run as a formula gets an apostrophe (U9, SEC-WEB 21). */
export function csvOf(columns: readonly string[], rows: readonly Readonly<Record<string, unknown>>[]): string {
  return `${columns.join(",")}\r\n${rows.map((row) => csvLine(columns, row)).join("")}`;
}

/** One row with its end. */
export const csvLine = (columns: readonly string[], row: Readonly<Record<string, unknown>>): string =>
  `${columns.map((column) => cell(row[column])).join(",")}\r\n`;

function cell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const safe = FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
