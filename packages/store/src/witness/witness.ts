import { Buffer } from "node:buffer";
import { closeSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, statSync, writevSync } from "node:fs";
import { join } from "node:path";
import { type AccountId, assert } from "@bulkhead/core";
import { genesisHash, hexOf } from "../chain.ts";
import { syncFolder } from "../folder/home.ts";
import { encodeHeader, FRAME_OVERHEAD, frameParts } from "./segment.ts";
import { lastSegment, segmentName } from "./segments.ts";

/** A segment that has reached this size is followed by a new one. */
const SEGMENT_BYTES = 16 * 1024 * 1024;
/** Bound on what a power cut can take from the witness (design 6); what is written is synced at half of it. */
export const SYNC_WITHIN_MS = 1_000;

/** The disk refused the witness: nothing more is acknowledged, start-up decides (reliability D2: a failed sync is never tried again). */
export class WitnessFailed extends Error {
  readonly code = "WITNESS_FAILED";
  constructor(details: string, cause: unknown) {
    super(`WITNESS_FAILED: ${details}`, { cause });
  }
}

export type WitnessOptions = Readonly<{ id: string; account: AccountId; segmentBytes?: number }>;
/** Where a witness ends: its last batch, 0 when empty, and the chain up to it. */
export type WitnessHead = Readonly<{ batch: number; hash: string }>;

/** A new witness in a folder that is made; 0700, its files 0600. */
export function createWitness(folder: string, options: WitnessOptions): Witness {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const witness = new Witness(folder, options, { batch: 0, hash: genesisHash(options.id), segment: 0 });
  syncFolder(join(folder, ".."));
  return witness;
}

/** A witness that recovery left sound, to go on with after its last batch. */
export function openWitness(folder: string, options: WitnessOptions): Witness {
  const { number, head } = lastSegment(folder);
  return new Witness(folder, options, { batch: head.batch, hash: head.hash, segment: number });
}

/** The second witness, open for appending. Made by `createWitness` and `openWitness`. */
export class Witness {
  readonly folder: string;
  readonly #options: WitnessOptions;
  #batch: number;
  #hash: Uint8Array;
  #segment: number;
  #file: number;
  #size: number;
  #unsynced = false;
  /** The host's last instant at which everything was synced. */
  #cleanAtMs = Number.NEGATIVE_INFINITY;
  #askedAtMs = Number.NEGATIVE_INFINITY;
  #failed = false;

  constructor(folder: string, options: WitnessOptions, end: Readonly<{ batch: number; hash: Uint8Array; segment: number }>) {
    this.folder = folder;
    this.#options = options;
    this.#batch = end.batch;
    this.#hash = end.hash;
    this.#segment = end.segment;
    this.#size = 0;
    this.#file = end.segment === 0 ? this.#newSegment() : this.#openSegment();
  }

  get head(): WitnessHead {
    return { batch: this.#batch, hash: hexOf(this.#hash) };
  }

  /** Writes the batch after the head, not yet synced. Throws `WitnessFailed`, and from then on always. */
  append(batch: number, bytes: Uint8Array, hash: Uint8Array): void {
    assert(batch === this.#batch + 1, "WITNESS_BATCH_GAP", () => `batch=${batch}, head=${this.#batch}`);
    this.#attempt("append", () => {
      if (this.#size >= (this.#options.segmentBytes ?? SEGMENT_BYTES)) this.#roll();
      const size = FRAME_OVERHEAD + bytes.length;
      const written = writevSync(this.#file, [...frameParts(batch, bytes, hash)]);
      if (written !== size) throw new RangeError(`written=${written}, size=${size}`);
      this.#size += size;
    });
    this.#unsynced = true;
    this.#batch = batch;
    this.#hash = hash;
  }

  /** True when `sync` should be called now. Asked at least every half a second, nothing stays unsynced for longer than one. */
  syncDue(atMs: number): boolean {
    this.#askedAtMs = atMs;
    if (!this.#unsynced) this.#cleanAtMs = atMs;
    return this.#unsynced && atMs - this.#cleanAtMs >= SYNC_WITHIN_MS / 2;
  }

  /** Durable on return. Throws `WitnessFailed`. */
  sync(): void {
    this.#attempt("sync", () => fdatasyncSync(this.#file));
    this.#unsynced = false;
    this.#cleanAtMs = this.#askedAtMs;
  }

  /** Synced and closed; without the sync where the disk has failed. */
  close(): void {
    if (!this.#failed) this.sync();
    closeSync(this.#file);
    this.#failed = true;
  }

  #attempt(what: string, write: () => void): void {
    if (this.#failed) throw new WitnessFailed(`${what}, folder=${this.folder}`, undefined);
    try {
      write();
    } catch (cause) {
      this.#failed = true;
      throw new WitnessFailed(`${what}, folder=${this.folder}`, cause);
    }
  }

  #roll(): void {
    fdatasyncSync(this.#file);
    closeSync(this.#file);
    this.#file = this.#newSegment();
  }

  #newSegment(): number {
    this.#segment += 1;
    const file = openSync(this.#path(), "ax", 0o600);
    const { id, account } = this.#options;
    const header = encodeHeader({ number: this.#segment, firstBatch: this.#batch + 1, previous: this.#hash, id, account });
    writevSync(file, [header]);
    fsyncSync(file);
    syncFolder(this.folder);
    this.#size = header.length;
    return file;
  }

  #openSegment(): number {
    this.#size = statSync(this.#path()).size;
    return openSync(this.#path(), "a", 0o600);
  }

  #path(): string {
    return join(this.folder, segmentName(this.#segment));
  }
}

/** The bytes of a hash in hex. */
export const hashOf = (hex: string): Uint8Array => Buffer.from(hex, "hex");
