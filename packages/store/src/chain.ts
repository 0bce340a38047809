import { Buffer } from "node:buffer";
import { createHash, hash } from "node:crypto";

/** h_0 of a journal (I19). */
export function genesisHash(journalId: string): Uint8Array {
  return createHash("sha256").update("genesis").update(journalId).digest();
}

/** Previous hash, batch, length: what stands before the bytes. */
const PREFIX = 44;
const scratch = Buffer.allocUnsafe(64 * 1024);

/** h_k: the hash before it, the batch's number and length, its bytes (I19). */
export function chainHash(previous: Uint8Array, batch: number, bytes: Uint8Array): Uint8Array {
  const size = PREFIX + bytes.length;
  // In one piece and one call: three updates of a hash object take twice as long, and a start proves every batch there is.
  const input = size <= scratch.length ? scratch.subarray(0, size) : Buffer.allocUnsafe(size);
  input.set(previous, 0);
  input.writeUInt32BE(Math.floor(batch / 2 ** 32), 32);
  input.writeUInt32BE(batch % 2 ** 32, 36);
  input.writeUInt32BE(bytes.length, 40);
  input.set(bytes, PREFIX);
  return hash("sha256", input, "buffer");
}

export const equalHashes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

export const hexOf = (hash: Uint8Array): string => Buffer.from(hash).toString("hex");

/** SHA-256 over records in order, however they are cut into batches. */
export class RunningDigest {
  readonly #hash = createHash("sha256");
  /** Batches taken in so far. */
  batch = 0;
  /** Takes in the next batch. */
  add(bytes: Uint8Array): void {
    this.#hash.update(bytes);
    this.batch += 1;
  }
  /** Of everything so far, hex. */
  digest(): string {
    return this.#hash.copy().digest("hex");
  }
}
