import { unreachable } from "@bulkhead/core";
import { equal } from "./generate-equal.ts";
import type { NamedNode, Node, Shared } from "./schema.ts";
import type { Unit } from "./unit.ts";

/** Body of `e(b, p, v, x)`: b bytes, p position, v value, x context. Leaves the next position in p. */
export function writeBody(unit: Unit, node: Node): string {
  if (node.kind !== "struct") return write(unit, node, "v");
  return node.shared === undefined ? writeFields(unit, node.fields, "v") : writeShared(unit, node.fields, node.shared);
}

const property = (of: string, name: string): string => `${of}[${JSON.stringify(name)}]`;

function writeFields(unit: Unit, fields: readonly NamedNode[], of: string): string {
  return fields.map(([name, node]) => write(unit, node, property(of, name))).join(" ");
}

/** First a mask of the fields that differ from the record's command, in order; then those and the fields that are the event's own. */
function writeShared(unit: Unit, fields: readonly NamedNode[], shared: Shared): string {
  const names = Object.keys(shared.fields);
  const differs = names.map((name, bit) => {
    const node = nodeNamed(fields, name);
    return `if (!${equal(unit, node, property("v", name), property("c", shared.fields[name] ?? ""))}) m |= ${1 << bit};`;
  });
  const head = `const c = x.command; let m = ${allOf(names.length)}; if (c.type === ${JSON.stringify(shared.command)}) { m = 0; ${differs.join(" ")} } p = writeCount(b, p, m);`;
  const body = fields.map(([name, node]) => {
    const bit = names.indexOf(name);
    const written = write(unit, node, property("v", name));
    return bit === -1 ? written : `if (m & ${1 << bit}) { ${written} }`;
  });
  return `${head} ${body.join(" ")}`;
}

const countOf = (name: number): string =>
  `if (v${name}.length < 128) b[p++] = v${name}.length; else p = writeCount(b, p, v${name}.length);`;

/** A mask of so many bits, all set. */
export const allOf = (bits: number): number => (1 << bits) - 1;

export function nodeNamed(fields: readonly NamedNode[], name: string): Node {
  const found = fields.find(([field]) => field === name);
  return found === undefined ? unreachable(name as never) : found[1];
}

function write(unit: Unit, node: Node, value: string): string {
  const name = unit.newName();
  switch (node.kind) {
    case "text":
      return writeTextWithHint(unit, value, name);
    case "integer":
      // Most figures are small; the others, and what is no integer, go the long way.
      return `{ const v${name} = ${value}; if ((v${name} & 63) === v${name}) b[p++] = v${name} << 1; else p = writeInteger(b, p, v${name}); }`;
    case "instant":
      if (node.base) return `p = writeInstant(b, p, ${value}, x); x.base = ${value};`;
      return `if (${value} === x.base) b[p++] = 0; else p = writeInstant(b, p, ${value}, x);`;
    case "flag":
      return `b[p++] = ${value} ? 1 : 0;`;
    case "choice": {
      const cases = node.values.map((member, index) => `case ${JSON.stringify(member)}: b[p++] = ${index}; break;`);
      return `switch (${value}) { ${cases.join(" ")} default: unreachable(${value}); }`;
    }
    case "nullable":
      return `{ const v${name} = ${value}; if (v${name} === ${node.empty}) b[p++] = 0; else { b[p++] = 1; ${write(unit, node.of, `v${name}`)} } }`;
    case "list":
      return writeList(unit, node, value, name);
    case "struct":
      return `p = e${unit.functionsOf(node)}(b, p, ${value}, x);`;
    case "union": {
      const cases = node.members.map(
        (member, index) => `case ${JSON.stringify(member.name)}: b[p++] = ${index}; ${writeFields(unit, member.fields, `v${name}`)} break;`,
      );
      return `{ const v${name} = ${value}; switch (v${name}.kind) { ${cases.join(" ")} default: unreachable(v${name}); } }`;
    }
    case "map": {
      const keys = unit.order === "view" ? `sortedKeys(v${name})` : `v${name}.keys()`;
      const entry = `${write(unit, node.key, `k${name}`)} ${write(unit, node.value, `v${name}.get(k${name})`)}`;
      return `{ const v${name} = ${value}; p = writeCount(b, p, v${name}.size); for (const k${name} of ${keys}) { ${entry} } }`;
    }
    case "set": {
      const members = unit.order === "view" ? `sortedKeys(v${name})` : `v${name}`;
      return `{ const v${name} = ${value}; p = writeCount(b, p, v${name}.size); for (const k${name} of ${members}) { ${write(unit, node.of, `k${name}`)} } }`;
    }
    default:
      return unreachable(node);
  }
}

/**
 * A place in the code mostly writes a text that the record has already had, and the same one as the last time: looking there first
 * saves the search. Texts are remembered once, so the bytes do not depend on the hint.
 */
function writeTextWithHint(unit: Unit, value: string, name: number): string {
  unit.declare(`let h${name} = 0;`);
  const found = `h${name} < x.count && x.texts[h${name}] === v${name}`;
  return `{ const v${name} = ${value}; if (${found}) b[p++] = (h${name} << 1) | 1; else { p = writeText(b, p, v${name}, x); h${name} = x.found; } }`;
}

/** The count, then the members; those after the first begin with a mask of the repeating fields that are not as in the one before. */
function writeList(unit: Unit, node: Extract<Node, { kind: "list" }>, value: string, name: number): string {
  const { of, repeats } = node;
  if (repeats.length === 0 || of.kind !== "struct") {
    const loop = `for (let i${name} = 0; i${name} < v${name}.length; i${name}++) { ${write(unit, of, `v${name}[i${name}]`)} }`;
    return `{ const v${name} = ${value}; ${countOf(name)} ${loop} }`;
  }
  const differs = repeats.map((field, bit) => `(w${name}${property("", field)} === u${name}${property("", field)} ? 0 : ${1 << bit})`);
  const mask = `let m${name} = ${allOf(repeats.length)}; if (i${name} > 0) { m${name} = ${differs.join(" | ")}; b[p++] = m${name}; }`;
  const fields = of.fields.map(([field, fieldNode]) => {
    const bit = repeats.indexOf(field);
    const written = write(unit, fieldNode, property(`w${name}`, field));
    return bit === -1 ? written : `if (m${name} & ${1 << bit}) { ${written} }`;
  });
  const loop = `for (let i${name} = 0; i${name} < v${name}.length; i${name}++) { const w${name} = v${name}[i${name}]; ${mask} ${fields.join(" ")} u${name} = w${name}; }`;
  return `{ const v${name} = ${value}; ${countOf(name)} let u${name} = v${name}[0]; ${loop} }`;
}
