import { rmSync } from "node:fs";
import { dirname } from "node:path";
import { type AccountHome, syncFolder } from "./home.ts";
import { readJsonFile, writeJsonFile } from "./json-file.ts";

/**
 * Why an account starts read-only: its journal was restored from a backup or lost batches, so that the venue may know orders that it has
 * forgotten. `unreadable`: there is such a mark, but damaged.
 */
export type ReadOnlyReason = "restored" | "quarantined" | "unreadable";

export type ReadOnlyMarker = Readonly<{
  reason: ReadOnlyReason;
  /** The journal's epoch must be raised to this or more (`StartEpoch`) before anything is sent again; 0 where it is not known. */
  epochAtLeast: number;
  /** The last sequence that the journal had then. */
  seq: number;
}>;

export function writeMarker(home: AccountHome, marker: ReadOnlyMarker): void {
  writeJsonFile(home.marker, marker);
}

/** Undefined: the account may trade. */
export function readMarker(home: AccountHome): ReadOnlyMarker | undefined {
  const file = readJsonFile(home.marker);
  if (file === "missing") return undefined;
  const { reason, epochAtLeast, seq } = file === "unreadable" ? {} : file;
  const sound = (reason === "restored" || reason === "quarantined") && Number.isSafeInteger(epochAtLeast) && Number.isSafeInteger(seq);
  if (!sound) return { reason: "unreadable", epochAtLeast: 0, seq: 0 };
  return { reason, epochAtLeast: Number(epochAtLeast), seq: Number(seq) };
}

/** A person has looked and says go on. Who and why is the caller's to record, before. */
export function clearMarker(home: AccountHome): void {
  rmSync(home.marker, { force: true });
  syncFolder(dirname(home.marker));
}

/**
 * The next epoch for a journal that goes back to an earlier place. What was given out is kept for ever, also when the journals that used it
 * are gone: two orders never share an epoch and a sequence.
 */
export function claimEpoch(home: AccountHome, used: number): number {
  const file = readJsonFile(home.epochs);
  const given = typeof file === "object" && Number.isSafeInteger(file["highest"]) ? Number(file["highest"]) : 0;
  const epoch = Math.max(given, used) + 1;
  writeJsonFile(home.epochs, { highest: epoch });
  return epoch;
}
