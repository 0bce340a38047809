import type { Command } from "@bulkhead/core";
import { takeSnapshot } from "@bulkhead/store";
import type { Books } from "../desk/books.ts";

/** Executes what was tried and appends it as one: durable on return, or nothing of it is. Throws where the books say otherwise than the trial. */
export function bookAll({ engine, journal }: Pick<Books, "engine" | "journal">, commands: readonly Command[]): void {
  const expected = engine.state.seq;
  const batch = journal.newBatch();
  for (const command of commands) {
    const step = engine.execute(command);
    if (!step.ok) throw new Error(`IMPORT_DIFFERS_FROM_TRIAL: command=${command.type}, refusal=${step.refusal.code}`);
    if (step.events.length > 0) batch.add({ seq: engine.state.seq, command, events: step.events });
  }
  if (batch.count === 0) return;
  const appended = journal.append(expected, batch);
  if (!appended.ok) throw new Error(`IMPORT_NOT_APPENDED: why=${appended.why}`);
  journal.snapshots.put(takeSnapshot(engine.state, journal));
}
