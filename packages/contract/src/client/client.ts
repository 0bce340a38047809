import { Problem } from "../wire/answer.ts";
import { type AnswerOf, type BodyOf, OPERATIONS, type Operation, type OperationId } from "./operations.ts";

/** The desk said no: the problem as it came (RFC 9457). */
export class DeskRefused extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(`${problem.code}: ${problem.detail}`);
    this.problem = problem;
  }
}

/** What became of the question is not known: nobody answered, or what came is not an answer of a desk like ours. */
export class DeskSilent extends Error {
  readonly code: "DESK_UNREACHABLE" | "DESK_ANSWER_UNKNOWN";
  /** In a word or two. */
  readonly reason: string;
  /** Whether the question can have reached a desk: then it may have been done. */
  readonly sent: boolean;
  constructor(code: DeskSilent["code"], reason: string, more: Readonly<{ sent?: boolean; cause?: unknown }> = {}) {
    super(`${code}: ${reason}`, more.cause === undefined ? undefined : { cause: more.cause });
    this.code = code;
    this.reason = reason;
    this.sent = more.sent ?? true;
  }
}

export type ClientOptions = Readonly<{
  /** Where the desk answers: `http://127.0.0.1:5000`. */
  url: string;
  /** An API key; without one the desk sees the single user of its own machine, or refuses. */
  key?: string | undefined;
  /** Who asks, for the desk to read: a program, not a page. */
  client: string;
  /** How often a question is asked at most; default 3. What is asked again has the same Idempotency-Key, so it is done once. */
  attempts?: number;
}>;

/** What goes along with an operation. `key`: of a change, its Idempotency-Key; with the same one it is done once, however often it is asked. */
export type Asked<O extends OperationId> = Readonly<{
  params?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  ifMatch?: string;
  signal?: AbortSignal;
}> &
  (undefined extends BodyOf<O> ? Readonly<{ body?: undefined }> : Readonly<{ body: BodyOf<O> }>) &
  ((typeof OPERATIONS)[O]["kind"] extends "change" ? Readonly<{ key: string }> : Readonly<{ key?: undefined }>);

/** What goes along with any operation, whose it is not said. */
export type Parts = Readonly<{
  params?: Readonly<Record<string, string | number>>;
  query?: Readonly<Record<string, string | number | boolean | undefined>>;
  body?: unknown;
  key?: string;
  ifMatch?: string;
  signal?: AbortSignal;
}>;

/**
 * What is asked, put together from parts: for those who ask whatever operation they are given and so cannot show their types that the parts
 * fit. The desk proves what it gets, so that a wrong part is its refusal.
 */
export const askedOf = <O extends OperationId>(_operation: O, parts: Parts): Asked<O> => parts as unknown as Asked<O>;

/** An answer, and whether the desk gave it to this wish before. */
export type Answered<O extends OperationId> = Readonly<{ body: AnswerOf<O>; repeated: boolean }>;

const ATTEMPTS = 3;
const PAUSE_MS = 250;
/** Longer than this nobody waits without being told. */
const PAUSE_MAX_MS = 5_000;
const AGAIN: ReadonlySet<number> = new Set([429, 503]);

/** Asks a desk over HTTP, with types and proof of its answers from the contract. Uses `fetch` alone, so that a page may use it as well as a program. */
export class DeskClient {
  readonly #options: ClientOptions;
  constructor(options: ClientOptions) {
    this.#options = options;
  }

  /** Throws `DeskRefused` or `DeskSilent`. Busy and lost answers are asked for again. */
  async ask<O extends OperationId>(id: O, asked: Asked<O>): Promise<Answered<O>> {
    const operation: Operation = OPERATIONS[id];
    const { status, text, repeated } = await this.#send(operation, asked as Parts);
    const body = jsonOf(text);
    // A desk that is not ready says why, with 503.
    if (status >= 400 && !(id === "ready" && status === 503)) throw refusalOf(status, body);
    const proved = operation.answer.safeParse(body);
    if (!proved.success) throw new DeskSilent("DESK_ANSWER_UNKNOWN", `${id} at ${proved.error.issues[0]?.path.join(".") ?? ""}`);
    // As it came: what a newer desk says besides is not lost.
    return { body: body as AnswerOf<O>, repeated };
  }

