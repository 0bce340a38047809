import {
  type ColumnDef,
  columnVisibilityFeature,
  createSortedRowModel,
  rowSortingFeature,
  type SortingState,
  tableFeatures,
  useTable,
} from "@tanstack/react-table";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useCallback, useMemo, useRef, useState } from "react";
import { readChoice, writeChoice } from "./choices.ts";
import { cn } from "./cn.ts";
import type { Column } from "./column.ts";
import { TableMenu } from "./table-menu.tsx";

export type DataTableProps<Row extends object> = Readonly<{
  /** Names the table for a screen reader, and its choices of columns in this browser. */
  name: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  rowId: (row: Row) => string;
  sort?: Readonly<{ id: string; desc: boolean }>;
  /** Where a press on the row goes; the row's first cell should hold a link too. */
  onOpen?: (row: Row) => void;
  /** The list on the desk: its CSV, its JSON, its address. */
  source?: string;
  /** What stands in place of rows. */
  empty?: ReactNode;
  /** Under the table: more pages. */
  more?: ReactNode;
  rowClass?: (row: Row) => string | undefined;
  /** Rows have several lines, each row as many as it needs: of many of them those that are seen are measured. */
  tall?: boolean;
  /** Beside the column chooser. */
  actions?: ReactNode;
  /** Height of the scrolling part; default: as tall as it gets, then the page scrolls. */
  height?: string;
}>;

const features = tableFeatures({ rowSortingFeature, columnVisibilityFeature, sortedRowModel: createSortedRowModel() });

/** More rows than this are drawn only where they are seen. */
const VIRTUAL_FROM = 120;
const ROW_HEIGHT = 37;
const TALL_ROW_HEIGHT = 110;
const PRIORITY = { 1: "", 2: "hidden sm:table-cell", 3: "hidden lg:table-cell" } as const;

/** A table as people expect it: sorts, adds up, lets columns be chosen, leaves as CSV or JSON, and stays quick with many rows. */
export function DataTable<Row extends object>(props: DataTableProps<Row>): ReactNode {
  const { name, rows, columns, rowId, empty, source, actions } = props;
  const [sorting, setSorting] = useState<SortingState>(props.sort === undefined ? [] : [props.sort]);
  const [chosen, setChosen] = useState<Readonly<Record<string, boolean>>>(() => readChoice(`columns.${name}`, {}));
  const columnVisibility = useMemo(
    () => Object.fromEntries(columns.map(({ id, hidden }) => [id, chosen[id] ?? hidden !== true])),
    [columns, chosen],
  );
  const definitions = useMemo(() => columns.map((column) => definitionOf(column)), [columns]);
  const table = useTable({
    features,
    columns: definitions,
    data: rows as Row[],
    getRowId: rowId,
    state: { sorting, columnVisibility },
    onSortingChange: setSorting,
  });
  // The same array while nothing is chosen otherwise: rows that stand still are not looked at again.
  const shown = useMemo(() => columns.filter(({ id }) => columnVisibility[id] === true), [columns, columnVisibility]);
  const sorted = table.getRowModel().rows.map(({ original }) => original);
  const choose = useCallback(
    (id: string, isShown: boolean): void =>
      setChosen((before) => {
        const next = { ...before, [id]: isShown };
        writeChoice(`columns.${name}`, next);
        return next;
      }),
    [name],
  );
  const now = useRef(sorted);
  now.current = sorted;
  const rowsNow = useCallback(() => now.current, []);
  return (
    <div className="min-w-0">
      <div className="flex flex-wrap items-center justify-end gap-2 px-3 py-1.5">
        {actions}
        <TableMenu
          name={name}
          columns={columns}
          shown={columnVisibility}
          onChoose={choose}
          rowsNow={rowsNow}
          {...(source === undefined ? {} : { source })}
        />
      </div>
      {rows.length === 0 && empty !== undefined ? (
        empty
      ) : (
        <Grid {...props} rows={sorted} columns={shown} sorting={sorting} onSort={setSorting} />
      )}
      {props.more}
    </div>
  );
}

type GridProps<Row extends object> = DataTableProps<Row> & Readonly<{ sorting: SortingState; onSort: (sorting: SortingState) => void }>;

