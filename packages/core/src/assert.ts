/** A broken invariant: our bug, never an input's. The smallest sound scope halts (reliability 5). */
export class InvariantViolation extends Error {
  readonly code: string;
  constructor(code: string, details = "") {
    super(details === "" ? code : `${code}: ${details}`);
    this.code = code;
  }
}

/** Throws `InvariantViolation` where our own reasoning is wrong. On in production. */
export function assert(condition: boolean, code: string, details?: () => string): asserts condition {
  if (!condition) throw new InvariantViolation(code, details?.());
}

/** Ends a switch over a closed union: a new member does not compile until it is handled. */
export function unreachable(value: never): never {
  throw new InvariantViolation("UNREACHABLE", JSON.stringify(value));
}
