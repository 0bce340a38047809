/**
 * What a code says to people: what happened and why, with `{placeholders}` for the figures that come with it, and what to do.
 * Both halves are whole sentences.
 */
export type Sentence = Readonly<{ says: string; fix: string }>;

/** The figures of a sentence. */
export type Figures = Readonly<Record<string, unknown>>;

const PLACEHOLDER = /\{(\w+)\}/g;

/** The names that a sentence has figures for. */
export function placeholdersOf(sentence: Sentence): ReadonlySet<string> {
  return new Set([...`${sentence.says} ${sentence.fix}`.matchAll(PLACEHOLDER)].map((match) => match[1] ?? ""));
}

/** Of a receipt: where its rule's sentence does not use them they mean nothing to a reader. */
const OF_RULE: ReadonlySet<string> = new Set(["bound", "observed"]);

/** The sentence with its figures; a figure that did not come reads `?`, one that has no place stands in brackets at the end. */
export function fill(sentence: Sentence, figures: Figures): string {
  const used = placeholdersOf(sentence);
  const put = (text: string): string => text.replaceAll(PLACEHOLDER, (_, name: string) => shown(figures[name]));
  const rest = Object.entries(figures).filter(
    ([name, value]) => !used.has(name) && !OF_RULE.has(name) && value !== undefined && value !== null && value !== "",
  );
  const says = put(sentence.says);
  const extra = rest.length === 0 ? "" : ` (${rest.map(([name, value]) => `${name} ${shown(value)}`).join(", ")})`;
  return `${says.replace(/\.$/, "")}${extra}. ${put(sentence.fix)}`;
}

function shown(value: unknown): string {
  if (value === undefined || value === null) return "?";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
