import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { type Program, startProgram } from "../kit/program.ts";

const pathOf = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
const OFFLINE = pathOf("../../apps/server/src/offline-people.ts");

/** `bulkhead start` in a folder of its own, without a terminal. */
const start = (folder: string, ...flags: readonly string[]): Program =>
  startProgram(["--data", join(folder, "data"), "--port", "0", "--no-open", ...flags], { folder });

test("[SEC-9, SEC-25, SEC-26] beyond loopback the program ends with 1 and says what it needs; with all of it, it answers by TLS (C26)", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-flags-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
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
