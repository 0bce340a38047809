import { isZeroText, plainSum, unsigned } from "../../statement/decimal-text.ts";
import type { Entry, Ratio } from "../../statement/statement.ts";
import type { LineIds } from "./cash.ts";
import { contractKeyOf } from "./contract.ts";
import type { Row } from "./row.ts";

/**
 * Kinds of corporate actions (`type`). `split`: the same thing in other units; `exchange`: one thing leaves, others or cash come;
 * `issue`: something comes beside what is kept; `gone`: it is worth nothing any more.
 */
const KINDS = {
  FS: "split",
  RS: "split",
  SD: "stock dividend",
  TC: "exchange",
  TO: "exchange",
  IC: "exchange",
  BM: "exchange",
  SO: "issue",
  RI: "issue",
  DW: "gone",
} as const;

/** Finds what a description names as the source of something: `XYZ(US1234567890) SPINOFF 1 FOR 4 (…)`. */
export type FindContract = (name: Readonly<{ symbol: string; isin: string }>) => string | undefined;

/** Corporate actions; rows of one `actionID` belong together. */
export function actionEntries(
  rows: readonly Row[],
  find: FindContract,
  ids: LineIds,
): Readonly<{ entries: readonly Entry[]; notes: readonly string[] }> {
  const groups = new Map<string, Row[]>();
  rows.forEach((row, index) => {
    const action = row.text("actionID") || `row ${index}`;
    groups.set(action, [...(groups.get(action) ?? []), row]);
  });
  const notes: string[] = [];
  const entries = [...groups.values()].flatMap((group) => groupEntries(group, { find, ids, notes }));
  return { entries, notes };
}

type Around = Readonly<{ find: FindContract; ids: LineIds; notes: string[] }>;
type Moved = Readonly<{ row: Row; contract: string; delta: string }>;

function groupEntries(rows: readonly Row[], around: Around): readonly Entry[] {
  const [first] = rows;
  if (first === undefined) return [];
  const kind = first.choice("type", KINDS);
  const common = { line: first.line, at: first.instant("dateTime", "reportDate") };
  const actionId = first.text("actionID") === "" ? around.ids.of(first) : `flex:action:${first.text("actionID")}`;
  const moved = byContract(rows);
  const left = moved.filter(({ delta }) => delta.startsWith("-"));
  const came = moved.filter(({ delta }) => !delta.startsWith("-"));
  const [only] = moved;
  if (only === undefined) return [];
  const money = cashOf(rows, actionId, came[0]?.contract ?? null);
  if (kind === "stock dividend" || (kind === "split" && moved.length === 1)) {
    const ratio = kind === "split" ? ratioIn(only.row) : added(ratioIn(only.row));
    const inLieu = plainSum(rows.map((row) => row.decimal("proceeds", "0")));
    return [
      {
        ...common,
        kind: "split",
        actionId,
        contract: only.contract,
        ratio,
        delta: only.delta,
        inLieu,
        details: only.row.text("description"),
      },
    ];
  }
  if (kind === "issue") return [...issued(common, actionId, only, around), ...money];
  if (left.length === 1 && left[0] !== undefined && came.length > 0) {
    const [from] = left;
    const into = came.map(({ contract, delta }) => ({ contract, ratio: ratioOf(delta, unsigned(from.delta)), delta }));
    return [{ ...common, kind: "conversion-in-kind", actionId, from: from.contract, into, delta: from.delta, keeps: false }, ...money];
  }
  if (moved.length === 1 && left.length === 1) return [soldFor(common, actionId, only)];
  return first.refuse("STATEMENT_CONTRADICTS", {
    problem: `${first.text("type")} in which ${left.length} contracts leave and ${came.length} come`,
  });
}

/** What leaves for cash, or for nothing, is sold at what was paid for it. */
function soldFor(common: Readonly<{ line: number; at: Entry["at"] }>, actionId: string, { row, contract, delta }: Moved): Entry {
  const worth = row.decimal("proceeds", "0");
  if (worth.startsWith("-")) row.refuse("STATEMENT_CONTRADICTS", { problem: `${delta} units left and ${worth} was paid for it` });
  return {
    ...common,
    kind: "redemption",
    actionId,
    contract,
    quantity: unsigned(delta),
    received: unsigned(worth),
    details: row.text("description"),
  };
}

