import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";

/** h_0 of a journal (I19). */
export function genesisHash(journalId: string): Uint8Array {
  return createHash("sha256").update("genesis").update(journalId).digest();
}

/** h_k: the hash before it, the batch's number and length, its bytes (I19). */
export function chainHash(previous: Uint8Array, batch: number, bytes: Uint8Array): Uint8Array {
  const header = new DataView(new ArrayBuffer(12));
  header.setBigUint64(0, BigInt(batch));
  header.setUint32(8, bytes.length);
  return createHash("sha256").update(previous).update(header).update(bytes).digest();
}

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
