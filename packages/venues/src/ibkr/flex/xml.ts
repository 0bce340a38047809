import { SaxesParser } from "saxes";
import { StatementFailure } from "../../statement/problem.ts";

/** One element with where it begins and the names of those around it, outermost first. */
export type Element = Readonly<{ name: string; line: number; within: readonly string[]; attributes: Readonly<Record<string, string>> }>;

/** Statements have five levels; what is deeper is none. */
const DEPTH_MAX = 16;

/**
 * Every element of an XML text, outer before inner. Entities of its own, document types and what is not well formed are refused by name and
 * line: nothing of a file that cannot be trusted is booked. Throws `StatementFailure`.
 */
export function elementsOf(text: string): readonly Element[] {
  const elements: Element[] = [];
  const open: string[] = [];
  const parser = new SaxesParser({ position: true, xmlns: false as const });
  let line = 1;
  const refuse = (problem: string): never => {
    throw new StatementFailure("STATEMENT_MALFORMED", parser.line, { problem: `${problem} (column ${parser.column})` });
  };
  parser.on("error", (error) => refuse(error.message.replace(/^\S*?\d+:\d+:\s*/, "")));
  parser.on("doctype", () => refuse("a document type; statements have none"));
  parser.on("opentagstart", () => {
    line = parser.line;
  });
  parser.on("opentag", ({ name, attributes }) => {
    elements.push({ name, line, within: [...open], attributes });
    open.push(name);
    if (open.length > DEPTH_MAX) refuse("elements nest too deep");
  });
  parser.on("closetag", () => void open.pop());
  parser.write(text).close();
  return elements;
}
