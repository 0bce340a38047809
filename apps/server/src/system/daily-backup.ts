import type { BackupConfig } from "@bulkhead/contract";

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
/** Timers that run for hours drift and miss a machine's sleep: the wall's clock is looked at this often instead. */
const LOOK_EVERY_MS = 30_000;
/** A desk that starts has other things to do first. */
const AFTER_START_MS = 60_000;
/** What failed is tried again. */
const AGAIN_MS = 3_600_000;

export type DailyBackupSetup = Readonly<{
  config: Pick<BackupConfig, "daily" | "atMinute">;
  now: () => number;
  /** When the latest was made; undefined where there is none. */
  latestAt: () => number | undefined;
  /** Makes one; false where it failed. */
  make: () => Promise<boolean>;
}>;

/** When the next daily backup is due: at its time of day, or soon after the start where the latest is more than a day old. */
export function nextBackupAt(atMinute: number, now: number, latestAt: number | undefined): number {
  if (latestAt !== undefined && now - latestAt > DAY_MS) return now + AFTER_START_MS;
  const today = Math.floor(now / DAY_MS) * DAY_MS + atMinute * MINUTE_MS;
  return today > now ? today : today + DAY_MS;
}

/** Backs the desk up once a day, also after days on which it did not run. */
export class DailyBackup {
  readonly #setup: DailyBackupSetup;
  readonly #timer: NodeJS.Timeout | undefined;
  #dueAt: number;
  #busy = false;

  constructor(setup: DailyBackupSetup) {
    this.#setup = setup;
    const { config, now, latestAt } = setup;
    this.#dueAt = config.daily ? nextBackupAt(config.atMinute, now(), latestAt()) : Number.POSITIVE_INFINITY;
    this.#timer = config.daily ? setInterval(() => void this.look(), LOOK_EVERY_MS).unref() : undefined;
  }

  get dueAt(): number {
    return this.#dueAt;
  }

  /** Makes one where it is due. */
  async look(): Promise<void> {
    const { config, now, make, latestAt } = this.#setup;
    if (this.#busy || now() < this.#dueAt) return;
    this.#busy = true;
    try {
      const made = await make();
      this.#dueAt = made ? nextBackupAt(config.atMinute, now(), latestAt()) : now() + AGAIN_MS;
    } finally {
      this.#busy = false;
    }
  }

  close(): void {
    clearInterval(this.#timer);
  }
}
