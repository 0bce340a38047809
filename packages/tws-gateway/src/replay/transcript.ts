import type { WireEntry } from "../session/session.ts";

/** A line of a transcript that is none. */
export class TranscriptInvalid extends Error {
  override readonly name = "TranscriptInvalid";
  readonly code = "TRANSCRIPT_INVALID";
  readonly line: number;
  readonly reason: string;
  constructor(line: number, reason: string) {
    super(`TRANSCRIPT_INVALID: line=${line}, reason=${reason}`);
    this.line = line;
    this.reason = reason;
  }
}

/** One entry as one line, without its end. */
export const transcriptLine = ({ at, direction, connection, fields }: WireEntry): string =>
  JSON.stringify({ at, direction, connection, fields });

/**
 * Reads a transcript: per line `{"at": ISO instant, "direction": "client" | "server", "connection": 1…, "fields": [texts]}`, in the
 * order of the wire. A connection begins with the client's `["API", "v100..193"]` and the server's `[version, time]`; empty lines and
 * lines that begin with `#` are left out, and so are further keys. Throws `TranscriptInvalid`.
 */
export function readTranscript(text: string): WireEntry[] {
  return text.split("\n").flatMap((line, index) => {
    const said = line.trim();
    return said === "" || said.startsWith("#") ? [] : [entryOf(said, index + 1)];
  });
}

function entryOf(text: string, line: number): WireEntry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new TranscriptInvalid(line, "no JSON");
  }
  if (typeof value !== "object" || value === null) throw new TranscriptInvalid(line, "no object");
  const { at, direction, connection, fields } = value as Readonly<Record<string, unknown>>;
  if (typeof at !== "string" || Number.isNaN(Date.parse(at))) throw new TranscriptInvalid(line, "`at` is no instant");
  if (direction !== "client" && direction !== "server") throw new TranscriptInvalid(line, "`direction` is neither client nor server");
  if (typeof connection !== "number" || !Number.isInteger(connection) || connection < 1) {
    throw new TranscriptInvalid(line, "`connection` is no number from 1 on");
  }
  if (!Array.isArray(fields) || fields.length === 0 || !fields.every((field) => typeof field === "string" && !field.includes("\0"))) {
    throw new TranscriptInvalid(line, "`fields` are no texts");
  }
  return { at, direction, connection, fields: fields.map(String) };
}
