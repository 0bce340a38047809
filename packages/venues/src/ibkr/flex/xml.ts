import { SaxesParser } from "saxes";
import { StatementFailure } from "../../statement/problem.ts";

/** One element with where it begins and the names of those around it, outermost first. */
export type Element = {
  readonly name: string;
  readonly line: number;
  readonly within: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
  /** Between its tags, the first of it: statements say everything in attributes, messages of the web service do not. */
  text: string;
};

/** Statements have five levels; what is deeper is none. */
const DEPTH_MAX = 16;
/** Of what stands between tags. */
const TEXT_KEPT = 200;

/**
 * Every element of an XML text, outer before inner. Entities of its own, document types and what is not well formed are refused by name and
 * line: nothing of a file that cannot be trusted is booked. Throws `StatementFailure`.
 */
export function elementsOf(text: string): readonly Element[] {
  const elements: Element[] = [];
  const open: string[] = [];
  const inside: Element[] = [];
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
    // Rows of one section share the list: a statement has hundreds of thousands.
    const within = elements.at(-1)?.within;
    const last: Element = { name, line, within: within?.length === open.length ? within : [...open], attributes, text: "" };
    elements.push(last);
    inside.push(last);
    open.push(name);
    if (open.length > DEPTH_MAX) refuse("elements nest too deep");
  });
  parser.on("text", (text) => {
    const element = inside.at(-1);
    if (element !== undefined && element.text.length < TEXT_KEPT) element.text += text.slice(0, TEXT_KEPT).trim();
  });
  parser.on("closetag", () => {
    open.pop();
    inside.pop();
  });
  parser.write(text).close();
  return elements;
}