  async #send(operation: Operation, asked: Parts): Promise<Received> {
    const attempts = this.#options.attempts ?? ATTEMPTS;
    let wasSent = false;
    for (let attempt = 1; ; attempt++) {
      try {
        const received = await this.#once(operation, asked);
        const wait = pauseOf(received, attempt);
        if (attempt >= attempts || wait === undefined) return received;
        await pause(wait);
      } catch (error) {
        const { reason, sent } = silenceOf(error);
        // A desk that is gone by now may have had it before.
        wasSent ||= sent;
        if (attempt >= attempts || !sent || asked.signal?.aborted === true)
          throw new DeskSilent("DESK_UNREACHABLE", reason, { sent: wasSent, cause: error });
        await pause(PAUSE_MS * attempt);
      }
    }
  }

  async #once({ method, path, kind }: Operation, { params, query, body, key, ifMatch, signal }: Parts): Promise<Received> {
    const { url, client } = this.#options;
    const response = await fetch(`${url.replace(/\/+$/, "")}${placed(path, params)}${searchOf(query)}`, {
      method: method.toUpperCase(),
      redirect: "error",
      headers: {
        Accept: "application/json",
        ...(this.#options.key === undefined ? {} : { Authorization: `Bearer ${this.#options.key}` }),
        ...(kind === "read" ? {} : { "X-Bulkhead-Client": client, "Content-Type": "application/json" }),
        ...(key === undefined ? {} : { "Idempotency-Key": key }),
        ...(ifMatch === undefined ? {} : { "If-Match": ifMatch }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      status: response.status,
      text: await response.text(),
      repeated: response.headers.get("Idempotency-Replayed") === "true",
      retryAfter: response.headers.get("Retry-After"),
    };
  }
}
type Received = Readonly<{ status: number; text: string; repeated: boolean; retryAfter: string | null }>;

function placed(path: string, params: Parts["params"] = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(String(params[name] ?? "")));
}

function searchOf(query: Parts["query"] = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs).toString()}`;
}

/** How long to wait before asking again; undefined: the answer is the answer. */
function pauseOf({ status, text, retryAfter }: Received, attempt: number): number | undefined {
  if (!AGAIN.has(status) || !text.includes('"code"')) return undefined;
  const asked = Number(retryAfter ?? Number.NaN) * 1_000;
  const ms = Number.isFinite(asked) ? asked : PAUSE_MS * attempt;
  return ms > PAUSE_MAX_MS ? undefined : ms;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new DeskSilent("DESK_ANSWER_UNKNOWN", "not JSON", { cause: error });
  }
}

function refusalOf(status: number, body: unknown): Error {
  const problem = Problem.safeParse(body);
  return problem.success ? new DeskRefused(problem.data) : new DeskSilent("DESK_ANSWER_UNKNOWN", `status ${status} without a problem`);
}

/** Why a connection was never made: nothing was sent, and asking again at once would end the same. */
const NOT_SENT =
  /^(?:ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|ERR_TLS\w*|\w*CERT\w*|UNABLE_TO\w*|bad port|unknown scheme)$/;

/** Why nobody answered, and whether the question can have arrived. */
function silenceOf(error: unknown): Readonly<{ reason: string; sent: boolean }> {
  const { cause, message } = error as { cause?: { code?: unknown; message?: unknown }; message?: unknown };
  const reason = typeof cause?.code === "string" ? cause.code : String(cause?.message ?? message);
  return { reason, sent: !NOT_SENT.test(reason) };
}
