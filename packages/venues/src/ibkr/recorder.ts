/** One frame of a session, as a line of a transcript (docs/simulated-gateway.md): fields as they went over the wire, accounts masked. */
export type RecordedFrame = Readonly<{
  /** ISO 8601. */
  at: string;
  direction: "client" | "server";
  /** From 1, in the order in which they were opened. */
  connection: number;
  fields: readonly string[];
}>;

/** Where the frames of a session go. It may not throw. */
export type FrameRecorder = (frame: RecordedFrame) => void;

/** The fields of what the library sent: the greeting without the length that is mixed in, nothing where nothing was set. */
export function sentFields(tokens: readonly unknown[]): readonly string[] {
  const texts = tokens.map((token) => (token === undefined || token === null ? "" : String(token)));
  return texts[0] === "API\0" ? ["API", texts.at(-1) ?? ""] : texts;
}

const ACCOUNT = /\b(?:D?[UFI])\d{5,10}\b/g;
const MANAGED_ACCOUNTS = "15";

/** Masks account numbers, the same number always by the same mask; a paper account stays recognizable as one. */
export class Masker {
  readonly #masks = new Map<string, string>();

  mask(fields: readonly string[]): readonly string[] {
    if (fields[0] === MANAGED_ACCOUNTS) for (const account of (fields[2] ?? "").split(",")) this.#maskOf(account);
    return fields.map((field) => this.#text(field));
  }

  #text(field: string): string {
    const known = this.#masks.get(field);
    return known ?? field.replaceAll(ACCOUNT, (account) => this.#maskOf(account));
  }

  #maskOf(account: string): string {
    if (account === "") return "";
    const known = this.#masks.get(account);
    if (known !== undefined) return known;
    const mask = `${/^[A-Z]*/.exec(account)?.[0] || "U"}${9_000_001 + this.#masks.size}`;
    this.#masks.set(account, mask);
    return mask;
  }
}