function Grid<Row extends object>({
  name,
  rows,
  columns,
  rowId,
  rowClass,
  onOpen,
  sorting,
  onSort,
  height,
  tall = false,
}: GridProps<Row>): ReactNode {
  const scroller = useRef<HTMLDivElement>(null);
  const isVirtual = rows.length > VIRTUAL_FROM;
  const virtual = useVirtualizer({
    count: isVirtual ? rows.length : 0,
    getScrollElement: () => scroller.current,
    estimateSize: () => (tall ? TALL_ROW_HEIGHT : ROW_HEIGHT),
    getItemKey: (index) => (rows[index] === undefined ? index : rowId(rows[index])),
    overscan: 12,
  });
  const seen = virtual.getVirtualItems();
  const drawn = isVirtual ? seen.flatMap(({ index }) => rows[index] ?? []) : rows;
  const above = isVirtual ? (seen[0]?.start ?? 0) : 0;
  const below = isVirtual ? virtual.getTotalSize() - (seen.at(-1)?.end ?? 0) : 0;
  const hasFoot = columns.some(({ foot }) => foot !== undefined);
  return (
    <section
      ref={scroller}
      aria-label={name}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too
      tabIndex={0}
      className="relative overflow-auto"
      style={{ maxHeight: height ?? (isVirtual ? "70dvh" : undefined) }}
    >
      <table className="w-full border-collapse text-sm" aria-rowcount={rows.length}>
        <thead className="sticky top-0 z-10 bg-surface">
          <tr>
            {columns.map((column) => (
              <Head key={column.id} column={column} sorting={sorting} onSort={onSort} />
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 ? <Gap height={above} columns={columns.length} /> : null}
          {drawn.map((row, place) => (
            <Line
              key={rowId(row)}
              row={row}
              columns={columns}
              className={rowClass?.(row)}
              onOpen={onOpen}
              {...(isVirtual && tall ? { index: seen[place]?.index ?? 0, measure: virtual.measureElement } : {})}
            />
          ))}
          {below > 0 ? <Gap height={below} columns={columns.length} /> : null}
        </tbody>
        {hasFoot ? (
          <tfoot className="sticky bottom-0 z-10 bg-surface font-semibold">
            <tr>
              {columns.map(({ id, foot, align, priority = 1 }) => (
                <td
                  key={id}
                  className={cn("border-t border-line-strong px-2 py-2 sm:px-3", align === "right" && "text-right", PRIORITY[priority])}
                >
                  {foot?.(rows)}
                </td>
              ))}
            </tr>
          </tfoot>
        ) : null}
      </table>
    </section>
  );
}

const Gap = ({ height, columns }: Readonly<{ height: number; columns: number }>): ReactNode => (
  <tr aria-hidden style={{ height }}>
    <td colSpan={columns} />
  </tr>
);

type HeadProps<Row extends object> = Readonly<{ column: Column<Row> } & Pick<GridProps<Row>, "sorting" | "onSort">>;

const Head = memo(function Head<Row extends object>({ column, sorting, onSort }: HeadProps<Row>): ReactNode {
  const { id, header, compare, align, priority = 1 } = column;
  const current = sorting[0]?.id === id ? sorting[0] : undefined;
  const className = cn(
    "border-b border-line px-2 py-2 text-xs sm:px-3 font-medium whitespace-nowrap text-muted",
    align === "right" ? "text-right" : "text-left",
    PRIORITY[priority],
  );
  if (compare === undefined)
    return <th className={className}>{header === "" ? <span className="sr-only">What can be done</span> : header}</th>;
  const next =
    current === undefined ? [{ id, desc: align === "right" }] : current.desc === (align === "right") ? [{ id, desc: !current.desc }] : [];
  return (
    <th className={className} aria-sort={current === undefined ? "none" : current.desc ? "descending" : "ascending"}>
      <button type="button" className="hover:text-ink" onClick={() => onSort(next)}>
        {align === "right" ? <Arrow of={current} /> : null}
        {header}
        {align === "right" ? null : <Arrow of={current} />}
      </button>
    </th>
  );
}) as <Row extends object>(props: HeadProps<Row>) => ReactNode;

const Arrow = ({ of }: Readonly<{ of: SortingState[number] | undefined }>): ReactNode => (
  <span aria-hidden className="mx-1 inline-block w-2">
    {of === undefined ? "" : of.desc ? "↓" : "↑"}
  </span>
);

type LineProps<Row extends object> = Readonly<{
  row: Row;
  columns: readonly Column<Row>[];
  className: string | undefined;
  onOpen: ((row: Row) => void) | undefined;
  /** Where it stands among all rows, and who wants to know how high it is. */
  index?: number;
  measure?: (line: HTMLTableRowElement | null) => void;
}>;

/** Drawn again only when its row is another object: most rows of a busy table stand still. */
const Line = memo(function Line<Row extends object>({ row, columns, className, onOpen, index, measure }: LineProps<Row>): ReactNode {
  return (
    <tr
      ref={measure}
      data-index={index}
      // A layer of its own: what changes in one row is painted without the others.
      className={cn("relative z-0 border-b border-line/60 hover:bg-sunken/60", onOpen !== undefined && "cursor-pointer", className)}
      // A press on what has a purpose of its own opens nothing besides.
      onClick={(event) => {
        if (onOpen !== undefined && (event.target as Element).closest("a,button,input,select,label") === null) onOpen(row);
      }}
    >
      {columns.map((column) => (
        <Cell key={column.id} row={row} column={column} />
      ))}
    </tr>
  );
}) as <Row extends object>(props: LineProps<Row>) => ReactNode;

type CellProps<Row extends object> = Readonly<{ row: Row; column: Column<Row> }>;

/** Drawn again only when what it is made of is another: of a row that changes most cells stand still. */
const Cell = memo(
  function Cell<Row extends object>({ row, column: { cell, align, priority = 1, className } }: CellProps<Row>): ReactNode {
    return <td className={cn("px-2 py-2 sm:px-3", align === "right" && "text-right", PRIORITY[priority], className)}>{cell(row)}</td>;
  },
  (before, after) =>
    before.column === after.column &&
    (before.row === after.row || (after.column.of !== undefined && Object.is(after.column.of(before.row), after.column.of(after.row)))),
) as <Row extends object>(props: CellProps<Row>) => ReactNode;

function definitionOf<Row extends object>({ id, header, compare }: Column<Row>): ColumnDef<typeof features, Row> {
  return {
    id,
    header,
    accessorFn: (row: Row) => row as unknown,
    enableSorting: compare !== undefined,
    ...(compare === undefined
      ? {}
      : { sortFn: (a: Readonly<{ original: Row }>, b: Readonly<{ original: Row }>) => compare(a.original, b.original) }),
  } as unknown as ColumnDef<typeof features, Row>;
}
