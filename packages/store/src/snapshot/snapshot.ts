import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import type { State, StateView } from "@bulkhead/core";
import { hexOf } from "../chain.ts";
import { type Coder, generate } from "../codec/generate.ts";
import { newReader, refuse } from "../codec/read.ts";
import { viewOf } from "../codec/schema.ts";
import { newWriteContext } from "../codec/write.ts";
import { JournalCorrupt } from "../errors.ts";
import type { Snapshot, StoredJournal } from "../journal.ts";
import { imageOf, type StateImage, tablesOf } from "./image.ts";
import { STATE } from "./state-schema.ts";

/** The view that digests are taken over now. Raised when state gains a field; golden journals name theirs. */
export const STATE_VIEW = 1;

/** By view; 0 is the snapshot's own layout. Made when first asked for: most processes take neither. */
const coders = new Map<number, Coder>();
const SNAPSHOT_LAYOUT = 0;

/** Names the layout of a snapshot's bytes: it changes with the declaration, so that older bytes are never misread. */
export const SNAPSHOT_SCHEMA: string = createHash("sha256").update(JSON.stringify(STATE.node)).digest("hex").slice(0, 16);

/** The fields that a view has, in their order, maps and sets sorted by key: equal content gives equal bytes. */
export function canonicalState(state: StateView, view: number = STATE_VIEW): Uint8Array {
  return written(coderOf(view), imageOf(state));
}

/** SHA-256 of the canonical state, hex (I17). */
export function stateDigest(state: StateView, view: number = STATE_VIEW): string {
  return createHash("sha256").update(canonicalState(state, view)).digest("hex");
}

/** The state at the journal's head, its bytes behind their own hash, which must be the state's own sequence. */
export function takeSnapshot(state: StateView, journal: StoredJournal): Snapshot {
  const tables = written(coderOf(SNAPSHOT_LAYOUT), imageOf(state));
  const bytes = Buffer.concat([sha256(tables), tables]);
  return { seq: state.seq, schema: SNAPSHOT_SCHEMA, chainHash: journal.head.hash, digest: stateDigest(state), bytes };
}

/**
 * The tables of a snapshot, or undefined where it is of another layout, does not decode or does not have the digest that it claims:
 * a snapshot is disposable, the journal is replayed instead.
 */
export function restoreSnapshot(snapshot: Snapshot, asserting: boolean): State | undefined {
  if (snapshot.schema !== SNAPSHOT_SCHEMA) return undefined;
  try {
    const tables = snapshot.bytes.subarray(HASH_SIZE);
    // Looked at first: damaged tables could ask for endless room before anybody sees that they are damaged.
    if (!sha256(tables).equals(snapshot.bytes.subarray(0, HASH_SIZE))) return undefined;
    const reader = newReader(tables);
    const image = coderOf(SNAPSHOT_LAYOUT).decode(reader) as StateImage;
    if (reader.position !== tables.length) refuse("TRAILING_BYTES", reader.position);
    const state = tablesOf(image, asserting);
    return state.seq === snapshot.seq && stateDigest(state) === snapshot.digest ? state : undefined;
  } catch (error) {
    if (error instanceof JournalCorrupt) return undefined;
    throw error;
  }
}

/** The latest snapshot's tables, if it is of this journal's own history and sound: replay goes on from its `seq`. */
export function restoreLatest(journal: StoredJournal, asserting: boolean): State | undefined {
  const snapshot = journal.snapshots.latest(SNAPSHOT_SCHEMA);
  if (snapshot === undefined) return undefined;
  for (const { lastSeq, hash } of journal.batches(snapshot.seq)) {
    return lastSeq === snapshot.seq && hexOf(hash) === snapshot.chainHash ? restoreSnapshot(snapshot, asserting) : undefined;
  }
  return undefined;
}

const HASH_SIZE = 32;
const sha256 = (bytes: Uint8Array): Buffer => createHash("sha256").update(bytes).digest();

function coderOf(view: number): Coder {
  let coder = coders.get(view);
  if (coder === undefined) {
    const made = view === SNAPSHOT_LAYOUT ? generate([STATE.node]) : generate([viewOf(STATE.node, view)], "view");
    [coder] = made as readonly [Coder];
    coders.set(view, coder);
  }
  return coder;
}

/** Writes with more and more room until it fits. */
function written(coder: Coder, image: StateImage): Uint8Array {
  let bytes = new Uint8Array(1 << 16);
  for (;;) {
    const end = coder.encode(bytes, 0, image, newWriteContext());
    if (end <= bytes.length) return bytes.subarray(0, end);
    bytes = new Uint8Array(2 * end);
  }
}
