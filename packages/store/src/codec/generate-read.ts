import { unreachable } from "@bulkhead/core";
import { equal } from "./generate-equal.ts";
import { allOf, nodeNamed } from "./generate-write.ts";
import type { NamedNode, Node, Shared } from "./schema.ts";
import type { Unit } from "./unit.ts";

/** Body of `d(r)`: gives back the value at the reader's position. */
export function readBody(unit: Unit, node: Node): string {
  switch (node.kind) {
    case "struct": {
      const type = node.type === undefined ? "" : `"type": ${JSON.stringify(node.type)}, `;
      return node.shared === undefined
        ? `return { ${type}${readFields(unit, node.fields)} };`
        : readShared(unit, node.fields, node.shared, type);
    }
    case "list":
      return node.repeats.length > 0 && node.of.kind === "struct"
        ? readRows(unit, node.of.fields, node.repeats)
        : `const n = readLength(r); const l = []; for (let i = 0; i < n; i++) l.push(${read(unit, node.of)}); return l;`;
    case "map": {
      const entry = `const k = ${read(unit, node.key)}; if (m.has(k)) refuse("NOT_CANONICAL", r.position); m.set(k, ${read(unit, node.value)});`;
      return `const n = readLength(r); const m = new Map(); for (let i = 0; i < n; i++) { ${entry} } return m;`;
    }
    case "set":
      return `const n = readLength(r); const s = new Set(); for (let i = 0; i < n; i++) s.add(${read(unit, node.of)}); if (s.size !== n) refuse("NOT_CANONICAL", r.position); return s;`;
    case "union": {
      const cases = node.members.map(
        ({ name, fields }, index) => `case ${index}: return { "kind": ${JSON.stringify(name)}, ${readFields(unit, fields)} };`,
      );
      return `switch (readChoice(r, ${node.members.length})) { ${cases.join(" ")} }`;
    }
    default:
      return `return ${read(unit, node)};`;
  }
}

function readFields(unit: Unit, fields: readonly NamedNode[]): string {
  return fields.map(([name, node]) => `${JSON.stringify(name)}: ${read(unit, node)}`).join(", ");
}

/** Fields that the mask does not name are the command's; one that it names and that is the same is another spelling, and refused. */
function readShared(unit: Unit, fields: readonly NamedNode[], shared: Shared, type: string): string {
  const names = Object.keys(shared.fields);
  const all = allOf(names.length);
  const head = `const c = r.command; const m = readCount(r); const s = c.type === ${JSON.stringify(shared.command)}; if (m > ${all} || (!s && m !== ${all})) refuse("NOT_CANONICAL", r.position);`;
  const parts = fields.map(([name, node], index) => {
    const bit = names.indexOf(name);
    if (bit === -1) return `const f${index} = ${read(unit, node)};`;
    const theirs = `c[${JSON.stringify(shared.fields[name] ?? "")}]`;
    const check = `if (s && ${equal(unit, nodeNamed(fields, name), `f${index}`, theirs)}) refuse("NOT_CANONICAL", r.position);`;
    return `let f${index}; if (m & ${1 << bit}) { f${index} = ${read(unit, node)}; ${check} } else f${index} = ${theirs};`;
  });
  const made = fields.map(([name], index) => `${JSON.stringify(name)}: f${index}`);
  return `${head} ${parts.join(" ")} return { ${type}${made.join(", ")} };`;
}

function readRows(unit: Unit, fields: readonly NamedNode[], repeats: readonly string[]): string {
  const all = allOf(repeats.length);
  const parts = fields.map(([name, node], index) => {
    const bit = repeats.indexOf(name);
    if (bit === -1) return `const f${index} = ${read(unit, node)};`;
    const theirs = `u[${JSON.stringify(name)}]`;
    const check = `if (i > 0 && f${index} === ${theirs}) refuse("NOT_CANONICAL", r.position);`;
    return `let f${index}; if (m & ${1 << bit}) { f${index} = ${read(unit, node)}; ${check} } else f${index} = ${theirs};`;
  });
  const made = fields.map(([name], index) => `${JSON.stringify(name)}: f${index}`);
  const mask = `const m = i === 0 ? ${all} : readChoice(r, ${all + 1});`;
  return `const n = readLength(r); const l = []; let u; for (let i = 0; i < n; i++) { ${mask} ${parts.join(" ")} u = { ${made.join(", ")} }; l.push(u); } return l;`;
}

/** An expression: nested calls run from left to right, which is the order on disk. */
function read(unit: Unit, node: Node): string {
  switch (node.kind) {
    case "text":
      return "readText(r)";
    case "integer":
      return "readInteger(r)";
    case "instant":
      return node.base ? "(r.base = readInstant(r))" : "readInstant(r)";
    case "flag":
      return "readFlag(r)";
    case "choice":
      return `c${unit.constantOf(node.values)}[readChoice(r, ${node.values.length})]`;
    case "nullable":
      return `(readFlag(r) ? ${read(unit, node.of)} : ${node.empty})`;
    case "list":
    case "struct":
    case "union":
    case "map":
    case "set":
      return `d${unit.functionsOf(node)}(r)`;
    default:
      return unreachable(node);
  }
}
