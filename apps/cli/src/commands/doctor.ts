import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { type CheckRow, explain, type HealthCode } from "@bulkhead/contract";
import {
  accountHome,
  accountsIn,
  checkAccount,
  checkBackups,
  checkDisk,
  checkFileClock,
  checkFolder,
  checkKillFile,
  type Finding,
} from "@bulkhead/store";
import { backupsFolderOf } from "../desk/backup-places.ts";
import { Desk } from "../desk/desk.ts";
import { dataFolderOf, holderOf, namedUrl } from "../desk/find.ts";
import { CommandFailure, type Options, type Shell } from "../shell.ts";

type Check = Readonly<CheckRow>;
const BACKUP_AGE_MAX_MS = 36 * 3_600_000;

/**
 * `bulkhead doctor`: looks at everything a desk stands on and says what to do about each: its files are proved here, also while it runs, the
 * latest backup is restored into a temporary folder and replayed, and a running desk is asked for what only it knows. 1 where something is bad.
 */
export async function doctor(shell: Shell, options: Options): Promise<0 | 1> {
  const remote = namedUrl(shell, options) !== undefined;
  const checks = remote ? await askedOf(shell, options) : await lookedAt(shell, options);
  const bad = checks.filter(({ level }) => level === "bad").length;
  const warnings = checks.filter(({ level }) => level === "warning").length;
  const level = bad > 0 ? "bad" : warnings > 0 ? "warning" : "good";
  if (options["json"] === true) shell.out(`${JSON.stringify({ level, checks }, null, 2)}\n`);
  else shell.out(`${checks.map(lineText).join("")}\n${summaryOf(checks.length, bad, warnings)}\n`);
  return bad > 0 ? 1 : 0;
}

async function askedOf(shell: Shell, options: Options): Promise<readonly Check[]> {
  const desk = new Desk(shell, options);
  const { checks } = (await desk.ask("getSystem", {})).data;
  return [row("desk", "good", "HEALTH_DESK_RUNNING", { address: desk.url }), ...checks];
}

/** The folder with everything in it, and its desk where one runs. What both can tell is told once, by who proves more: here. */
async function lookedAt(shell: Shell, options: Options): Promise<readonly Check[]> {
  const path = dataFolderOf(shell, options);
  const folder = checkFolder(path);
  if (folder.level === "unknown" || folder.level === "bad") return [deskAbsent(path), rowOf(folder)];
  const { desk, checks: live } = await deskChecks(shell, options, path);
  const now = Date.now();
  const found: Finding[] = [folder, checkDisk(path), checkFileClock(path, Date.now), ...checkKillFile(path)];
  for (const account of accountsIn(path).filter((id) => existsSync(accountHome(path, id).database)))
    found.push(...checkAccount(path, account, { running: live.length > 0, now }));
  const backups = checkBackups(backupsFolderOf(shell, options), { now, ageMaxMs: BACKUP_AGE_MAX_MS });
  // Where the desk keeps them elsewhere, it knows more of them.
  const isElsewhere = backups.some(({ code }) => code === "HEALTH_BACKUP_NONE") && live.some(({ check }) => check === "backup");
  if (!isElsewhere) found.push(...backups);
  const here = found.map(rowOf);
  const told = new Set(here.map(({ check, account_id }) => `${check} ${account_id}`));
  // A running desk has asked already.
  const clock = live.length === 0 ? [timeSync()] : [];
  const more = live.filter(({ check, account_id, code }) => !told.has(`${check} ${account_id}`) || ALWAYS.has(code));
  return [...desk, ...here, ...clock, ...more];
}

/** What only a running desk can say, whatever the files say. */
const ALWAYS: ReadonlySet<string> = new Set<HealthCode>([
  "HEALTH_CLOCK_JUMPED",
  "HEALTH_CLOCK_STEADY",
  "HEALTH_CLOCK_SYNCED",
  "HEALTH_CLOCK_UNSYNCED",
  "HEALTH_CLOCK_SYNC_UNKNOWN",
  "HEALTH_ACCOUNT_READY",
  "HEALTH_ACCOUNT_NOT_READY",
  "HEALTH_TABLES_REBUILDING",
  "HEALTH_BACKUP_FAILED",
]);

async function deskChecks(
  shell: Shell,
  options: Options,
  path: string,
): Promise<Readonly<{ desk: readonly Check[]; checks: readonly Check[] }>> {
  if (!holderOf(path).held) return { desk: [deskAbsent(path)], checks: [] };
  try {
    const [running, ...checks] = await askedOf(shell, options);
    return { desk: running === undefined ? [] : [running], checks };
  } catch (error) {
    if (!(error instanceof CommandFailure)) throw error;
    const reason = error.message.replace(/\.$/, "");
    return { desk: [row("desk", error.exitCode === 4 ? "bad" : "unknown", "HEALTH_DESK_SILENT", { path, reason })], checks: [] };
  }
}

const PATIENCE_MS = 2_000;

/** Whether the system says that its clock is kept by NTP; where there is no systemd nobody knows. */
function timeSync(): Check {
  const asked = spawnSync("timedatectl", ["show", "--property=NTPSynchronized", "--value"], { timeout: PATIENCE_MS, encoding: "utf8" });
  const said = asked.status === 0 ? asked.stdout.trim() : "";
  if (said === "yes") return row("clock", "good", "HEALTH_CLOCK_SYNCED");
  return said === "no" ? row("clock", "warning", "HEALTH_CLOCK_UNSYNCED") : row("clock", "unknown", "HEALTH_CLOCK_SYNC_UNKNOWN");
}

const deskAbsent = (path: string): Check => row("desk", "unknown", "HEALTH_DESK_ABSENT", { path });

function row(check: string, level: Check["level"], code: HealthCode, figures: Check["figures"] = {}): Check {
  return { check, account_id: null, level, code, sentence: explain(code, figures), figures };
}

const rowOf = ({ check, account, level, code, figures }: Finding): Check => ({
  check,
  account_id: account,
  level,
  code,
  sentence: explain(code, figures),
  figures,
});

const MARKS = { good: "✓", unknown: "?", warning: "!", bad: "✗" } as const;

function lineText({ check, account_id, level, sentence }: Check): string {
  const name = account_id === null ? check : `${check} ${account_id}`;
  const said = level === "good" ? sentence.replace(/ Nothing to do\.$/, "") : sentence;
  return `${MARKS[level]} ${name.padEnd(16)} ${said}\n`;
}

function summaryOf(checks: number, bad: number, warnings: number): string {
  if (bad === 0 && warnings === 0) return `All ${checks} checks are good.`;
  const parts = [bad === 0 ? undefined : `${bad} bad`, warnings === 0 ? undefined : `${warnings} to look at`];
  return `${checks} checks: ${parts.filter((part) => part !== undefined).join(", ")}. What to do stands beside each.`;
}
