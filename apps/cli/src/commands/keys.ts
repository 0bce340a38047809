import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { AnswerOf, BodyOf } from "@bulkhead/contract";
import { accountsIn } from "@bulkhead/store";
import { confirmed } from "../desk/confirm.ts";
import { Desk } from "../desk/desk.ts";
import { dataFolderOf, holderOf, namedUrl, textOf } from "../desk/find.ts";
import { withFolder } from "../desk/offline.ts";
import { printChange, type Row, rowsText } from "../desk/show.ts";
import { CommandFailure, type Options, onlyTried, print, type Shell } from "../shell.ts";
import { definedOf } from "./order.ts";

type Created = AnswerOf<"createKey">["data"];
const ALL_ACTIONS = ["read", "trade", "cancel", "kill", "admin"] as const;

/** `bulkhead keys create NAME`: a new key, its secret shown this once. Where no desk runs it is written into the data folder: the first one. */
export async function keysCreate(shell: Shell, options: Options, name = ""): Promise<0> {
  const body = wishOf(options, name);
  const json = options["json"] === true;
  if (asksDesk(shell, options)) {
    const created = await new Desk(shell, options).change("createKey", { body });
    printChange(shell, json, created, () => createdText(created.answer.data));
    return 0;
  }
  onlyTried(options, { writes: dataFolderOf(shell, options), key: body });
  const key = await withFolder(
    shell,
    options,
    (folder) => offline<Created>({ action: "create", folder, account: accountOf(folder, options), body }),
    "make",
  );
  print(shell, json, { data: key }, () => createdText(key));
  return 0;
}

const asksDesk = (shell: Shell, options: Options): boolean =>
  namedUrl(shell, options) !== undefined || holderOf(dataFolderOf(shell, options)).held;

function wishOf(options: Options, name: string): BodyOf<"createKey"> {
  const actions = (textOf(options, "may") ?? "read").split(",").map((each) => each.trim());
  const unknown = actions.find((action) => !(ALL_ACTIONS as readonly string[]).includes(action));
  if (unknown !== undefined) throw usage(`--may takes ${ALL_ACTIONS.join(", ")}, not ${unknown}`);
  const portfolios = textOf(options, "portfolios") ?? "*";
  const days = textOf(options, "days");
  if (days !== undefined && !/^\d{1,3}$/.test(days)) throw usage(`--days takes a whole number, not ${days}`);
  return {
    name,
    portfolios: portfolios === "*" ? "*" : portfolios.split(",").map((each) => each.trim()),
    actions: actions as (typeof ALL_ACTIONS)[number][],
    ...definedOf({
      expires_in_days: days === undefined ? undefined : Number(days),
      addresses: textOf(options, "from")
        ?.split(",")
        .map((each) => each.trim()),
    }),
  };
}

const usage = (message: string): CommandFailure => new CommandFailure("CLI_USAGE", { message }, { exitCode: 2 });

/** The account of a key that is made while no desk runs. A folder that never had a desk gets one named main. */
function accountOf(folder: string, options: Options): string {
  const named = textOf(options, "account");
  const accounts = accountsIn(folder);
  const chosen = named ?? (accounts.length <= 1 ? (accounts[0] ?? "main") : undefined);
  if (chosen === undefined || (accounts.length > 0 && !accounts.some((id) => id === chosen)))
    throw new CommandFailure("CLI_ACCOUNT_UNKNOWN", { account: chosen ?? "said", accounts: accounts.join(", ") }, { exitCode: 2 });
  return chosen;
}

function createdText({ key_id, name, account_id, portfolios, actions, expires_at, secret }: Created): string {
  const where = portfolios === "*" ? "all portfolios" : portfolios.join(", ");
  return `Key ${key_id} (${name}): may ${actions.join(", ")} on ${where} of ${account_id} until ${expires_at.slice(0, 10)}.\nIts secret, shown this once:\n${secret}\n`;
}

/** `bulkhead keys list`: without their secrets. */
export async function keysList(shell: Shell, options: Options): Promise<0> {
  const answer = asksDesk(shell, options)
    ? await new Desk(shell, options).ask("listKeys", {})
    : { data: await withFolder(shell, options, (folder) => offline<readonly Row[]>({ action: "list", folder })) };
  print(shell, options["json"] === true, answer, () =>
    rowsText(
      [
        ["Key", "key_id"],
        ["Name", "name"],
        ["Account", "account_id"],
        ["Portfolios", "portfolios"],
        ["May", "actions"],
        ["From", "addresses"],
        ["Until", "expires_at", "instant"],
        ["Used (UTC)", "last_used_at", "instant"],
        ["Revoked", "revoked"],
      ],
      answer.data,
      "No keys.",
    ),
  );
  return 0;
}

/** `bulkhead keys revoke ID`: ends a key at once. */
export async function keysRevoke(shell: Shell, options: Options, id = ""): Promise<0> {
  if (options["dryRun"] !== true) await confirmed(shell, options, `ends key ${id} for good, its open connections included`);
  const json = options["json"] === true;
  if (asksDesk(shell, options)) {
    const revoked = await new Desk(shell, options).change("revokeKey", { params: { key_id: id } });
    printChange(shell, json, revoked, () => `Key ${id} is revoked.\n`);
    return 0;
  }
  onlyTried(options, { writes: dataFolderOf(shell, options), revokes: id });
  const key = await withFolder(shell, options, (folder) => offline<Row | null>({ action: "revoke", folder, key_id: id }));
  if (key === null) throw new CommandFailure("KEY_UNKNOWN", { key: id });
  print(shell, json, { data: key }, () => `Key ${id} is revoked.\n`);
  return 0;
}

/** The desk's own program for keys: the command knows no server, and starts it as it starts the desk. */
const PROGRAM = fileURLToPath(new URL("../../../server/src/offline-keys.ts", import.meta.url));

function offline<T>(asked: Readonly<Record<string, unknown>>): T {
  const ran = spawnSync(process.execPath, [PROGRAM], { input: JSON.stringify(asked), encoding: "utf8" });
  if (ran.status === 0) return JSON.parse(ran.stdout) as T;
  if (ran.status === 2) throw usage(ran.stderr);
  throw new Error(ran.stderr || String(ran.error));
}
