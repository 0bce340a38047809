import type { InstantMs } from "@bulkhead/core";
import { StatementFailure } from "../../statement/problem.ts";
import { flexInstant } from "./flex-time.ts";
import type { Element } from "./xml.ts";

const DECIMAL = /^[+-]?\d{1,20}(\.\d{1,20})?([eE][+-]?\d{1,2})?$/;

/** One element of a statement, asked attribute by attribute. What is not as it must be is refused by name and line. */
export class Row {
  readonly element: Element;
  /** The statement that it stands in: a file may have one for each day. */
  readonly statement: Element | undefined;
  readonly #zone: string;

  constructor(element: Element, zone: string, statement?: Element) {
    this.element = element;
    this.statement = statement;
    this.#zone = zone;
  }

  get line(): number {
    return this.element.line;
  }

  /** The attribute's text; empty where it is not there, as statements leave what does not apply. */
  text(name: string): string {
    return this.element.attributes[name]?.trim() ?? "";
  }

  /** The first of these that says something. */
  first(...names: readonly string[]): string {
    return names.map((name) => this.text(name)).find((text) => text !== "") ?? "";
  }

  required(...names: readonly string[]): string {
    return this.first(...names) || this.refuse("STATEMENT_VALUE_MISSING", { field: names.join(" or ") });
  }

  /** Decimal text; `otherwise` where it is not there. */
  decimal(name: string, otherwise?: string): string {
    const text = this.text(name);
    if (text === "") return otherwise ?? this.refuse("STATEMENT_VALUE_MISSING", { field: name });
    // The web form exports with commas where it is set so; which mark means what cannot be told from one number.
    const problem = text.includes(",") ? "a comma in a number: write 1250.50 for it" : "not a plain number";
    return DECIMAL.test(text) ? text : this.refuse("STATEMENT_VALUE_INVALID", { field: name, value: text, problem });
  }

  /** One of what we know; anything else on the way of money is refused by name. */
  choice<T>(name: string, known: Readonly<Record<string, T>>): T {
    const text = this.required(name);
    return known[text] ?? this.refuse("STATEMENT_VALUE_UNKNOWN", { field: name, value: text });
  }

  /** The first of these dates or times that is given. */
  instant(...names: readonly string[]): InstantMs {
    const name = names.find((each) => this.text(each) !== "");
    if (name === undefined) return this.refuse("STATEMENT_VALUE_MISSING", { field: names.join(" or ") });
    const text = this.text(name);
    const at = flexInstant(text, this.#zone);
    if (typeof at === "number") return at;
    return this.refuse("STATEMENT_VALUE_INVALID", { field: name, value: text, problem: at.problem });
  }

  refuse(code: StatementFailure["code"], figures: StatementFailure["figures"]): never {
    throw new StatementFailure(code, this.line, { element: this.element.name, ...figures });
  }
}