/** Something new beside what is kept, whose cost stays where it is until the broker says otherwise. */
function issued(
  common: Readonly<{ line: number; at: Entry["at"] }>,
  actionId: string,
  { row, contract, delta }: Moved,
  around: Around,
): readonly Entry[] {
  const [, symbol = "", isin = ""] = /^(\S+?)\s?\(([A-Z]{2}[A-Z0-9]{9}\d)\)/.exec(row.text("description")) ?? [];
  const parent = symbol === "" ? undefined : around.find({ symbol, isin });
  if (parent === undefined || parent === contract) {
    around.notes.push(
      `line ${row.line}: what ${delta} ${row.text("symbol")} came for is not in the statement; they are nobody's, at no cost`,
    );
    return [
      {
        ...common,
        kind: "transfer-in-kind",
        transferId: actionId,
        contract,
        arrives: true,
        quantity: delta,
        worth: "0",
        details: row.text("description"),
      },
    ];
  }
  const into = [{ contract, ratio: ratioIn(row), delta }];
  return [{ ...common, kind: "conversion-in-kind", actionId, from: parent, into, delta: "0", keeps: true }];
}

function byContract(rows: readonly Row[]): readonly Moved[] {
  const moved = new Map<string, { row: Row; deltas: string[] }>();
  for (const row of rows) {
    const contract = contractKeyOf(row) ?? row.refuse("STATEMENT_VALUE_MISSING", { field: "conid or symbol" });
    const part = moved.get(contract) ?? { row, deltas: [] };
    part.deltas.push(row.decimal("quantity", "0"));
    moved.set(contract, part);
  }
  return [...moved]
    .map(([contract, { row, deltas }]) => ({ row, contract, delta: plainSum(deltas) }))
    .filter(({ delta }) => !isZeroText(delta));
}

/** Cash that came with an exchange of units: for fractions, or as a part of the price. */
function cashOf(rows: readonly Row[], actionId: string, contract: string | null): readonly Entry[] {
  return rows.flatMap((row, index): Entry[] => {
    const amount = row.decimal("proceeds", "0");
    if (isZeroText(amount)) return [];
    const details = row.text("description");
    const cashId = `${actionId}:cash:${index}`;
    const at = row.instant("dateTime", "reportDate");
    return [
      {
        line: row.line,
        at,
        kind: "cash",
        cashId,
        cashKind: "other",
        currency: row.required("currency"),
        amount,
        contract,
        perUnit: null,
        details,
      },
    ];
  });
}

/** `SPLIT 4 FOR 1`, `1:10`: new for old. */
function ratioIn(row: Row): Ratio | null {
  const [, numerator = "", denominator = ""] = /\b(\d+(?:\.\d+)?)\s*(?:FOR|:)\s*(\d+(?:\.\d+)?)\b/i.exec(row.text("description")) ?? [];
  return numerator === "" ? null : ratioOf(numerator, denominator);
}

/** A dividend of 1 for 10 makes 11 of 10. */
const added = (ratio: Ratio | null): Ratio | null =>
  ratio === null ? null : { numerator: ratio.numerator + ratio.denominator, denominator: ratio.denominator };

/** Two decimal texts as whole numbers in lowest terms; null where they are too long to be a ratio. */
function ratioOf(numerator: string, denominator: string): Ratio | null {
  const places = Math.max(placesOf(numerator), placesOf(denominator));
  const [a, b] = [wholeOf(numerator, places), wholeOf(denominator, places)];
  const common = greatestCommon(a, b);
  if (common === 0n || b === 0n) return null;
  const ratio = { numerator: Number(a / common), denominator: Number(b / common) };
  return Number.isSafeInteger(ratio.numerator) && Number.isSafeInteger(ratio.denominator) && ratio.numerator > 0 ? ratio : null;
}

const placesOf = (text: string): number => (text.includes(".") ? text.length - text.indexOf(".") - 1 : 0);
const wholeOf = (text: string, places: number): bigint => BigInt(text.replace(".", "") + "0".repeat(places - placesOf(text)));
const greatestCommon = (a: bigint, b: bigint): bigint => (b === 0n ? a : greatestCommon(b, a % b));
