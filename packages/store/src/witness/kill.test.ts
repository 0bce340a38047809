import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { runs, seed } from "../../../../tests/count.ts";
import { chanceOf } from "../codec/samples.ts";
import { startJournal } from "../folder/account-journal.ts";
import { accountHome } from "../folder/home.ts";
import { verifyJournal } from "../verify.ts";
import { ACCOUNT } from "./desk-folder.ts";
import type { WriterLine } from "./kill-writer.ts";

// Real processes, a real disk, real kills. The driver keeps what was acknowledged, and compares.

const folder = mkdtempSync(join(tmpdir(), "bulkhead-kill-"));
afterAll(() => rmSync(folder, { recursive: true }));
const writer = new URL("./kill-writer.ts", import.meta.url).href;

/** How long after which moment a writer is killed. */
type Kill = Readonly<{ after: "spawn" | "start" | "ack"; delayMs: number }>;

/** Starts a writer, kills it, and gives back every whole line that it said. */
async function runAndKill(runSeed: number, kill: Kill): Promise<readonly WriterLine[]> {
  const code = `const { writeUntilKilled } = await import(${JSON.stringify(writer)}); writeUntilKilled(${JSON.stringify(folder)}, ${runSeed});`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let errors = "";
  let armed = false;
  const arm = (moment: Kill["after"]): void => {
    if (armed || moment !== kill.after) return;
    armed = true;
    setTimeout(() => child.kill("SIGKILL"), kill.delayMs);
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said += text;
    arm("start");
    if (said.includes('"ack"')) arm("ack");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  arm("spawn");
  const signal = await new Promise((resolve) => child.on("close", (_code, by) => resolve(by)));
  expect({ signal, errors }).toEqual({ signal: "SIGKILL", errors: "" });
  return said
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line) as WriterLine);
}

test("[WIT-19] P1: kill -9 at random moments under load loses nothing that was acknowledged, and the chain holds", async ({ annotate }) => {
  const kills = runs(300);
  const chance = chanceOf(seed());
  const acknowledged = new Map<number, string>();
  const outcomes = new Map<string, number>();
  let lastAck = 0;
  let beyond = 0;
  for (let kill = 0; kill < kills; kill++) {
    // Every tenth strikes a start, with its recovery, at whatever it is doing.
    const when =
      kill % 10 === 9 ? ({ after: "spawn", delayMs: 60 + 200 * chance() } as const) : ({ after: "ack", delayMs: 60 * chance() } as const);
    for (const { line, outcome, seq, hash } of await runAndKill(seed() + kill, when)) {
      if (line === "start") {
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        expect(seq).toBeGreaterThanOrEqual(lastAck);
        // Committed, but killed before the word got out: allowed, and what a client asks again about.
        if (seq > lastAck) beyond += 1;
      } else {
        acknowledged.set(seq, hash);
        lastAck = seq;
      }
    }
  }
  const { recovery, opened } = startJournal(accountHome(folder, ACCOUNT), "unused");
  expect(["clean", "completed"]).toContain(recovery.outcome);
  if (opened === undefined) return;
  const kept = new Map([...opened.journal.batches()].map(({ lastSeq, hash }) => [lastSeq, Buffer.from(hash).toString("hex")]));
  const lost = [...acknowledged].filter(([seq, hash]) => kept.get(seq) !== hash);
  expect(verifyJournal(opened.journal).ok).toBe(true);
  opened.journal.close();
  const found = [...outcomes].map(([outcome, times]) => `${outcome} ${times}`).join(", ");
  const summary = `${kills} kills, ${acknowledged.size} acknowledged batches, ${lost.length} lost, ${beyond} committed unsaid; starts: ${found}`;
  process.stdout.write(`${summary}\n`);
  await annotate(summary);
  expect(lost).toEqual([]);
  expect([...outcomes.keys()].filter((outcome) => !["absent", "clean", "completed", "repaired"].includes(outcome))).toEqual([]);
}, 1_800_000);
