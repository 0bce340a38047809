import { type Mode, scopeKey } from "@bulkhead/core";
import { DiskReserve } from "../desk/disk-reserve.ts";
import type { RunningAccount } from "../desk/running-account.ts";
import type { StartedDesk } from "../desk/start-desk.ts";

/** Modes that the desk itself has set begin with this, so that it lifts no other. */
const PRECAUTION = "precaution: ";
const LOOK_EVERY_MS = 1_000;
/** The books may be so far ahead of the clock before nothing new is begun (reliability C2). */
const CLOCK_BEHIND_MS = 30_000;
const MEBIBYTE = 1_048_576;
/** A start has better to do than to fill a file. */
const RESERVE_AFTER_MS = 10_000;

/** What precautions need of an account. */
export type HeldAccount = Pick<RunningAccount, "state" | "submit">;

export type PrecautionsOptions = Readonly<{
  accounts: () => readonly HeldAccount[];
  reserve: Pick<DiskReserve, "look">;
  /** The desk's clock. */
  now: () => number;
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

/** Holds accounts back where the machine cannot be relied on: a full disk, a clock that stands before the books. Only cancels pass until it can. */
export class Precautions {
  readonly #options: PrecautionsOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #asked = new WeakSet<HeldAccount>();

  constructor(options: PrecautionsOptions) {
    this.#options = options;
    this.#timer = options.timed === false ? undefined : setInterval(() => this.look(), LOOK_EVERY_MS).unref();
  }

  look(): void {
    const { accounts, reserve, now } = this.#options;
    const free = reserve.look();
    const disk = free === undefined ? [] : [`the disk is full, ${Math.floor(free / MEBIBYTE)} MiB are left`];
    for (const account of accounts()) {
      const behindMs = account.state.at - now();
      const clock = behindMs > CLOCK_BEHIND_MS ? ["the clock stands before the last record"] : [];
      this.#hold(account, [...disk, ...clock]);
    }
  }

  close(): void {
    clearInterval(this.#timer);
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
