import type { Failure } from "./messages.ts";
import type { ExchangeProfile } from "./profile.ts";

/** What a failed request means for the order that it was about. */
export type Verdict = "not-sent" | "refused" | "unknown";

/**
 * Refused is only what the exchange's table of codes proves, in an answer that is one; provably unsent is only what never left. Everything
 * else, a timeout and a 5xx first of all, may have been taken (B1, B2).
 */
export function verdictOf(profile: ExchangeProfile, failure: Failure): Verdict {
  if (!failure.mayHaveLeft) return "not-sent";
  if (failure.status === null || failure.status >= 500) return "unknown";
  // The same id a second time says that the first one is there.
  if (failure.name === "DuplicateOrderId" || SAME_ID.test(failure.words)) return "unknown";
  const { code } = failure;
  if (code !== null && profile.refusals.some((each) => matches(each, code))) return "refused";
  return profile.refusalNames.includes(failure.name) ? "refused" : "unknown";
}

/** Binance has no code of its own for it. A word proves nothing, and takes a proof away. */
const SAME_ID = /duplicate/i;

/** Errors of the key itself: no waiting helps. */
const KEY_ERRORS: ReadonlySet<string> = new Set(["AuthenticationError", "PermissionDenied", "AccountSuspended", "AccountNotEnabled"]);
/** Whether a person must act before anything can be asked at all. */
export const isForPeople = (failure: Failure): boolean =>
  failure.name === "Impossible" || (KEY_ERRORS.has(failure.name) && failure.status !== null && failure.status < 500);

const matches = (pattern: string, code: string): boolean =>
  pattern.endsWith("*") ? code.startsWith(pattern.slice(0, -1)) : pattern === code;
