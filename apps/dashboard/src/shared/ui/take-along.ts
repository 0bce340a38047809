/** Rows of a table that the desk has no list for, as files made in the browser. */

type Rows = readonly object[];

const text = (value: unknown): string =>
  value === null || value === undefined ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** What a spreadsheet would take for a formula gets an apostrophe in front; numbers stay numbers. */
const harmless = (cell: string): string => (/^[=+\-@\t\r]/.test(cell) && !/^[+-]?\d+(\.\d+)?$/.test(cell) ? `'${cell}` : cell);

const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);

/** RFC 4180, a header first; columns are the fields of the rows in the order in which they come. */
export function csvOf(rows: Rows): string {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => names.map((name) => quoted(harmless(text((row as Readonly<Record<string, unknown>>)[name])))).join(","));
  return [names.join(","), ...lines, ""].join("\r\n");
}

/** Lets the browser save a text as a file. */
export function save(name: string, type: string, content: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([content], { type }));
  link.download = name;
  link.click();
  // Not at once: some browsers read it only after the press is over.
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
