import { join } from "node:path";
import { type AccountId, createEngine } from "@bulkhead/core";
import { createSqliteJournal, openSqliteJournal } from "@bulkhead/store";
import { w3Series } from "./data.ts";
import { prepare } from "./desk.ts";
import { inFolder } from "./durable.ts";
import { type Figure, medianSeconds } from "./measure.ts";
import { everyBarPortfolio } from "./workloads.ts";

/** Events a second from the SQLite journal of W3 back into tables, assertions on; the yardstick is reading and decoding alone. */
export function replay(): readonly Figure[] {
  return inFolder((folder) => {
    const path = join(folder, "w3.sqlite");
    const journal = createSqliteJournal(path, { account: "bench" as AccountId, id: "w3" });
    prepare({ series: [w3Series()], portfolios: everyBarPortfolio, journal })();
    journal.close();
    const stored = openSqliteJournal(path, { access: "read" });
    let events = 0;
    for (const record of stored.read(1)) events += record.events.length;
    const replaying = () => {
      const engine = createEngine();
      return () => {
        for (const record of stored.read(1)) engine.replay(record);
      };
    };
    const decoding = () => () => {
      for (const record of stored.read(1)) if (record.seq === 0) throw new Error("SEQ_ZERO");
    };
    const [ours = Number.NaN, yardstick = Number.NaN] = medianSeconds([replaying, decoding], 5, 1);
    stored.close();
    return [{ bench: "replay", value: events / ours, unit: "events/s", yardstick: events / yardstick }];
  });
}
