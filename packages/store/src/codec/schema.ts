/**
 * How a type is laid out in bytes. A type is declared once, field by field, in the order on disk; encoder, decoder and printer
 * follow from it. `Kind<T>` remembers T, so that a declaration that misses a field, has one too many or of another type does not compile.
 */

import type { Exact } from "@bulkhead/money";

/** Whose decimal places an exact figure has, for printing: bytes hold its integer units. `asset` names the field beside it that holds the asset. */
export type Unit = "plain" | "price" | "size" | "value" | "base" | "ratio" | "reserved" | "figure" | "break" | Readonly<{ asset: string }>;

/** `since`: the first view of state that has the field; 1 where nothing is said. */
export type NamedNode = readonly [name: string, node: Node, since: number];

export type Node =
  | Readonly<{ kind: "text" }>
  | Readonly<{ kind: "integer"; unit: Unit }>
  /** Relative to the record's own instant; `base` sets that instant and is itself absolute. */
  | Readonly<{ kind: "instant"; base: boolean }>
  | Readonly<{ kind: "flag" }>
  | Readonly<{ kind: "choice"; values: readonly string[] }>
  | Readonly<{ kind: "nullable"; of: Node; empty: "null" | "undefined" }>
  /** The text fields of a struct that `repeats` names are left out where they are as in the member before. */
  | Readonly<{ kind: "list"; of: Node; repeats: readonly string[] }>
  /** With `type` it is a message: told apart by its tag, which stands before it. */
  | Readonly<{ kind: "struct"; fields: readonly NamedNode[]; type?: string; shared?: Shared }>
  | Readonly<{ kind: "union"; members: readonly Readonly<{ name: string; fields: readonly NamedNode[] }>[] }>
  /** Keys are texts or integers. Written in insertion order; in a view sorted, by code unit or by value. */
  | Readonly<{ kind: "map"; key: Node; value: Node }>
  | Readonly<{ kind: "set"; of: Node }>;

/** Fields of an event that are left out where they are as in the record's command of this type: event's name to command's. */
export type Shared = Readonly<{ command: string; fields: Readonly<Record<string, string>> }>;

/** A node that stands for values of exactly T. */
export type Kind<T> = Readonly<{ node: Node; since?: number; carries?: (value: T) => T }>;
/** One kind per property of T: no more, no less. */
export type Fields<T> = { readonly [K in keyof T]-?: Kind<T[K]> };

const kind = <T>(node: Node): Kind<T> => ({ node });
const integerIn = <T>(unit: Unit): Kind<T> => kind<T>({ kind: "integer", unit });

/** Any string, also one that is not well-formed. */
export const text = <T extends string>(): Kind<T> => kind<T>({ kind: "text" });
/** A safe integer that is no amount: an id, a count, a scale. */
export const integer = <T extends number>(): Kind<T> => integerIn<T>("plain");
/** An exact figure whose decimal places nobody beside it knows: state, never records. */
export const exact = <T extends Exact | number>(): Kind<T> => integerIn<T>("plain");
/** A price of the instrument around it. */
export const price = <T extends Exact | number>(): Kind<T> => integerIn<T>("price");
/** Units of the base asset of the instrument around it. */
export const size = <T extends Exact | number>(): Kind<T> => integerIn<T>("size");
/** Money in the quote asset of the instrument around it. */
export const value = <T extends Exact | number>(): Kind<T> => integerIn<T>("value");
/** Money in the account's base currency. */
export const baseMoney = <T extends Exact | number>(): Kind<T> => integerIn<T>("base");
export const ratio = <T extends Exact | number>(): Kind<T> => integerIn<T>("ratio");
/** What an order holds back, in its reserved asset. */
export const reserved = <T extends Exact | number>(): Kind<T> => integerIn<T>("reserved");
/** A figure of a receipt: its field `figure` says what it is. */
export const figure = <T extends Exact | number>(): Kind<T> => integerIn<T>("figure");
/** An amount of the asset that the break around it is about: its field `breakId` says which. */
export const ofBreak = <T extends Exact | number>(): Kind<T> => integerIn<T>("break");
/** An amount of the asset that the field `asset` beside it names. */
export const amountOf = <T extends Exact | number>(asset: string): Kind<T> => integerIn<T>({ asset });
/** Milliseconds UTC, less than 2^52 from 1970. */
export const instant = <T extends number>(): Kind<T> => kind<T>({ kind: "instant", base: false });
/** The instant of the record itself. */
export const recordInstant = <T extends number>(): Kind<T> => kind<T>({ kind: "instant", base: true });
export const flag = (): Kind<boolean> => kind<boolean>({ kind: "flag" });
/** One of a fixed list; its position is what is written, so new members go to the end. */
export const choice = <const V extends readonly string[]>(...values: V): Kind<V[number]> => kind<V[number]>({ kind: "choice", values });
export const nullable = <T>(of: Kind<T>): Kind<T | null> => kind<T | null>({ kind: "nullable", of: of.node, empty: "null" });
export const optional = <T>(of: Kind<T>): Kind<T | undefined> => kind<T | undefined>({ kind: "nullable", of: of.node, empty: "undefined" });
export const list = <T>(of: Kind<T>): Kind<readonly T[]> => kind<readonly T[]>({ kind: "list", of: of.node, repeats: [] });
/** A list of structs whose named text fields seldom change from one to the next. */
export const rows = <T>(of: Kind<T>, ...repeats: readonly (keyof T & string)[]): Kind<readonly T[]> =>
  kind<readonly T[]>({ kind: "list", of: of.node, repeats });
