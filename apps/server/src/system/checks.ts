import { type CheckLevel, type CheckRow, explain, type HealthCode } from "@bulkhead/contract";
import type { Feed } from "@bulkhead/market";
import type { Finding } from "@bulkhead/store";
import type { Alarm } from "../desk/alarms.ts";
import type { RunningAccount } from "../desk/running-account.ts";
import type { LiveAccount } from "../live/live-account.ts";
import type { BackupFailure } from "./backups.ts";
import type { Jumps } from "./clock-watch.ts";
import type { TimeSync } from "./time-sync.ts";

type About = Readonly<{ check: string; account?: string }>;

/** One check in words. */
export function checkRow({ check, account }: About, level: CheckLevel, code: HealthCode, figures: CheckRow["figures"] = {}): CheckRow {
  return { check, account_id: account ?? null, level, code, sentence: explain(code, figures), figures };
}

/** What the files say, as the same kind of row. */
export function findingRow({ check, account, level, code, figures }: Finding): CheckRow {
  return checkRow({ check, ...(account === null ? {} : { account }) }, level, code, figures);
}

export function clockRows({ count, last }: Jumps, sync: TimeSync): readonly CheckRow[] {
  const clock = { check: "clock" };
  const synced = {
    synced: checkRow(clock, "good", "HEALTH_CLOCK_SYNCED"),
    unsynced: checkRow(clock, "warning", "HEALTH_CLOCK_UNSYNCED"),
    unknown: checkRow(clock, "unknown", "HEALTH_CLOCK_SYNC_UNKNOWN"),
  }[sync];
  const jumped =
    last === null
      ? checkRow(clock, "good", "HEALTH_CLOCK_STEADY")
      : checkRow(clock, "warning", "HEALTH_CLOCK_JUMPED", { count, ms: last.ms, at: new Date(last.at).toISOString() });
  return [jumped, synced];
}

/** Beyond this a stop may be late by as much. */
const TURN_SLOW_MS = 250;

export function loopRow(delayMs: number): CheckRow {
  const isSlow = delayMs > TURN_SLOW_MS;
  return checkRow({ check: "loop" }, isSlow ? "warning" : "good", isSlow ? "HEALTH_LOOP_SLOW" : "HEALTH_LOOP_QUICK", { ms: delayMs });
}

/** A source whose clock is further away than this says when things happened, and is not believed to the second (reliability M6). */
const SKEW_MAX_MS = 2_000;

export function feedRow({ name, instruments, state }: Feed): CheckRow {
  const { connection, since, reason, skewMs } = state;
  if (connection === "connected" && skewMs !== null && Math.abs(skewMs) > SKEW_MAX_MS) {
    const how = skewMs > 0 ? "ahead of" : "behind";
    return checkRow({ check: "feed" }, "warning", "HEALTH_FEED_SKEWED", { feed: name, ms: Math.abs(skewMs), how });
  }
  if (connection === "connected")
    return checkRow({ check: "feed" }, "good", "HEALTH_FEED_GOOD", { feed: name, instruments: instruments.length });
  const figures = { feed: name, connection, since: new Date(since).toISOString(), reason: reason ?? "no reason given" };
  // A feed that has played everything it had is over, not broken.
  const level = connection === "connecting" ? "warning" : connection === "closed" ? "unknown" : "bad";
  return checkRow({ check: "feed" }, level, "HEALTH_FEED_DOWN", figures);
}

export function failureRow({ at, reason }: BackupFailure): CheckRow {
  return checkRow({ check: "backup" }, "bad", "HEALTH_BACKUP_FAILED", { at: new Date(at).toISOString(), reason });
}

/** What only the running desk knows of an account: what holds it back, what somebody must look at, how far its files are. */
export function accountRows(
  { id, readiness, durableSeq, alarms, books, live }: RunningAccount,
  tablesSeq: number | undefined,
): readonly CheckRow[] {
  const about = (check: string): About => ({ check, account: id });
  const reason = readiness.reasons.join("; ");
  const isEqual = books.witness.head.batch === books.journal.head.batch;
  return [
    readiness.ready
      ? checkRow(about("account"), "good", "HEALTH_ACCOUNT_READY")
      : checkRow(about("account"), readiness.reasons.every(isDecided) ? "warning" : "bad", "HEALTH_ACCOUNT_NOT_READY", { reason }),
    ...alarms.map(alarmRow),
    ...venueRows(live, about("venue")),
    checkRow(about("database"), "good", "HEALTH_DATABASE_WRITTEN", { seq: durableSeq }),
    isEqual
      ? checkRow(about("witness"), "good", "HEALTH_WITNESS_AGREES", { seq: durableSeq })
      : checkRow(about("witness"), "bad", "HEALTH_WITNESS_DAMAGED", { problem: "behind", seq: durableSeq }),
    tablesSeq === undefined || tablesSeq < durableSeq
      ? checkRow(about("tables"), "warning", "HEALTH_TABLES_BEHIND", { seq: tablesSeq ?? 0, of: durableSeq })
      : checkRow(about("tables"), "good", "HEALTH_TABLES_CURRENT", { seq: tablesSeq }),
  ];
}

/** How it stands with the account's broker. */
function venueRows(live: LiveAccount | undefined, about: About): readonly CheckRow[] {
  if (live === undefined) return [];
  const { venue, session, compared, wanted } = live.status;
  const { state: connection, since, reason } = session;
  if (connection === "ready" && compared) return [checkRow(about, "good", "HEALTH_VENUE_GOOD", { venue, account: session.account ?? "" })];
  if (connection === "ready") return [checkRow(about, "warning", "HEALTH_VENUE_COMPARING", { venue })];
  const figures = { venue, connection, since: new Date(since).toISOString(), reason: reason === "" ? "no reason given" : reason };
  return [checkRow(about, wanted && connection !== "connecting" ? "bad" : "warning", "HEALTH_VENUE_DOWN", figures)];
}

const isDecided = (reason: string): boolean => reason.startsWith("kill switch");

/** Somebody's own decision is no fault of the desk. */
const DECIDED: ReadonlySet<string> = new Set(["KILL_ENGAGED", "MODE_RESTRICTED"]);

const alarmRow = ({ code, account, says, reason }: Alarm): CheckRow => ({
  check: "alarm",
  account_id: account,
  level: DECIDED.has(code) ? "warning" : "bad",
  code,
  sentence: says,
  figures: { reason },
});

const ORDER: readonly CheckLevel[] = ["good", "unknown", "warning", "bad"];

/** The worst; what cannot be told is no worse than good. */
export function worstOf(checks: readonly CheckRow[]): CheckLevel {
  const worst = Math.max(0, ...checks.map(({ level }) => ORDER.indexOf(level)));
  return worst <= 1 ? "good" : (ORDER[worst] ?? "good");
}
