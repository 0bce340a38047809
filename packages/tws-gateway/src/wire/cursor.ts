import { type Decimal, readDecimal } from "../decimal.ts";
import type { Fields } from "./frame.ts";

/** An unset double and an unset integer on the wire. */
export const DOUBLE_UNSET = "1.7976931348623157E308";
export const INTEGER_UNSET = "2147483647";

/** A message whose fields are not what they should be. */
export class WireMalformed extends Error {
  override readonly name = "WireMalformed";
  readonly code = "WIRE_MALFORMED";
}

/** Reads a message's fields from left to right. */
export class FieldCursor {
  readonly #fields: Fields;
  #at: number;

  constructor(fields: Fields, from = 1) {
    this.#fields = fields;
    this.#at = from;
  }

  text(): string {
    const field = this.#fields[this.#at++];
    if (field === undefined) throw new WireMalformed(`WIRE_MALFORMED: message=${this.#fields[0]}, fields=${this.#fields.length}`);
    return field;
  }

  skip(count: number): void {
    for (let left = count; left > 0; left--) this.text();
  }

  /** Empty is zero, as every client of TWS means it. */
  integer(): number {
    const field = this.text();
    if (field === "") return 0;
    if (!/^-?\d+$/.test(field)) throw new WireMalformed(`WIRE_MALFORMED: message=${this.#fields[0]}, integer=${JSON.stringify(field)}`);
    return Number(field);
  }

  /** Empty is what is asked for as default. `true` and `false` are accepted, as some clients write them. */
  flag(unset = false): boolean {
    const field = this.text();
    if (field === "") return unset;
    return field !== "0" && field !== "false";
  }

  /** Null where it is unset: empty, or the largest double. */
  decimal(): Decimal | null {
    const field = this.text();
    if (field === "" || /^1\.79769313486231\d*E\+?308$/i.test(field) || field === "Infinity") return null;
    const read = readDecimal(field);
    if (read === undefined) throw new WireMalformed(`WIRE_MALFORMED: message=${this.#fields[0]}, decimal=${JSON.stringify(field)}`);
    return read;
  }

  /** How many fields were not read. */
  get left(): number {
    return this.#fields.length - this.#at;
  }
}
