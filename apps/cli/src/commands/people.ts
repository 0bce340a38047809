import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { confirmed } from "../desk/confirm.ts";
import { withFolder } from "../desk/offline.ts";
import { type Row, rowsText } from "../desk/show.ts";
import { CommandFailure, type ExitCode, type Options, print, type Shell } from "../shell.ts";

/** `bulkhead user add NAME`: somebody who may log in; the password is asked, or the first line of stdin. */
export const userAdd = async (shell: Shell, options: Options, name = ""): Promise<0> =>
  done(shell, options, ["user-add", name], `User ${name} may log in.`, "make");

/** `bulkhead user list`. */
export async function userList(shell: Shell, options: Options): Promise<0> {
  const rows = await withFolder(shell, options, (folder) => offline<readonly Row[]>("user-list", folder, ""), "make");
  print(shell, options["json"] === true, { data: rows }, () =>
    rowsText(
      [
        ["User", "name"],
        ["Since (UTC)", "createdAt", "instant"],
        ["Code", "hasTotp"],
      ],
      rows.map(withInstants),
      "No users.",
    ),
  );
  return 0;
}

/** `bulkhead user password NAME`: a new password; all sessions of the user end. */
export const userPassword = async (shell: Shell, options: Options, name = ""): Promise<0> =>
  done(shell, options, ["user-password", name], `${name} has a new password and is logged out everywhere.`);

/** `bulkhead user forget-code NAME`: the authenticator is lost. */
export const userForgetCode = async (shell: Shell, options: Options, name = ""): Promise<0> =>
  done(shell, options, ["user-forget-code", name], `${name} logs in without a code.`);

/** `bulkhead user remove NAME`. */
export async function userRemove(shell: Shell, options: Options, name = ""): Promise<0> {
  await confirmed(shell, options, `removes user ${name}, whose sessions end`);
  return done(shell, options, ["user-remove", name], `User ${name} is removed.`);
}

/** `bulkhead secret set NAME`: the secret is asked, or the first line of stdin. */
export const secretSet = async (shell: Shell, options: Options, name = ""): Promise<0> =>
  done(shell, options, ["secret-set", name], `Secret ${name} is kept.`, "make");

/** `bulkhead secret list`: names, never what they hold. */
export async function secretList(shell: Shell, options: Options): Promise<0> {
  const rows = await withFolder(shell, options, (folder) => offline<readonly Row[]>("secret-list", folder, ""));
  print(shell, options["json"] === true, { data: rows }, () =>
    rowsText(
      [
        ["Secret", "id"],
        ["Version", "version"],
        ["Changed (UTC)", "changedAt", "instant"],
      ],
      rows.map(withInstants),
      "No secrets.",
    ),
  );
  return 0;
}

/** `bulkhead secret remove NAME`. */
export async function secretRemove(shell: Shell, options: Options, name = ""): Promise<0> {
  await confirmed(shell, options, `removes secret ${name} for good`);
  return done(shell, options, ["secret-remove", name], `Secret ${name} is removed.`);
}

/** `bulkhead secret rotate`: all of them under a new key, or under a passphrase. */
export const secretRotate = async (shell: Shell, options: Options): Promise<0> =>
  done(shell, options, [options["passphrase"] === true ? "secret-passphrase" : "secret-rotate", ""], "The secrets are under a new key.");

type Verdict = Readonly<{ lines: number; broken: number | null; head: string }>;

/** `bulkhead verify-audit`: whether every line is as it was written; 1 where one is not. */
export async function verifyAudit(shell: Shell, options: Options): Promise<ExitCode> {
  const verdict = await withFolder(shell, options, (folder) => offline<Verdict>("audit-verify", folder, ""));
  const { lines, broken, head } = verdict;
  print(shell, options["json"] === true, { data: verdict }, () =>
    broken === null
      ? `All ${lines} lines are as they were written. The last one's hash: ${head}\n`
      : `Line ${broken} of ${lines} is not as it was written, or one before it is gone.\n`,
  );
  return broken === null ? 0 : 1;
}

async function done(
  shell: Shell,
  options: Options,
  [action, name]: readonly [string, string],
  sentence: string,
  make: "make" | "must-be" = "must-be",
): Promise<0> {
  await withFolder(shell, options, (folder) => offline(action, folder, name), make);
  print(shell, options["json"] === true, { data: { done: true } }, () => `${sentence}\n`);
  return 0;
}

const withInstants = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([key, value]) => [key, key.endsWith("At") ? new Date(Number(value)).toISOString() : value]));

const PROGRAM = fileURLToPath(new URL("../../../server/src/offline-people.ts", import.meta.url));

/** The desk's own program for this: the command knows no server. It asks at the terminal by itself. */
function offline<T>(action: string, folder: string, name: string): T {
  const ran = spawnSync(process.execPath, [PROGRAM, action, folder, name], { stdio: ["inherit", "pipe", "pipe"], encoding: "utf8" });
  if (ran.status === 0) return JSON.parse(ran.stdout) as T;
  if (ran.status !== 2) throw new Error(ran.stderr || String(ran.error));
  const { code, figures } = JSON.parse(ran.stderr) as Readonly<{ code: string; figures: Readonly<Record<string, unknown>> }>;
  throw new CommandFailure(code, figures);
}
