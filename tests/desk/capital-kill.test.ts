import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { newFolder, recordsIn, removeFolder } from "./paper.ts";

const folder = newFolder();
afterAll(() => removeFolder(folder));
const child = fileURLToPath(new URL("./capital-child.ts", import.meta.url));
const beganAt = Date.now();

let chance = seed();
const upTo = (most: number): number => {
  chance = (Math.imul(chance, 1_103_515_245) + 12_345) & 0x7fffffff;
  return chance % most;
};

/** Runs the desk a while and kills it. */
async function round(): Promise<void> {
  const desk = spawn(process.execPath, [child, folder, String(beganAt)], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  const ended = new Promise<void>((resolve) => desk.on("close", () => resolve()));
  // By what it did, not by how long that took it: a slow machine proves as much.
  const most = 1 + upTo(5);
  let moves = 0;
  const hasMoved = new Promise<void>((resolve) => {
    desk.stdout.on("data", (chunk: Buffer) => {
      moves += chunk.toString().split("moved").length - 1;
      if (moves >= most) resolve();
    });
  });
  desk.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  await Promise.race([hasMoved, ended]);
  await new Promise((resolve) => setTimeout(resolve, upTo(100)));
  if (!desk.kill("SIGKILL")) throw new Error(said);
  await ended;
}

test("[CAP-15] P1 P2: killed at any moment, no due instant moves capital twice, and none of it comes apart", async () => {
  const rounds = Math.ceil(runs(60) / 3); // Starting a process is most of it.
  for (let number = 0; number < rounds; number++) await round();
  const { records } = recordsIn(folder);
  // Each due instant, by the records that moved for it: they stand together, in one life of the process.
  const moved = new Map<string, { seqs: number[]; epochs: Set<number> }>();
  let starts = 0;
  for (const { seq, command } of records) {
    if (command.type === "StartEpoch") starts += 1;
    if (command.type !== "TransferCapital" || command.by !== "scheduler") continue;
    const due = command.transferId.split(":").slice(3).join(":");
    const known = moved.get(due) ?? { seqs: [], epochs: new Set<number>() };
    known.seqs.push(seq);
    known.epochs.add(starts);
    moved.set(due, known);
  }
  expect(starts).toBe(rounds);
  expect(moved.size).toBeGreaterThan(rounds);
  for (const [due, { seqs, epochs }] of moved) {
    expect([due, epochs.size, (seqs.at(-1) ?? 0) - (seqs[0] ?? 0) + 1]).toEqual([due, 1, seqs.length]);
    // Two portfolios need one transfer; a second run of the instant would be another.
    expect([due, seqs.length]).toEqual([due, 1]);
  }
}, 600_000);