/** A list that its owner changes in place. */
export const ownList = <T>(of: Kind<T>): Kind<T[]> => kind<T[]>({ kind: "list", of: of.node, repeats: [] });
export const map = <K, V>(key: Kind<K>, valueKind: Kind<V>): Kind<Map<K, V>> =>
  kind<Map<K, V>>({ kind: "map", key: key.node, value: valueKind.node });
export const set = <T>(of: Kind<T>): Kind<Set<T>> => kind<Set<T>>({ kind: "set", of: of.node });
/** A field that state gained later: views before `version` leave it out, so their digests stay. */
export const since = <T>(version: number, of: Kind<T>): Kind<T> => ({ ...of, since: version });
/** An object with exactly the fields of T, in this order. */
export const struct = <T>(fields: Fields<T>): Kind<T> => kind<T>({ kind: "struct", fields: nodesOf(fields) });
/** An object told apart by its field `kind`; the position of a member is what is written, so new members go to the end. */
export const union = <T extends Readonly<{ kind: string }>>(
  members: {
    readonly [K in T["kind"]]: Fields<Omit<Extract<T, { kind: K }>, "kind">>;
  },
): Kind<T> =>
  kind<T>({ kind: "union", members: Object.entries<object>(members).map(([name, fields]) => ({ name, fields: nodesOf(fields) })) });

/** Fields in order, without their types. */
export function nodesOf(fields: object): readonly NamedNode[] {
  return Object.entries(fields as Readonly<Record<string, Kind<unknown>>>).map(([name, { node, since }]) => [name, node, since ?? 1]);
}

/**
 * One message type in its present version. `tag` stands for type and version in the bytes and is never used again for anything else.
 * See docs/journal.md for what to do when a field changes after a release.
 */
export type Message<T> = Readonly<{ tag: number; version: number; fields: Fields<T>; shared?: Shared }>;
type FieldsOfMember<U, Type> = U extends Readonly<{ type: infer T }> ? (Type extends T ? Omit<U, "type"> : never) : never;
/** Every member of the union U, each with exactly its fields. */
export type Catalogue<U extends Readonly<{ type: string }>> = { readonly [T in U["type"]]: Message<FieldsOfMember<U, T>> };

/** The declaration as views up to `version` see it: without the fields that came later. */
export function viewOf(node: Node, version: number): Node {
  const fieldsOf = (fields: readonly NamedNode[]): readonly NamedNode[] =>
    fields.filter(([, , first]) => first <= version).map(([name, of, first]) => [name, viewOf(of, version), first]);
  switch (node.kind) {
    case "nullable":
    case "list":
    case "set":
      return { ...node, of: viewOf(node.of, version) };
    case "struct":
      return { ...node, fields: fieldsOf(node.fields) };
    case "union":
      return { ...node, members: node.members.map(({ name, fields }) => ({ name, fields: fieldsOf(fields) })) };
    case "map":
      return { ...node, value: viewOf(node.value, version) };
    default:
      return node;
  }
}
