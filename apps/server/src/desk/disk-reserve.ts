import { existsSync, rmSync, statfsSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";

const MEBIBYTE = 1_048_576;
/** Room for the last records of a full disk (reliability D1). */
const RESERVE_BYTES = 64 * MEBIBYTE;
/** With less than this the disk is full, as far as a desk is concerned. */
const LEAST_BYTES = 32 * MEBIBYTE;
/** What has to be free beyond the reserve before it is made again, so that it does not come and go. */
const MARGIN_BYTES = 128 * MEBIBYTE;

export type DiskSizes = Readonly<{ reserveBytes: number; leastBytes: number; marginBytes: number }>;
const SIZES: DiskSizes = { reserveBytes: RESERVE_BYTES, leastBytes: LEAST_BYTES, marginBytes: MARGIN_BYTES };

export type DiskReserveOptions = Readonly<{
  /** The data folder. */
  folder: string;
  sizes?: Partial<DiskSizes>;
  /** The reserve is not made sooner after this was; default 0. */
  restMs?: number;
  /** Bytes that are free where the folder is; undefined: nobody can say. */
  freeBytes?: () => number | undefined;
}>;

/**
 * A file that holds room which a full disk still has for the desk: once the disk is full it is given up, so that cancels, kills and the mode
 * that stops everything else can be written down. Whoever looks is told whether the disk is full.
 */
export class DiskReserve {
  readonly #path: string;
  readonly #sizes: DiskSizes;
  readonly #freeBytes: () => number | undefined;
  #fullAt: number | undefined;
  #making = false;
  readonly #makeFrom: number;
  /** Resolves when what is being made is made, or cannot be. */
  made: Promise<void> = Promise.resolve();

  constructor({ folder, sizes, freeBytes, restMs }: DiskReserveOptions) {
    this.#makeFrom = performance.now() + (restMs ?? 0);
    this.#path = join(folder, "reserve");
    this.#sizes = { ...SIZES, ...sizes };
    this.#freeBytes = freeBytes ?? (() => freeBytesAt(folder));
  }

  get isHeld(): boolean {
    return existsSync(this.#path);
  }

  /** Bytes that are free where the disk is full; undefined: it is not. Gives the reserve up, and makes it again behind the caller. */
  look(): number | undefined {
    const { leastBytes, reserveBytes, marginBytes } = this.#sizes;
    const free = this.#freeBytes();
    if (free === undefined) return this.#fullAt;
    if (free < leastBytes) {
      this.#fullAt = free;
      this.#giveUp();
    } else if (this.isHeld || free >= leastBytes + reserveBytes + marginBytes) {
      this.#fullAt = undefined;
      if (!this.isHeld && !this.#making && performance.now() >= this.#makeFrom) this.made = this.#make();
    } else if (this.#fullAt !== undefined) this.#fullAt = free;
    return this.#fullAt;
  }

  /** Before anything of a start is written: room for it, where the disk is full. */
  giveUpWhereFull(): void {
    if ((this.#freeBytes() ?? Number.POSITIVE_INFINITY) < this.#sizes.leastBytes) this.#giveUp();
  }

  #giveUp(): void {
    rmSync(this.#path, { force: true });
  }

  /** In pieces, so that nothing waits for the disk; zeros would do, but some file systems keep none of them. Half of it is worth nothing. */
  async #make(): Promise<void> {
    this.#making = true;
    const unfinished = `${this.#path}.new`;
    const chunk = new Uint8Array(MEBIBYTE).fill(0xa5);
    try {
      const file = await open(unfinished, "w", 0o600);
      try {
        for (let left = this.#sizes.reserveBytes; left > 0; left -= chunk.length) await file.write(chunk, 0, Math.min(left, chunk.length));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(unfinished, this.#path);
    } catch {
      await rm(unfinished, { force: true }).catch(() => undefined);
    } finally {
      this.#making = false;
    }
  }
}

function freeBytesAt(folder: string): number | undefined {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return undefined;
  }
}
