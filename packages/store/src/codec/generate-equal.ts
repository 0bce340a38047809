import { unreachable } from "@bulkhead/core";
import type { NamedNode, Node } from "./schema.ts";
import type { Unit } from "./unit.ts";

/** An expression that is true where two values of a node have the same content. */
export function equal(unit: Unit, node: Node, a: string, b: string): string {
  switch (node.kind) {
    case "text":
    case "integer":
    case "instant":
    case "flag":
    case "choice":
      return `(${a} === ${b})`;
    default:
      return `(${a} === ${b} || q${unit.comparerOf(node)}(${a}, ${b}))`;
  }
}

/** Body of `q(a, b)`. */
export function equalBody(unit: Unit, node: Node): string {
  switch (node.kind) {
    case "nullable":
      return `return a === b || (a !== ${node.empty} && b !== ${node.empty} && ${equal(unit, node.of, "a", "b")});`;
    case "list":
      return `if (a.length !== b.length) return false; for (let i = 0; i < a.length; i++) if (!${equal(unit, node.of, "a[i]", "b[i]")}) return false; return true;`;
    case "struct":
      return `return ${equalFields(unit, node.fields)};`;
    case "union": {
      const cases = node.members.map(({ name, fields }) => `case ${JSON.stringify(name)}: return ${equalFields(unit, fields)};`);
      return `if (a.kind !== b.kind) return false; switch (a.kind) { ${cases.join(" ")} }`;
    }
    case "text":
    case "integer":
    case "instant":
    case "flag":
    case "choice":
      return "return a === b;";
    case "map":
    case "set":
      // Only fields that an event shares with its command are compared, and commands have neither.
      return unreachable(node as never);
    default:
      return unreachable(node);
  }
}

function equalFields(unit: Unit, fields: readonly NamedNode[]): string {
  const parts = fields.map(([name, node]) => equal(unit, node, `a[${JSON.stringify(name)}]`, `b[${JSON.stringify(name)}]`));
  return parts.length === 0 ? "true" : parts.join(" && ");
}
