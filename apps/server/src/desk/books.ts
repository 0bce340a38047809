import { explain } from "@bulkhead/contract";
import type { AccountId } from "@bulkhead/core";
import { createEngine, type Engine, type StateView } from "@bulkhead/core";
import {
  type AccountHome,
  accountHome,
  type ReadOnlyMarker,
  recoverySentence,
  restoreLatest,
  type StoredJournal,
  startJournal,
  type Witness,
} from "@bulkhead/store";
import { DeskProblem } from "./problem.ts";

/** The books of one account, recovered and replayed: everything that was ever acknowledged is in them. */
export type Books = Readonly<{
  home: AccountHome;
  engine: Engine;
  journal: StoredJournal;
  witness: Witness;
  /** Why nothing may be sent before a person has looked. */
  readOnly: ReadOnlyMarker | undefined;
  /** What recovery found, in a sentence. */
  found: string;
  /** Records that were replayed behind the snapshot. */
  replayed: number;
}>;

/** Opens the books of an account in a data folder that this process holds; makes them, under `newId`, where there never were any. */
export function openBooks(folder: string, account: AccountId, newId: string): Books {
  const home = accountHome(folder, account);
  const { recovery, opened } = startJournal(home, newId);
  const found =
    recovery.outcome === "refused"
      ? `${recovery.code}: ${explain(recovery.code, { details: recovery.details })}`
      : recoverySentence(recovery);
  if (opened === undefined) throw new DeskProblem("DESK_JOURNAL_UNUSABLE", { account }, [found]);
  const { journal, witness, readOnly } = opened;
  return { home, ...replay(journal), journal, witness, readOnly, found };
}

/** The books as the journal has them now, made anew; undefined where it cannot be read any more. */
export function durableState({ journal }: Pick<Books, "journal">): StateView | undefined {
  try {
    return replay(journal).engine.state;
  } catch {
    // Then nobody is shown anything: what there is may be ahead of what stands.
    return undefined;
  }
}

function replay(journal: StoredJournal): Pick<Books, "engine" | "replayed"> {
  const state = restoreLatest(journal, true);
  const engine = createEngine(state === undefined ? {} : { state });
  let replayed = 0;
  for (const record of journal.read(engine.state.seq + 1)) {
    engine.replay(record);
    replayed += 1;
  }
  return { engine, replayed };
}
