import { readSync } from "node:fs";
import { join } from "node:path";
import { argv, env, stderr, stdin, stdout } from "node:process";
import { EdgeStore } from "./http/edge-store.ts";
import { HttpFailure } from "./http/failure.ts";
import { Audit } from "./http/security/audit.ts";
import { LoginSessions } from "./http/security/sessions.ts";
import { Users } from "./http/security/users.ts";
import { SecretsProblem } from "./secrets/problem.ts";
import { Secret } from "./secrets/secret.ts";
import { openSecrets } from "./secrets/secrets.ts";
import { askHidden, readLine } from "./terminal.ts";

// Users and secrets of a desk that does not run. The command starts this as a process of its own and holds the data folder meanwhile.
// Passwords and secrets are typed without being shown, or come by stdin: never on a command line.

const [action = "", folder = "", named = ""] = argv.slice(2);
const name = action.startsWith("user-") ? named.toLowerCase() : named;

/** What is asked of a person at a terminal, twice where it cannot be read again, or the first line of stdin. */
function hidden(what: string, times: 1 | 2): Secret {
  if (!stdin.isTTY) return new Secret(readLine((buffer) => readSync(0, buffer)));
  const first = askHidden(`${what}: `);
  const second = times === 2 ? askHidden(`${what} again: `) : first;
  if (first === undefined || second === undefined || first.expose() !== second.expose())
    throw new HttpFailure(422, "REQUEST_INVALID", { field: what, problem: "the two are not the same" });
  return first;
}

const secrets = () => openSecrets({ folder, environment: env, passphrase: () => hidden("Passphrase of the secrets", 1) });
const needed = (isThere: boolean): void => {
  if (!isThere) throw new HttpFailure(404, "SECRET_UNKNOWN", { secret: name });
};

const SECRET_ACTIONS: Readonly<Record<string, () => unknown>> = {
  "secret-set": () => secrets().put(name, hidden(`Secret ${name}`, 1)),
  "secret-list": () => secrets().list(),
  "secret-remove": () => needed(secrets().remove(name)),
  "secret-rotate": () => secrets().rotate(),
  "secret-passphrase": () => secrets().rotate(hidden("New passphrase", 2)),
};

type Keepers = Readonly<{ users: Users; sessions: LoginSessions }>;
const USER_ACTIONS: Readonly<Record<string, (keepers: Keepers) => unknown>> = {
  "user-add": ({ users }) => users.add(name, hidden(`Password of ${name}`, 2).expose()),
  "user-list": ({ users }) => users.list(),
  "user-password": async ({ users, sessions }) => {
    await users.setPassword(name, hidden(`New password of ${name}`, 2).expose());
    sessions.endAll(name);
  },
  "user-forget-code": ({ users }) => {
    if (users.find(name)?.hasTotp !== true) throw new HttpFailure(404, "TOTP_MISSING");
    users.setTotp(name, false);
    secrets().remove(`totp.${name}`);
  },
  "user-remove": ({ users, sessions }) => {
    if (users.find(name)?.hasTotp === true) secrets().remove(`totp.${name}`);
    users.remove(name);
    sessions.endAll(name);
  },
};

async function run(): Promise<unknown> {
  const store = new EdgeStore(join(folder, "edge.sqlite"));
  try {
    if (action === "audit-verify") return new Audit(store, Date.now).verdict();
    const users = new Users(store, Date.now);
    const sessions = new LoginSessions(store, Date.now);
    const result = await (SECRET_ACTIONS[action]?.() ?? USER_ACTIONS[action]?.({ users, sessions }));
    if (!action.endsWith("-list"))
      new Audit(store, Date.now).add({
        who: "command line",
        what: action,
        outcome: "ok",
        account: "",
        from: "",
        requestId: "",
        details: name === "" ? {} : { name },
      });
    return result ?? null;
  } finally {
    store.close();
  }
}

try {
  stdout.write(JSON.stringify(await run()));
} catch (error) {
  if (!(error instanceof HttpFailure || error instanceof SecretsProblem)) throw error;
  const { code } = error;
  stderr.write(JSON.stringify({ code, figures: error instanceof HttpFailure ? error.params : error.figures }));
  process.exitCode = 2;
}
