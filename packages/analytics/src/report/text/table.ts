import { displayWidth, fitted } from "./width.ts";

/** A cell: the text that is measured, and how it is painted afterwards. */
export type Cell = Readonly<{ text: string; paint?: (text: string) => string }>;

/** A column; where the table is too wide, the column with the largest `giveWay` above 0 goes first. */
export type Column = Readonly<{ header: string; align: "left" | "right"; giveWay: number; widthMax?: number; cells: readonly Cell[] }>;

export type TableOptions = Readonly<{
  width: number;
  /** Rows before which a rule is drawn. */
  ruleBefore?: readonly number[];
  paintHeader: (text: string) => string;
  paintRule: (text: string) => string;
}>;

const GAP = "  ";

/** Aligned lines, numbers flush right, never wider than `width` unless the columns that stay are. */
export function tableLines(columns: readonly Column[], options: TableOptions): readonly string[] {
  const shown = fitting(columns, options.width);
  const widths = shown.map(widthOf);
  const rule = options.paintRule(widths.map((width) => "─".repeat(width)).join("──"));
  const line = (cells: readonly Cell[]): string => cells.map((cell, index) => aligned(cell, shown[index], widths[index] ?? 0)).join(GAP);
  const header = line(shown.map((column) => ({ text: column.header, paint: options.paintHeader })));
  const rows = Math.max(0, ...shown.map((column) => column.cells.length));
  const lines = [header, rule];
  for (let row = 0; row < rows; row += 1) {
    if (options.ruleBefore?.includes(row) === true && row > 0) lines.push(rule);
    lines.push(line(shown.map((column) => column.cells[row] ?? { text: "" })));
  }
  return lines.map((text) => text.trimEnd());
}

function fitting(columns: readonly Column[], width: number): readonly Column[] {
  let shown = columns;
  while (shown.reduce((sum, column) => sum + widthOf(column) + GAP.length, -GAP.length) > width) {
    const most = Math.max(0, ...shown.map((column) => column.giveWay));
    if (most === 0) break;
    shown = shown.filter((column) => column.giveWay !== most);
  }
  return shown;
}

function widthOf(column: Column): number {
  const widest = column.cells.reduce((most, cell) => Math.max(most, displayWidth(cell.text)), displayWidth(column.header));
  return Math.min(widest, column.widthMax ?? widest);
}

function aligned(cell: Cell, column: Column | undefined, width: number): string {
  const text = fitted(cell.text, width);
  const painted = cell.paint === undefined ? text : cell.paint(text);
  const space = " ".repeat(Math.max(0, width - displayWidth(text)));
  return column?.align === "right" ? space + painted : painted + space;
}
