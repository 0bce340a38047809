import { genesisHash, hexOf } from "../chain.ts";
import { newReader } from "../codec/read.ts";
import { RECORDS } from "../codec/record.ts";
import { JournalCorrupt } from "../errors.ts";

/** A place in a chain that was proved from its beginning: the last batch, its last sequence, the hash up to it in hex; 0 at the beginning. */
export type Point = Readonly<{ batch: number; seq: number; hash: string }>;

/** Where the chain of a journal begins. */
export const beginning = (id: string): Point => ({ batch: 0, seq: 0, hash: hexOf(genesisHash(id)) });

/** The first and last sequence in the bytes of a batch, or undefined where they are not records one after the other. */
export function seqsOf(bytes: Uint8Array): Readonly<{ first: number; last: number }> | undefined {
  let seqs: { first: number; last: number } | undefined;
  try {
    const reader = newReader(bytes);
    while (reader.position < bytes.length) {
      const { seq } = RECORDS.decode(reader);
      if (seqs !== undefined && seq !== seqs.last + 1) return undefined;
      seqs = { first: seqs?.first ?? seq, last: seq };
    }
  } catch (error) {
    if (error instanceof JournalCorrupt) return undefined;
    throw error;
  }
  return seqs;
}
