/** The fields of one message; the first is its id. */
export type Fields = readonly string[];

/** Length, then every field ended by NUL. */
export function frame(fields: Fields): Buffer {
  return lengthPrefixed(`${fields.join("\0")}\0`);
}

/** A body behind its length in four bytes, most significant first. */
export function lengthPrefixed(body: string): Buffer {
  const length = Buffer.byteLength(body, "utf8");
  const bytes = Buffer.allocUnsafe(4 + length);
  bytes.writeUInt32BE(length);
  bytes.write(body, 4, "utf8");
  return bytes;
}

/** Longest message of a client that is read; a longer one is no TWS client. */
const LENGTH_MAX = 1 << 20;

/** Puts messages together again from whatever pieces TCP delivers. The first is the greeting `API\0` with its version range. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);
  #greeted: boolean;

  /** `greeted`: the greeting is not expected, as on the client's side of the wire. */
  constructor(greeted = false) {
    this.#greeted = greeted;
  }

  /** What is whole now: `API` and the version text first, then fields. Throws `RangeError` on what cannot be a client's. */
  read(piece: Buffer): Fields[] {
    this.#rest = Buffer.concat([this.#rest, piece]);
    const messages: Fields[] = [];
    for (let message = this.#next(); message !== undefined; message = this.#next()) messages.push(message);
    return messages;
  }

  #next(): Fields | undefined {
    const greeting = this.#greeted ? 0 : 4;
    if (greeting > 0 && this.#rest.length >= greeting && this.#rest.toString("latin1", 0, 4) !== "API\0") throw new RangeError("GREETING");
    if (this.#rest.length < greeting + 4) return undefined;
    const length = this.#rest.readUInt32BE(greeting);
    if (length > LENGTH_MAX) throw new RangeError(`FRAME_LENGTH: bytes=${length}`);
    const end = greeting + 4 + length;
    if (this.#rest.length < end) return undefined;
    const body = this.#rest.toString("utf8", greeting + 4, end);
    this.#rest = this.#rest.subarray(end);
    if (greeting === 0) return body.replace(/\0$/, "").split("\0");
    this.#greeted = true;
    return ["API", body.replace(/\0$/, "")];
  }
}
