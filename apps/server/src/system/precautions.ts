import { type Mode, scopeKey } from "@bulkhead/core";
import { DiskReserve } from "../desk/disk-reserve.ts";
import type { RunningAccount } from "../desk/running-account.ts";
import type { StartedDesk } from "../desk/start-desk.ts";
import { ClockWatch } from "./clock-watch.ts";

/** Modes that the desk itself has set begin with this, so that it lifts no other. */
const PRECAUTION = "precaution: ";
const LOOK_EVERY_MS = 1_000;
/** The books may be so far ahead of the clock before nothing new is begun (reliability C2). */
const CLOCK_BEHIND_MS = 30_000;
const MEBIBYTE = 1_048_576;
/** A start has better to do than to fill a file. */
const RESERVE_AFTER_MS = 10_000;

/** A jump of the wall's clock beyond this makes what is known old (reliability R4). */
const JUMP_MS = 5_000;

/** What precautions need of an account. */
export type HeldAccount = Pick<RunningAccount, "state" | "submit" | "clockJumped"> &
  Readonly<{ durability: Readonly<{ slowMs: number | undefined }> }>;

export type PrecautionsOptions = Readonly<{
  accounts: () => readonly HeldAccount[];
  reserve: Pick<DiskReserve, "look">;
  /** The desk's clock. */
  now: () => number;
  /** Jumps of the machine's clock. */
  clock?: Pick<ClockWatch, "look" | "jumps">;
  /** Default: looks each second. */
  timed?: boolean;
}>;

/** Begins to look after a running desk. */
export function openPrecautions({ desk, data }: StartedDesk): Readonly<{ close: () => void }> {
  const precautions = new Precautions({
    accounts: () => [...desk.accounts.values()],
    reserve: new DiskReserve({ folder: data, restMs: RESERVE_AFTER_MS }),
    now: () => desk.clock.now(),
  });
  return { close: () => precautions.close() };
}

/** Holds accounts back where the machine cannot be relied on: a full or slow disk, a clock that stands before the books. Only cancels pass until it can. */
export class Precautions {
  readonly #options: PrecautionsOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #asked = new WeakSet<HeldAccount>();
  readonly #clock: Pick<ClockWatch, "look" | "jumps">;
  #jumps = 0;

  constructor(options: PrecautionsOptions) {
    this.#options = options;
    this.#clock = options.clock ?? new ClockWatch(undefined, false);
    this.#timer = options.timed === false ? undefined : setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  look(): void {
    const { accounts, reserve, now } = this.#options;
    const free = reserve.look();
    const disk = free === undefined ? [] : [`the disk is full, ${Math.floor(free / MEBIBYTE)} MiB are left`];
    this.#lookAtClock();
    for (const account of accounts()) {
      const behindMs = account.state.at - now();
      const clock = behindMs > CLOCK_BEHIND_MS ? ["the clock stands before the last record"] : [];
      const { slowMs } = account.durability;
      const slow = slowMs === undefined ? [] : [`records took up to ${slowMs} ms to become durable`];
      this.#hold(account, [...disk, ...clock, ...slow]);
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** A machine that slept or was set: everything that was known is to be known anew. */
  #lookAtClock(): void {
    this.#clock.look();
    const { count, last } = this.#clock.jumps;
    if (count === this.#jumps || last === null) return;
    this.#jumps = count;
    if (Math.abs(last.ms) > JUMP_MS) for (const account of this.#options.accounts()) account.clockJumped(Math.round(last.ms / 1_000));
  }

  /** What a person or a restore has set stays as it is. */
  #hold(account: HeldAccount, reasons: readonly string[]): void {
    const scope = { kind: "account" } as const;
    const current = account.state.modes.get(scopeKey(scope));
    const isFree = current === undefined || current.mode === "ready";
    const isOurs = !isFree && current.reason.startsWith(PRECAUTION);
    if (reasons.length === 0 ? isOurs : isFree) this.#set(account, reasons);
  }

  #set(account: HeldAccount, reasons: readonly string[]): void {
    if (this.#asked.has(account)) return;
    this.#asked.add(account);
    const mode: Mode = reasons.length === 0 ? "ready" : "cancel_only";
    const reason = `${PRECAUTION}${reasons.length === 0 ? "over" : reasons.join("; ")}`;
    const over = (): boolean => this.#asked.delete(account);
    // Nothing more can be done about it here: an account that is halted is held anyway, a lost journal ends the process.
    account.submit({ type: "SetMode", scope: { kind: "account" }, mode, reason }).then(over, over);
  }
}
