import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { type Program, startProgram } from "../kit/program.ts";

const MAIN = fileURLToPath(new URL("../../apps/server/src/main.ts", import.meta.url));

/** A desk whose process throws where nobody catches, as soon as SIGUSR2 tells it to. */
function start(folder: string): Program {
  const bug = join(folder, "bug.mjs");
  writeFileSync(bug, 'process.on("SIGUSR2", () => setTimeout(() => { throw new TypeError("nobody expected this"); }, 0));\n');
  const command = [process.execPath, "--import", pathToFileURL(bug).href, MAIN];
  return startProgram(["--data", join(folder, "data"), "--port", "0", "--no-open"], { folder, command });
}

const modesOf = async (url: string): Promise<unknown> => ((await (await fetch(`${url}/api/modes`)).json()) as { data: unknown }).data;

test("[DESK-28] R2: what nobody caught ends the process with 70 and its sentence; after three times in five minutes a person has to look first", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-crashes-"));
  onTestFinished(() => rmSync(folder, { recursive: true, maxRetries: 20 }));
  writeFileSync(join(folder, "bulkhead.toml"), '[kill]\nwatchdog = false\n[[portfolio]]\nid = "hands"\nsymbols = ["DUSKUSD"]\n');
  const path = join(folder, "data", "crashes.json");
  const before = (at: number): unknown => ({ at, reason: "Error: before" });
  const first = start(folder);
  expect(await modesOf(await first.url)).toEqual([]);
  // Long ago they mean nothing.
  writeFileSync(path, JSON.stringify([before(1), before(Date.now() - 300_000), before(Date.now()), before(Date.now())]));
  first.child.kill("SIGUSR2");
  expect(await first.ended).toBe(70);
  expect(first.text()).toContain("DESK_CRASHED: The desk ended itself: TypeError: nobody expected this.");
  expect(JSON.parse(readFileSync(path, "utf8"))).toHaveLength(5);
  const held = start(folder);
  const url = await held.url;
  const reason = "crashed 3 times within five minutes, last by: TypeError: nobody expected this: read the log, then set the mode to ready";
  expect(await modesOf(url)).toEqual([{ scope: "account", mode: "read_only", reason }]);
  const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": "k" };
  const free = { method: "POST", headers, body: JSON.stringify({ mode: "ready", reason: "read it" }) };
  expect((await fetch(`${url}/api/modes`, free)).status).toBe(200);
  expect(await modesOf(url)).toEqual([]);
  held.child.kill("SIGTERM");
  expect(await held.ended).toBe(0);
});
