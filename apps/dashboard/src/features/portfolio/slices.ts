import type { AnswerOf, ListRow } from "@bulkhead/contract";
import { sign, sum } from "../../shared/format/amount.ts";

type Trade = ListRow<"trades">;
export type Version = AnswerOf<"listStrategyVersions">["data"][number];

/** What the round trips that began under one version come to. */
export type Slice = Readonly<{
  id: string;
  /** Undefined for trades of before the first version that is known. */
  version: Version | undefined;
  label: string;
  /** Who decided; empty: a person. */
  strategy: string;
  runs: number;
  trades: number;
  open: number;
  /** Of the closed ones, a fraction; null where none is. */
  won: string | null;
  realized: string;
  fees: string;
  net: string;
  first: string | null;
  last: string | null;
}>;

/**
 * Round trips by what decided when they began (S2.46): code by its hash, params and label. Versions as they come, the newest first; within one
 * what its strategy did stands apart from what people did. A version without trades is a line of its own.
 */
export function slicesOf(versions: readonly Version[], trades: readonly Trade[]): readonly Slice[] {
  const groups = Map.groupBy(trades, (trade) => versions.find(({ at }) => at <= trade.opened_at));
  const of = (version: Version | undefined): readonly Slice[] => {
    const deciders = Map.groupBy(groups.get(version) ?? [], ({ strategy, bot_version }) => `${strategy}\u0000${bot_version}`);
    if (deciders.size === 0) return version === undefined ? [] : [sliceOf(version, [])];
    return [...deciders.values()].map((rows) => sliceOf(version, rows));
  };
  return [...versions, undefined].flatMap(of);
}

function sliceOf(version: Version | undefined, rows: readonly Trade[]): Slice {
  const closed = rows.filter(({ status }) => status === "closed");
  const net = (row: Trade): string => row.net_pnl_base ?? "0";
  const opened = rows.map(({ opened_at }) => opened_at).sort();
  const [one] = rows;
  return {
    id: `${version?.seq}/${one?.strategy}/${one?.bot_version}`,
    version,
    label: one?.bot_version ?? version?.label ?? "",
    strategy: one === undefined ? (version?.strategy ?? "") : one.strategy,
    runs: new Set(rows.map(({ run_id }) => run_id)).size,
    trades: rows.length,
    open: rows.length - closed.length,
    won: closed.length === 0 ? null : String(closed.filter((row) => sign(net(row)) > 0).length / closed.length),
    realized: sum(rows.map(({ realized_pnl }) => realized_pnl)),
    fees: sum(rows.map(({ fees }) => fees)),
    net: sum(closed.map(net)),
    first: opened[0] ?? null,
    last: opened.at(-1) ?? null,
  };
}

/** A line of a difference: what stands on both sides, went, or came. */
export type DiffLine = Readonly<{ mark: " " | "-" | "+"; text: string }>;

/** Two versions as text, line against line: who decides, its code, each param. */
export function differenceOf(before: Version, after: Version): readonly DiffLine[] {
  const [a, b] = [linesOf(before), linesOf(after)];
  const names = [...new Set([...a.keys(), ...b.keys()])];
  return names.flatMap((name): readonly DiffLine[] => {
    const [was, is] = [a.get(name), b.get(name)];
    if (was === is) return [{ mark: " ", text: `${name} = ${is}` }];
    return [
      ...(was === undefined ? [] : [{ mark: "-", text: `${name} = ${was}` } as const]),
      ...(is === undefined ? [] : [{ mark: "+", text: `${name} = ${is}` } as const]),
    ];
  });
}

function linesOf({ strategy, version, code_hash, label, params }: Version): ReadonlyMap<string, string> {
  const head: [string, string][] = [
    ["strategy", strategy ?? "nobody"],
    ["version", version === "" ? "none" : version],
    ["code", code_hash ?? "built in"],
    ["label", label === "" ? "none" : label],
  ];
  const own = Object.entries(params).map(([name, value]): [string, string] => [`params.${name}`, JSON.stringify(value) ?? "none"]);
  return new Map([...head, ...own.sort(([x], [y]) => (x < y ? -1 : 1))]);
}
