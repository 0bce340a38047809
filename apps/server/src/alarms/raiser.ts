// Alarms in a process of their own, to be killed: it says on its output which alarms are kept, and nothing before that.
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { Alarms } from "./alarms.ts";
import { channelOf } from "./channel.ts";
import { sighting } from "./sources.ts";

const [path = "", url = "", round = "", count = ""] = process.argv.slice(2);
const config = { channel: { kind: "webhook", url, topic: null, token: null }, allowPrivate: true } as const;
const alarms = new Alarms({
  path,
  config: { minSeverity: "info", repeatEveryMs: 3_600_000 },
  channel: channelOf(config, { environment: {}, folder: "" }),
  accounts: [],
  look: () => [],
  deskNow: Date.now,
  backoffMs: 20,
});
alarms.start();
flushCompileCache(); // It will not end as others do, and the next one starts in half the time.
for (let n = 1; n <= Number(count); n++) {
  const what = `${round}-${n}`;
  alarms.happened(sighting("DESK_STALLED", { seconds: what }, { what }));
  writeSync(1, `${what}\n`);
  await new Promise((resolve) => setTimeout(resolve, 2));
}
