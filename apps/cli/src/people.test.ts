import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openFolder } from "@bulkhead/store";
import { expect, test } from "vitest";
import { type Ran, temporary } from "./test-command.ts";

const BIN = fileURLToPath(new URL("../bin/bulkhead.mjs", import.meta.url));
const PASSWORD = "canary four plain words";

function typed(input: string, folder: string, ...args: readonly string[]): Ran {
  const ran = spawnSync(process.execPath, [BIN, ...args, "--data", folder], { input, encoding: "utf8" });
  return { code: ran.status, out: ran.stdout, err: ran.stderr };
}

test("[SEC-31, SEC-24] users and secrets are made, listed and removed while no desk runs, and stand nowhere in plain", () => {
  const folder = join(temporary(), "desk");
  expect(typed(`${PASSWORD}\n`, folder, "user", "add", "ada")).toMatchObject({ code: 0, out: "User ada may log in.\n" });
  expect(typed("short\n", folder, "user", "password", "ada")).toMatchObject({
    code: 1,
    err: expect.stringContaining("PASSWORD_TOO_SHORT"),
  });
  expect(typed("canary-token\n", folder, "secret", "set", "ntfy-token").code).toBe(0);
  expect(typed("canary long passphrase\n", folder, "secret", "rotate", "--passphrase").code).toBe(0);
  for (const name of readdirSync(folder)) expect([name, readFileSync(join(folder, name)).includes("canary")]).toEqual([name, false]);
  expect(existsSync(join(folder, "secrets.key"))).toBe(false);
  expect(typed("wrong\n", folder, "secret", "list")).toMatchObject({ code: 1, err: expect.stringContaining("SECRETS_KEY_WRONG") });
  expect(typed("canary long passphrase\n", folder, "secret").out).toMatch(/ntfy-token +1 /);
  expect(typed("", folder, "user", "remove", "ada").code).toBe(2);
  expect(typed("", folder, "verify-audit").out).toMatch(/^All 3 lines are as they were written\. The last one's hash: [0-9a-f]{64}\n$/);
  expect(typed("", folder, "user", "list", "--json").out).toContain('"name": "ada"');
});

test("[SEC-31] over a desk that runs they change nothing and say who has it", () => {
  const folder = join(temporary(), "desk");
  const owner = { pid: process.pid, host: hostname(), startedAt: new Date().toISOString(), address: null };
  const held = openFolder(folder, { owner, version: "t" });
  try {
    expect(typed(`${PASSWORD}\n`, folder, "user", "add", "ada")).toMatchObject({ code: 1, err: expect.stringContaining("CLI_DESK_RUNS") });
    expect([existsSync(join(folder, "edge.sqlite")), existsSync(join(folder, "secrets.json"))]).toEqual([false, false]);
  } finally {
    if (held.ok) held.folder.close();
  }
});
