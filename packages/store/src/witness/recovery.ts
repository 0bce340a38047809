import type { DatabaseProblem } from "./database-side.ts";
import type { Point } from "./point.ts";
import type { Side } from "./rebuild.ts";
import type { WitnessStop } from "./witness-side.ts";

/** What is wrong with one side, or that nothing is. `behind`: sound, but it lacks what the other side has. */
export type SideProblem = "missing" | "behind" | DatabaseProblem | WitnessStop["problem"];

/** A side that was made anew, and how many batches it had not, or not provably, before. */
export type Repair = Readonly<{ side: Side; why: SideProblem; batches: number }>;

export type RecoveryRefusal = "WITNESS_FOREIGN" | "ACCOUNT_DIFFERS" | "HISTORIES_DIVERGED" | "DATABASE_NEWER" | "WITNESS_NEWER";

/**
 * What a start found and did. `head` is the last place that is proved; `since` the sequence up to which an earlier start had proved it, 0: all
 * was read now.
 * - `absent`: there never was a journal here.
 * - `clean`: both sides hold the same.
 * - `completed`: the witness lacked the last batches, or ended inside a frame that was cut: an ordinary crash.
 * - `repaired`: a side was made anew and both are equal; what was there is in `movedTo`.
 * - `quarantined`: as repaired, but what lay beyond the head could not be proved: read-only until a person says otherwise.
 * - `halted`: neither side is whole and together they do not prove all that was there; nothing was touched.
 * - `refused`: the folder is not what it should be; nothing was touched.
 */
export type Recovery = Readonly<
  | { outcome: "absent" }
  | { outcome: "clean"; head: Point; since: number }
  | { outcome: "completed"; head: Point; since: number; batches: number; cutBytes: number }
  | { outcome: "repaired"; head: Point; repairs: readonly Repair[]; movedTo: string }
  | { outcome: "quarantined"; head: Point; repairs: readonly Repair[]; movedTo: string; epochAtLeast: number }
  | { outcome: "halted"; head: Point; database: SideProblem | undefined; witness: SideProblem | undefined }
  | { outcome: "refused"; code: RecoveryRefusal; details: string }
>;

/** One sentence for the start-up's output and the log. */
export function recoverySentence(recovery: Recovery): string {
  switch (recovery.outcome) {
    case "absent":
      return "There is no journal yet.";
    case "clean":
      return `Database and witness agree up to sequence ${recovery.head.seq}${before(recovery.since)}.`;
    case "completed":
      return `The witness was completed by ${counted(recovery.batches, "batch", "batches")} from the database${cut(recovery.cutBytes)}; both stand at sequence ${recovery.head.seq}${before(recovery.since)}.`;
    case "repaired":
      return `${repaired(recovery.repairs)}Both stand at sequence ${recovery.head.seq}, nothing is lost; what was there is kept in ${recovery.movedTo}.`;
    case "quarantined":
      return `What was written after sequence ${recovery.head.seq} cannot be proved. ${repaired(recovery.repairs)}The account is read-only until you have compared it with the venue; what was there is kept in ${recovery.movedTo}.`;
    case "halted":
      return `Database (${recovery.database ?? "whole"}) and witness (${recovery.witness ?? "whole"}) are both damaged. Sequence ${recovery.head.seq} is the last that is proved; nothing was touched. Restore a backup, or accept what is proved.`;
    case "refused":
      return `${recovery.code}: ${recovery.details}. Nothing was touched.`;
  }
}

const counted = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const before = (since: number): string => (since === 0 ? "" : ` (up to ${since} by an earlier start)`);

const cut = (bytes: number): string => (bytes === 0 ? "" : `, after ${counted(bytes, "byte", "bytes")} of an unfinished one were cut`);

function repaired(repairs: readonly Repair[]): string {
  return repairs
    .map(({ side, why, batches }) => `The ${side} (${why}) was made anew with ${counted(batches, "batch", "batches")} that it lacked. `)
    .join("");
}
