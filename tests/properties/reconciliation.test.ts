import { type Amount, unitsOf } from "@bulkhead/money";
import { stateDigest } from "@bulkhead/store";
import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import type { Ask } from "../kit/books.ts";
import { replayed } from "../kit/look.ts";
import { Broker } from "./broker.ts";

const options = (full: number) => ({ numRuns: runs(full), seed: seed() });

test("[REC-1] [REC-8] Σ portfolios + unattributed = venue at every barrier, whatever is late, doubled, untold, assigned or undone (I1, I2, I3, I7, P4, B16, Z14, Z15)", () => {
  fc.assert(
    fc.property(Broker.moves(), (moves) => {
      const broker = new Broker().playAll(moves);
      broker.tellAll();
      broker.barrier();
      broker.expectWhole();
      broker.desk.engine.audit();
      expect(stateDigest(replayed(broker.desk).state)).toBe(stateDigest(broker.desk.engine.state));
    }),
    options(600),
  );
});

test("[REC-9] [REC-27] every answer and every snapshot again changes nothing (A2, B16, Z12, I17)", () => {
  fc.assert(
    fc.property(Broker.moves(), (moves) => {
      const broker = new Broker().playAll(moves);
      const before = stateDigest(broker.desk.engine.state);
      const again: readonly string[] = ["RecordSnapshot", "AdoptBaseline", "AssignUnattributed", "RecordExecution"];
      for (const { command } of broker.desk.records)
        if (again.includes(command.type) || (command.type === "UndoAssignment" && !command.assignmentId.startsWith("writeoff:")))
          broker.desk.run({ ...command, at: broker.desk.at } as Ask);
      expect(stateDigest(broker.desk.engine.state)).toBe(before);
    }),
    options(200),
  );
});

test("[REC-22] what is unexplained is in the inbox or answered, to the last unit (A2)", () => {
  fc.assert(
    fc.property(Broker.moves(), (moves) => {
      const broker = new Broker().playAll(moves);
      broker.tellAll();
      broker.barrier();
      const { breaks, assignments } = broker.desk.engine.state.reconciliation;
      for (const [asset, untold] of broker.untold) {
        let found = 0;
        for (const item of breaks.values())
          if (item.asset === asset && (item.kind === "position" || item.kind === "cash")) found += unitsOf(item.left as Amount);
        for (const { breakId, shares, undone } of assignments.values()) {
          const item = breaks.get(breakId);
          if (undone || item?.asset !== asset || item.kind === "unknown_order") continue;
          for (const { amount } of shares) found += unitsOf(amount as Amount);
        }
        expect(found).toBe(untold);
      }
    }),
    options(300),
  );
});
