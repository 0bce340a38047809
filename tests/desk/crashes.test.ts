import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";

const MAIN = fileURLToPath(new URL("../../apps/server/src/main.ts", import.meta.url));

/** A desk whose process throws where nobody catches, as soon as it is told to. */
async function start(folder: string) {
  const bug = join(folder, "bug.mjs");
  writeFileSync(bug, 'process.on("SIGUSR2", () => setTimeout(() => { throw new TypeError("nobody expected this"); }, 0));\n');
  const child = spawn(
    process.execPath,
    ["--import", pathToFileURL(bug).href, MAIN, "--data", join(folder, "data"), "--port", "0", "--no-open"],
    { cwd: folder, env: { ...process.env, PORTFOLIOS: "" } },
  );
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
  const ended = new Promise((resolve) => child.once("close", resolve));
  const url = await vi.waitFor(
    () => {
      const found = /Bulkhead is at (\S+)/.exec(text)?.[1];
      if (found === undefined) throw new Error(text);
      return found;
    },
    { timeout: 20_000, interval: 20 },
  );
  return { url, ended, text: () => text, crash: () => child.kill("SIGUSR2"), stop: () => child.kill("SIGTERM") };
}

const modesOf = async (url: string): Promise<unknown> => ((await (await fetch(`${url}/api/modes`)).json()) as { data: unknown }).data;

test("[DESK-28] R2: what nobody caught ends the process with 70 and its sentence; after three times in five minutes a person has to look first", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-crashes-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "bulkhead.toml"), '[kill]\nwatchdog = false\n[[portfolio]]\nid = "hands"\nsymbols = ["DUSKUSD"]\n');
  const path = join(folder, "data", "crashes.json");
  const before = (at: number): unknown => ({ at, reason: "Error: before" });
  const first = await start(folder);
  expect(await modesOf(first.url)).toEqual([]);
  // Long ago they mean nothing.
  writeFileSync(path, JSON.stringify([before(1), before(Date.now() - 300_000), before(Date.now()), before(Date.now())]));
  first.crash();
  expect(await first.ended).toBe(70);
  expect(first.text()).toContain("DESK_CRASHED: The desk ended itself: TypeError: nobody expected this.");
  expect(JSON.parse(readFileSync(path, "utf8"))).toHaveLength(5);
  const held = await start(folder);
  const reason = "crashed 3 times within five minutes, last by: TypeError: nobody expected this: read the log, then set the mode to ready";
  expect(await modesOf(held.url)).toEqual([{ scope: "account", mode: "read_only", reason }]);
  const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": "k" };
  const free = { method: "POST", headers, body: JSON.stringify({ mode: "ready", reason: "read it" }) };
  expect((await fetch(`${held.url}/api/modes`, free)).status).toBe(200);
  expect(await modesOf(held.url)).toEqual([]);
  held.stop();
  expect(await held.ended).toBe(0);
}, 60_000);
