/** Control and direction characters, and what some readers take for the end of a line. */
const UNSHOWN = /[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]/gu;
const MESSAGE_MAX = 2_000;
const FIELDS_MAX = 8_000;

const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\bbh_[0-9a-f]{16}_[A-Za-z0-9_-]{20,}/g, "bh_[redacted]"],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, "$1 [redacted]"],
  [/\/\/[^\s/@:]+:[^\s/@]+@/g, "//[redacted]@"],
  [/\b(pass(?:word|phrase)?|secret|token|api[_-]?key|authorization|cookie)(["']?\s*[:=]\s*["']?)[^\s"',;}]+/gi, "$1$2[redacted]"],
];

/** One line that nobody's name or reason can break, continue or turn around (SEC-AUDIT 33), and that holds nothing that looks like a secret. */
export const plainLine = (text: string): string => withoutSecrets(text).replace(UNSHOWN, escaped).slice(0, MESSAGE_MAX);

/** Fields as one line of JSON; too many of them are left out whole. */
export function plainFields(fields: Readonly<Record<string, unknown>> | undefined): string {
  if (fields === undefined) return "{}";
  const shown = Object.entries(fields).map(([name, value]) => [name, typeof value === "string" ? withoutSecrets(value) : value]);
  const text = JSON.stringify(Object.fromEntries(shown)).replace(UNSHOWN, escaped);
  return text.length > FIELDS_MAX ? '{"left_out":true}' : text;
}

const withoutSecrets = (text: string): string => SECRETS.reduce((shown, [pattern, instead]) => shown.replace(pattern, instead), text);

/** As JSON writes it: each half of a pair by itself. */
function escaped(character: string): string {
  let text = "";
  for (let i = 0; i < character.length; i++) text += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  return text;
}
