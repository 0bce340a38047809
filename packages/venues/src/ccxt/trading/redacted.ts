import type { Keys } from "./messages.ts";

/** Longest sentence that leaves the worker. */
const WORDS_MAX = 400;

/**
 * A function that takes everything secret out of a text and makes one line of it: keys in any spelling that they travel in, whatever
 * follows a `?` of an address (signatures stand there), and values of names that sign requests.
 */
export function redactor(keys: Keys): (text: string) => string {
  const secrets = Object.values(keys)
    .filter((value): value is string => typeof value === "string" && value.length >= 4)
    .flatMap((value) => [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1)])
    .sort((a, b) => b.length - a.length);
  return (text) => {
    let plain = text.slice(0, 20_000);
    for (const secret of secrets) plain = plain.replaceAll(secret, "‹key›");
    return plain
      .replaceAll(/((?:https?|wss?):\/\/[^\s?"']*)\?[^\s"']*/gi, "$1?‹…›")
      .replaceAll(
        /("?\b(?:signature|sign|api-?key|apikey|secret|passphrase|token|nonce|listenKey|jwt)"?\s*[=:]\s*)"?[^\s&,"'}]+"?/gi,
        "$1‹…›",
      )
      .replaceAll(/\s+/g, " ")
      .trim()
      .slice(0, WORDS_MAX);
  };
}
