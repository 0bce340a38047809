import { type Code, explain, type Problem } from "@bulkhead/contract";
import type { Refusal } from "@bulkhead/core";

export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 412 | 413 | 415 | 421 | 422 | 429 | 500 | 503;

/** A request that is not done: becomes a problem answer (RFC 9457). Never carries a stack, a path or a query. */
export class HttpFailure extends Error {
  readonly code: Code;
  readonly status: ProblemStatus;
  readonly params: Problem["params"];
  readonly headers: Readonly<Record<string, string>>;
  readonly receipt: unknown;

  constructor(
    status: ProblemStatus,
    code: Code,
    params: Problem["params"] = {},
    more: Readonly<{ headers?: Readonly<Record<string, string>>; receipt?: unknown }> = {},
  ) {
    super(code);
    this.status = status;
    this.code = code;
    this.params = params;
    this.headers = more.headers ?? {};
    this.receipt = more.receipt;
  }
}

/** The body of a problem answer: the catalogue's sentence with its figures. */
export function problemOf({ status, code, params, receipt }: HttpFailure): Problem {
  const problem: Problem = {
    type: `/api/problems#${code}`,
    title: code.toLowerCase().replaceAll("_", " "),
    status,
    detail: explain(code, params),
    code,
    params,
  };
  return receipt === undefined ? problem : { ...problem, receipt };
}

/** SQLite's words for a database that cannot be written now (https://sqlite.org/rescode.html): full, locked by somebody else, read-only, I/O. */
const UNWRITABLE: ReadonlyMap<number, string> = new Map([
  [5, "its database is locked"],
  [8, "its database cannot be written"],
  [10, "its disk fails"],
  [13, "its disk is full"],
]);

/** What is the machine's fault and no bug of ours; undefined: something else. Nothing was done where it comes from the desk's own files. */
export function ofMachine(error: unknown): HttpFailure | undefined {
  const { errcode, code } = error as { errcode?: unknown; code?: unknown };
  const reason =
    typeof errcode === "number" ? UNWRITABLE.get(errcode & 0xff) : code === "ENOSPC" || code === "EDQUOT" ? UNWRITABLE.get(13) : undefined;
  return reason === undefined ? undefined : new HttpFailure(503, "DESK_CANNOT_WRITE", { reason }, { headers: { "Retry-After": "5" } });
}

const NOT_FOUND: ReadonlySet<string> = new Set(["PORTFOLIO_UNKNOWN", "ORDER_UNKNOWN"]);
const CONFLICT: ReadonlySet<string> = new Set([
  "PORTFOLIO_EXISTS",
  "PORTFOLIO_ARCHIVED",
  "PORTFOLIO_NOT_FLAT",
  "PORTFOLIO_HAS_ORDERS",
  "ORDER_ENDED",
  "INTENT_REUSED",
  "KILL_NOT_ENGAGED",
  "STRATEGY_NOT_SET",
]);

/** A refusal of the engine as an answer: missing 404, against what is there 409, else 422. */
export function refused({ code, params }: Refusal): HttpFailure {
  return new HttpFailure(NOT_FOUND.has(code) ? 404 : CONFLICT.has(code) ? 409 : 422, code, params);
}
