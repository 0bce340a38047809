import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const BIN = pathOf("../../apps/cli/bin/bulkhead.mjs");
const OFFLINE = pathOf("../../apps/server/src/offline-people.ts");

type Ran = Readonly<{ child: ChildProcess; text: () => string; url: Promise<string>; ended: Promise<number | null> }>;

/** `bulkhead start` in a folder of its own, without a terminal. */
function start(folder: string, ...args: readonly string[]): Ran {
  const child = spawn(process.execPath, [BIN, "start", "--data", join(folder, "data"), "--port", "0", "--no-open", ...args], {
    cwd: folder,
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const url = new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer): void => {
      text += chunk.toString();
      const found = /Bulkhead is at (\S+)/.exec(text)?.[1];
      if (found !== undefined) resolve(found);
    };
    child.stdout?.on("data", read);
    child.stderr?.on("data", read);
    void ended.then(() => reject(new Error(text)));
  });
  url.catch(() => undefined);
  return { child, text: () => text, url, ended };
}

test("[SEC-9, SEC-25, SEC-26] beyond loopback the program ends with 1 and says what it needs; with all of it, it answers by TLS (C26)", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-flags-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["tls-cert", "tls-key"]) copyFileSync(pathOf(`../http/fixtures/${name}.pem`), join(folder, `${name}.pem`));
  const tls = ["--tls-cert", "tls-cert.pem", "--tls-key", "tls-key.pem"];
  const refused: readonly (readonly [readonly string[], string])[] = [
    [["--host", "0.0.0.0"], "BIND_UNSAFE"],
    [["--host", "0.0.0.0", ...tls], "bulkhead user add"],
    [["--tls-cert", "tls-cert.pem"], "TLS_UNREADABLE"],
  ];
  for (const [args, says] of refused) {
    const ran = start(folder, ...args);
    expect([args, await ran.ended, ran.text().includes(says)]).toEqual([args, 1, true]);
  }
  mkdirSync(join(folder, "data"), { recursive: true });
  const added = spawnSync(process.execPath, [OFFLINE, "user-add", join(folder, "data"), "ada"], { input: "four plain words\n" });
  expect(added.status).toBe(0);
  writeFileSync(
    join(folder, "bulkhead.toml"),
    '[server]\nhost = "0.0.0.0"\ntls_cert = "tls-cert.pem"\ntls_key = "tls-key.pem"\nhosts = ["desk.example"]\n[[portfolio]]\nid = "alpha"\nsymbols = "DUSKUSD"\n',
  );
  const desk = start(folder);
  const url = new URL(await desk.url);
  expect([url.protocol, url.hostname]).toEqual(["https:", "desk.example"]);
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { Host: url.host };
    const ca = readFileSync(join(folder, "tls-cert.pem"));
    const sent = request(
      { host: "127.0.0.1", port: url.port, path: "/api/portfolios", headers, ca, servername: "desk.example" },
      (response) => {
        response.resume();
        resolve(response.statusCode);
      },
    );
    sent.on("error", reject).end();
  });
  expect(status).toBe(401);
  desk.child.kill("SIGTERM");
  expect(await desk.ended).toBe(0);
});
