import { unreachable } from "@bulkhead/core";
import { equalBody } from "./generate-equal.ts";
import { readBody } from "./generate-read.ts";
import { writeBody } from "./generate-write.ts";
import { type Reader, readByte, readChoice, readCount, readFlag, readInstant, readInteger, readLength, readText, refuse } from "./read.ts";
import type { Node } from "./schema.ts";
import type { MapOrder, Unit } from "./unit.ts";
import { type WriteContext, writeCount, writeInstant, writeInteger, writeText } from "./write.ts";

/** Writes a value at a position and gives back the next one. */
export type Encode = (bytes: Uint8Array, position: number, value: unknown, context: WriteContext) => number;
export type Decode = (reader: Reader) => unknown;
export type Coder = Readonly<{ encode: Encode; decode: Decode }>;

/**
 * Straight-line code for every root, made once from its declaration: several times faster than walking the declaration
 * (docs/decisions/generated-codec.md). The code is made of names of fields and members in our own sources, each quoted as JSON;
 * nothing that was read from outside ever gets into it.
 */
export function generate(roots: readonly Node[], order: MapOrder = "stored"): readonly Coder[] {
  const unit = new CodeUnit(order);
  const names = roots.map((root) => unit.functionsOf(root));
  const result = names.map((name) => `{ encode: e${name}, decode: d${name} }`).join(", ");
  const make = new Function(...Object.keys(PRIMITIVES), `"use strict";\n${unit.code.join("\n")}\nreturn [${result}];`);
  return (make as (...given: unknown[]) => Coder[])(...Object.values(PRIMITIVES));
}

const PRIMITIVES = {
  writeCount,
  writeInstant,
  writeInteger,
  writeText,
  readByte,
  readChoice,
  readCount,
  readFlag,
  readInstant,
  readInteger,
  readLength,
  readText,
  refuse,
  unreachable,
  sortedKeys,
};

class CodeUnit implements Unit {
  readonly code: string[] = [];
  readonly order: MapOrder;
  readonly #coders = new Map<Node, number>();
  readonly #comparers = new Map<Node, number>();
  #names = 0;
  constructor(order: MapOrder) {
    this.order = order;
  }

  newName(): number {
    this.#names += 1;
    return this.#names;
  }

  functionsOf(node: Node): number {
    const known = this.#coders.get(node);
    if (known !== undefined) return known;
    const name = this.newName();
    this.#coders.set(node, name);
    this.code.push(
      `function e${name}(b, p, v, x) { ${writeBody(this, node)} return p; }`,
      `function d${name}(r) { ${readBody(this, node)} }`,
    );
    return name;
  }

  comparerOf(node: Node): number {
    const known = this.#comparers.get(node);
    if (known !== undefined) return known;
    const name = this.newName();
    this.#comparers.set(node, name);
    this.code.push(`function q${name}(a, b) { ${equalBody(this, node)} }`);
    return name;
  }

  declare(code: string): void {
    this.code.push(code);
  }

  constantOf(values: readonly string[]): number {
    const name = this.newName();
    this.code.push(`const c${name} = ${JSON.stringify(values)};`);
    return name;
  }
}

function sortedKeys(keyed: ReadonlyMap<string | number, unknown> | ReadonlySet<string | number>): readonly (string | number)[] {
  return [...keyed.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}
