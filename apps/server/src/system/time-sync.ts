import { execFile } from "node:child_process";

/** Whether the system says that its clock is kept by NTP. */
export type TimeSync = "synced" | "unsynced" | "unknown";

const ASKED_EVERY_MS = 3_600_000;
const PATIENCE_MS = 2_000;

/** Asks systemd beside the desk's own work, at most once an hour; where there is no systemd nobody knows. */
export class TimeSyncWatch {
  #known: TimeSync = "unknown";
  #askedAt = Number.NEGATIVE_INFINITY;

  get state(): TimeSync {
    if (performance.now() - this.#askedAt > ASKED_EVERY_MS) this.#ask();
    return this.#known;
  }

  #ask(): void {
    this.#askedAt = performance.now();
    execFile("timedatectl", ["show", "--property=NTPSynchronized", "--value"], { timeout: PATIENCE_MS }, (error, out) => {
      this.#known = error !== null ? "unknown" : out.trim() === "yes" ? "synced" : out.trim() === "no" ? "unsynced" : "unknown";
    });
  }
}
