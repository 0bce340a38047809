import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test, vi } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { LocalServer } from "./local-server.ts";

const RAISER = fileURLToPath(new URL("./raiser.ts", import.meta.url));

/** A small generator of its own, so that a failing run can be had again. */
let chance = seed();
const upTo = (most: number): number => {
  chance = (Math.imul(chance, 1_103_515_245) + 12_345) & 0x7fffffff;
  return chance % most;
};

/** Runs a raiser that raises up to `count`; kills it when `until` resolves after its first alarm was kept. Gives what it kept. */
async function raise(path: string, url: string, round: number, count: number, until: () => Promise<unknown>): Promise<readonly string[]> {
  const child = spawn(process.execPath, [RAISER, path, url, String(round), String(count)], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let said = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      resolve();
    });
  });
  await until();
  child.kill("SIGKILL");
  await ended;
  return said.split("\n").slice(0, -1);
}

test("[ALARM-12] killed at any moment between raising and telling, no alarm is lost", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-raiser-"));
  const server = await LocalServer.open();
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true });
  });
  // Now it answers, now it fails, now it says nothing: messages are on their way at every moment.
  let n = 0;
  server.answer = (response) => {
    n += 1;
    if (n % 5 === 0) response.writeHead(500).end();
    else if (n % 3 === 0) setTimeout(() => response.end(), 15);
    else response.end();
  };
  const path = join(folder, "alarms.sqlite");
  const kept: string[] = [];
  const aWhile = (): Promise<unknown> => new Promise((resolve) => setTimeout(resolve, upTo(150)));
  for (let round = 1; round <= runs(100); round++) kept.push(...(await raise(path, server.url, round, 1_000, aWhile)));
  server.answer = (response) => void response.end();
  const lost = (): readonly string[] => {
    const told = new Set(server.said.map(({ key }) => String(key).split(" ").at(-1) ?? ""));
    return kept.filter((each) => !told.has(each));
  };
  const allTold = (): Promise<unknown> =>
    vi.waitFor(() => expect(lost()).toEqual([]), { timeout: 120_000, interval: 100 }).catch(() => undefined);
  await raise(path, server.url, 0, 1, allTold);
  expect(lost()).toEqual([]);
  expect(kept.length).toBeGreaterThanOrEqual(runs(100));
}, 600_000);
