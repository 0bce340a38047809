import type { AlarmChannelConfig, AlarmsConfig, KillConfig, SecretReference } from "./alarms.ts";
import type { AlarmsTable, KillTable } from "./alarms-tables.ts";
import { type Parsed, Reader, type Sink, tableLayer } from "./reader.ts";
import { shownReference } from "./secret-reference.ts";
import { durationWords } from "./words.ts";

const NO_CASH = { scale: 0, currency: "" } as const;
const MEBIBYTE = 1_048_576;

/** Who is told, of what, and how often. */
export function readAlarms(parsed: Parsed<AlarmsTable> | undefined, sink: Sink): AlarmsConfig {
  const reader = new Reader<AlarmsTable>("alarms", parsed === undefined ? [] : [tableLayer<AlarmsTable>(parsed)], sink, NO_CASH);
  const allowPrivate = reader.plain("allow_private", false, (value) =>
    value ? "alarms may go to this machine and its network, and by http" : "alarms go to public addresses by https only",
  );
  const backup = reader.plain("backup_age_max", 48 * 3_600_000, (value) =>
    value === "never" ? "nobody is told of missing backups" : `a backup older than ${durationWords(Number(value))} is an alarm`,
  );
  return {
    channel: readChannel(reader, allowPrivate),
    minSeverity: reader.plain("min_severity", "warning", (value) => `tells what is ${value} or worse`),
    repeatEveryMs: reader.plain("repeat_every", 4 * 3_600_000, (ms) => `tells again every ${durationWords(Number(ms))} until it is over`),
    allowPrivate,
    heartbeat: readHeartbeat(reader, allowPrivate),
    diskFreeMinBytes: MEBIBYTE * reader.plain("disk_free_min_mb", 1_024, (value) => `less than ${value} MiB free is an alarm`),
    backupAgeMaxMs: backup === "never" ? null : Number(backup),
  };
}

function readChannel(reader: Reader<AlarmsTable>, allowPrivate: boolean): AlarmChannelConfig | null {
  const kind = reader.plain<"channel", "none">("channel", "none", (value) =>
    value === "none" ? "nobody is told of alarms" : `alarms go to ${value}`,
  );
  if (kind === "none") return null;
  const url = reader.value("url");
  if (url === undefined) {
    reader.problem("url", "CONFIG_KEY_MISSING", { key: "url" });
    return null;
  }
  checkScheme(reader, "url", url, allowPrivate);
  reader.say("url", shownUrl(url), `at ${shownUrl(url)}`, reader.origin("url"));
  const topic = reader.value("topic") ?? null;
  if (kind === "ntfy" && topic === null) reader.problem("topic", "CONFIG_KEY_MISSING", { key: "topic" });
  if (topic !== null) reader.say("topic", topic, `under the topic ${topic}`, reader.origin("topic"));
  const token = reader.value("token") ?? null;
  if (token !== null) reader.say("token", shownUrl(token), `shows a token from ${shownUrl(token)}`, reader.origin("token"));
  return { kind, url, topic, token };
}

function readHeartbeat(reader: Reader<AlarmsTable>, allowPrivate: boolean): AlarmsConfig["heartbeat"] {
  const url = reader.value("heartbeat_url");
  if (url === undefined) return null;
  checkScheme(reader, "heartbeat_url", url, allowPrivate);
  reader.say("heartbeat_url", shownUrl(url), `says that it lives to ${shownUrl(url)}`, reader.origin("heartbeat_url"));
  return { url, everyMs: reader.plain("heartbeat_every", 60_000, (ms) => `every ${durationWords(Number(ms))}`) };
}

/** By http whoever is on the way reads the token and the alarms: only where the way is one's own. */
function checkScheme(
  reader: Reader<AlarmsTable>,
  key: "url" | "heartbeat_url",
  url: string | SecretReference,
  allowPrivate: boolean,
): void {
  if (typeof url === "string" && url.startsWith("http:") && !allowPrivate) reader.problem(key, "CONFIG_URL_PLAIN", { value: url });
}

/** Without what may be secret in it: paths of webhooks are. */
function shownUrl(url: string | SecretReference): string {
  return typeof url === "string" ? new URL(url).origin : shownReference(url);
}

/** The flag file: what it asks for when it says nothing, and how long the desk may take. */
export function readKill(parsed: Parsed<KillTable> | undefined, sink: Sink): KillConfig {
  const reader = new Reader<KillTable>("kill", parsed === undefined ? [] : [tableLayer<KillTable>(parsed)], sink, NO_CASH);
  return {
    watchdog: reader.plain("watchdog", true, (value) =>
      value ? "a process of its own watches for the file KILL" : "nobody watches for the file KILL while the desk runs",
    ),
    level: reader.plain("level", "cancel", (value) => `an empty file KILL means ${value}`),
    patienceMs: reader.plain("patience", 1_500, (ms) => `a desk that has not obeyed after ${durationWords(Number(ms))} is ended`),
    storms: {
      orders: stormLimit(reader, "storm_orders", 60, "orders of a portfolio"),
      rejects: stormLimit(reader, "storm_rejects", 10, "rejects of a portfolio"),
      accountOrders: stormLimit(reader, "storm_account_orders", 120, "orders of an account"),
    },
  };
}

type StormKey = "storm_orders" | "storm_rejects" | "storm_account_orders";

function stormLimit(reader: Reader<KillTable>, key: StormKey, otherwise: number, what: string): number | null {
  const most = reader.plain(key, otherwise, (value) =>
    value === "never" ? `no number of ${what} is a storm` : `more than ${value} ${what} within a minute are a storm, and it is killed`,
  );
  return most === "never" ? null : most;
}
