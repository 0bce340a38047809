import { compare } from "../format/amount.ts";
import type { Column } from "./column.ts";
import { At, Change, Money, Percent, Plain } from "./figures.tsx";

/** Columns as most tables have them. */

type More<Row extends object> = Partial<Omit<Column<Row>, "id" | "header">>;
type Value = string | null | undefined;

/** Null sorts before everything. */
const byDecimal =
  <Row,>(of: (row: Row) => Value) =>
  (a: Row, b: Row): number => {
    const [x, y] = [of(a), of(b)];
    if (x == null || y == null) return x == null ? (y == null ? 0 : -1) : 1;
    return compare(x, y);
  };

const byText =
  <Row,>(of: (row: Row) => Value) =>
  (a: Row, b: Row): number =>
    (of(a) ?? "").localeCompare(of(b) ?? "");

/** A cell that shows its value alone is drawn again only when that is another. */
const ofOwn = <Row extends object>(of: (row: Row) => Value, more: More<Row>): Pick<Column<Row>, "of"> =>
  more.cell === undefined ? { of } : {};

export const textColumn = <Row extends object>(id: string, header: string, of: (row: Row) => Value, more: More<Row> = {}): Column<Row> => ({
  id,
  header,
  cell: (row) => of(row) ?? "–",
  ...ofOwn(of, more),
  compare: byText(of),
  ...more,
});

export const atColumn = <Row extends object>(id: string, header: string, of: (row: Row) => Value, more: More<Row> = {}): Column<Row> => ({
  id,
  header,
  cell: (row) => <At value={of(row)} className="text-xs" />,
  ...ofOwn(of, more),
  compare: byText(of),
  ...more,
});

const decimal =
  (Shown: typeof Money) =>
  <Row extends object>(id: string, header: string, of: (row: Row) => Value, more: More<Row> = {}): Column<Row> => ({
    id,
    header,
    align: "right",
    cell: (row) => <Shown value={of(row)} />,
    ...ofOwn(of, more),
    compare: byDecimal(of),
    ...more,
  });

export const moneyColumn = decimal(Money);
export const changeColumn = decimal(Change);
export const plainColumn = decimal(Plain);
export const percentColumn = decimal(Percent);
