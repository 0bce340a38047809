import type { ReactNode } from "react";

/** One column: what it is called, what stands in it, how it sorts and what its column adds up to. */
export type Column<Row extends object> = Readonly<{
  id: string;
  header: string;
  /** What stands in the cell. */
  cell: (row: Row) => ReactNode;
  /** What the cell is made of: it is drawn again only when this is another. Without it whenever its row is. */
  of?: (row: Row) => unknown;
  /** Order of two rows; a column without it does not sort. */
  compare?: (a: Row, b: Row) => number;
  /** What the rows of the column add up to, at the foot. */
  foot?: (rows: readonly Row[]) => ReactNode;
  /** Figures stand at the right. */
  align?: "left" | "right";
  /** 1 is always there, 2 from a tablet on, 3 on a desk; default 1. */
  priority?: 1 | 2 | 3;
  /** Only shown where a person chose it. */
  hidden?: boolean;
  /** Not to be taken away: the name of the row. */
  fixed?: boolean;
  className?: string;
}>;
