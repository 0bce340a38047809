import { AsyncLocalStorage } from "node:async_hooks";
import type { Budget, Lane } from "./budget.ts";
import type { ExchangeProfile } from "./profile.ts";

/** One question of the desk and what its requests came to. */
export type Call = {
  readonly lane: Lane;
  readonly notAfter: number;
  /** A request that changes something may have left. */
  mayHaveLeft: boolean;
  /** Of the last answer. */
  status: number | null;
  body: unknown;
};

/** The question that a request belongs to: ccxt passes nothing of the kind along. */
export const calls = new AsyncLocalStorage<Call>();

/** An answer that is none: a page of a proxy, a text that breaks off, a list that is no list (N6, N8). */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}
/** A request that must not leave: its address is not the exchange's of this environment. */
export class WrongAddress extends Error {
  override readonly name = "WrongAddress";
}

/** What ccxt hands to its `fetch`. */
type Request = Readonly<{ method?: string; headers?: Record<string, string>; body?: string; signal?: AbortSignal }>;

export type WireOptions = Readonly<{
  profile: ExchangeProfile;
  budget: Budget;
  /** Hosts that requests may go to. */
  hosts: () => ReadonlySet<string>;
  isSandbox: boolean;
  onHeard: () => void;
  onSilence: (ms: number, reason: string) => void;
}>;

/** Errors of a connection that was never made: nothing was written. */
const NEVER_CONNECTED: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "UND_ERR_CONNECT_TIMEOUT",
]);
/** Silence after an answer that asks for it without saying how long. */
const SILENCE_MS: Readonly<Record<number, number>> = { 418: 120_000, 429: 10_000 };

/** The `fetch` that ccxt gets: it knows whether anything left, where to, and believes only answers that can be read. */
export function wireOf(options: WireOptions): (url: string, request: Request) => Promise<Response> {
  const { profile, onHeard } = options;
  const inTurn = profile.isInTurn ? turns() : <T>(work: () => Promise<T>): Promise<T> => work();
  return async (url, request) => {
    const call = calls.getStore();
    guardAddress(url, request, options);
    const changes = (request.method ?? "GET") !== "GET";
    const before = call?.mayHaveLeft ?? false;
    const { response, text } = await inTurn(() => {
      request.signal?.throwIfAborted();
      if (call !== undefined && changes) call.mayHaveLeft = true;
      return ask(url, request);
    }).catch((error: unknown) => {
      if (call !== undefined && neverConnected(error)) call.mayHaveLeft = before;
      throw error;
    });
    onHeard();
    const body = parsed(text);
    if (call !== undefined) {
      call.status = response.status;
      call.body = body;
    }
    listenForSilence(response, options);
    if (response.ok) insistOnReadable(profile, new URL(url).pathname, body);
    return new Response(text, { status: response.status, statusText: response.statusText, headers: response.headers });
  };
}

/** One after the other: an exchange that counts requests refuses one that overtook another. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const turn = last.then(work);
    last = turn.catch(() => {});
    return turn;
  };
}

/** Redirects are errors: an order is sent to one address, once. Node's own `fetch` never sends a POST again. */
async function ask(url: string, { method, headers, body, signal }: Request): Promise<{ response: Response; text: string }> {
  const response = await fetch(url, {
    redirect: "error",
    ...(method === undefined ? {} : { method }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  });
  return { response, text: await response.text() };
}

function guardAddress(url: string, { headers }: Request, { hosts, isSandbox, profile }: WireOptions): void {
  const { host } = new URL(url);
  if (!hosts().has(host)) throw new WrongAddress(`${host} is no address of ${profile.id} in this environment`);
  const { sandboxHeader } = profile;
  if (sandboxHeader !== null && isSandbox !== (headers?.[sandboxHeader] === "1"))
    throw new WrongAddress(`a request ${isSandbox ? "to the sandbox lacks" : "with real money has"} ${sandboxHeader}`);
}

function listenForSilence({ status, headers }: Response, { budget, onSilence }: WireOptions): void {
  const wait = retryAfterMs(headers.get("retry-after")) ?? SILENCE_MS[status];
  if (wait === undefined || (status !== 429 && status !== 418 && status !== 503 && status !== 403)) return;
  budget.silence(Date.now() + wait);
  onSilence(wait, `HTTP ${status}`);
}

/** Seconds or a date; at most an hour of either. */
function retryAfterMs(text: string | null): number | undefined {
  if (text === null) return undefined;
  const seconds = /^\d{1,9}(?:\.\d+)?$/.test(text.trim()) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(seconds) ? Math.min(Math.max(0, seconds), 3_600_000) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function insistOnReadable({ envelope, lists, id }: ExchangeProfile, path: string, body: unknown): void {
  if (typeof body !== "object" || body === null) throw new Unreadable(`${id} ${path}: the answer is not JSON`);
  if (envelope !== null && !(envelope in body)) throw new Unreadable(`${id} ${path}: the answer has no ${envelope}`);
  if (lists?.test(path) === true && !Array.isArray(body) && !("code" in body)) throw new Unreadable(`${id} ${path}: the answer is no list`);
}

function neverConnected(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : undefined;
  const codes = cause instanceof AggregateError ? cause.errors.map(codeOf) : [codeOf(cause)];
  return codes.length > 0 && codes.every((code) => code !== undefined && NEVER_CONNECTED.has(code));
}

const codeOf = (error: unknown): string | undefined =>
  typeof error === "object" && error !== null && "code" in error && typeof error.code === "string" ? error.code : undefined;
