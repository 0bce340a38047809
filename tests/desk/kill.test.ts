import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, createEngine, type JournalRecord } from "@bulkhead/core";
import { openSqliteJournal, stateDigest, verifyJournal } from "@bulkhead/store";
import { afterAll, expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { newFolder, removeFolder } from "./paper.ts";

const folder = newFolder();
afterAll(() => removeFolder(folder));
const child = fileURLToPath(new URL("./kill-child.ts", import.meta.url));
const beganAt = Date.now();

/** A small generator of its own, so that a failing run can be had again. */
let chance = seed();
const upTo = (most: number): number => {
  chance = (Math.imul(chance, 1_103_515_245) + 12_345) & 0x7fffffff;
  return chance % most;
};

/** Runs the desk under load and kills it; gives what it acknowledged. */
async function round(number: number): Promise<ReadonlyMap<string, number>> {
  const acknowledged = new Map<string, number>();
  const desk = spawn(process.execPath, [child, folder, String(number), String(beganAt)], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let cried = "";
  // By what it did, not by how long that took it: a slow machine proves as much.
  const acknowledgements = upTo(150);
  const underLoad = new Promise<void>((resolve) => {
    desk.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("ready") && said.split("\n").length > acknowledgements + 2) resolve();
    });
  });
  desk.stderr.on("data", (chunk: Buffer) => {
    cried += chunk.toString();
  });
  const ended = over(desk);
  // Now and then it is killed while it starts.
  if (number % 10 === 9) await new Promise((resolve) => setTimeout(resolve, 300 + upTo(400)));
  else {
    await Promise.race([underLoad, ended]);
    await new Promise((resolve) => setTimeout(resolve, upTo(50)));
  }
  const wasAlive = desk.kill("SIGKILL");
  await ended;
  if (!wasAlive || said.includes("halted")) throw new Error(`round ${number}: ${said.slice(-500)} ${cried}`);
  for (const line of said.split("\n").slice(0, -1)) {
    const [what, id = "", seq] = line.split(" ");
    if (what === "ack") acknowledged.set(id, Number(seq));
  }
  return acknowledged;
}

const over = (desk: ChildProcess): Promise<void> => new Promise((resolve) => desk.on("close", () => resolve()));

const idOf = (command: Command): string | undefined =>
  command.type === "TransferCapital"
    ? command.transferId
    : command.type === "PlaceOrder" && command.intentId !== ""
      ? command.intentId
      : undefined;

function journalOf(): Readonly<{ records: readonly JournalRecord[]; verdict: ReturnType<typeof verifyJournal> }> {
  const journal = openSqliteJournal(join(folder, "accounts", "main", "journal.sqlite"));
  try {
    return { records: [...journal.read(1)], verdict: verifyJournal(journal) };
  } finally {
    journal.close();
  }
}

test("[DESK-3] P1 P2 I12 I13: killed at any moment under load, it loses nothing acknowledged and doubles no order and no fill", async () => {
  const acknowledged = new Map<string, number>();
  for (let number = 1; number <= runs(300); number++) for (const [id, seq] of await round(number)) acknowledged.set(id, seq);
  const { records, verdict } = journalOf();
  expect(verdict).toMatchObject({ ok: true });

  const seqs = new Map<string, number>();
  const doubled: string[] = [];
  const executions = new Set<string>();
  const venueOrders = new Set<number>();
  for (const { seq, command, events } of records) {
    const id = idOf(command);
    if (id !== undefined && seqs.has(id)) doubled.push(id);
    if (id !== undefined) seqs.set(id, seq);
    for (const event of events) {
      if (event.type === "OrderPlaced" && venueOrders.size === venueOrders.add(event.venueOrder).size)
        doubled.push(`order ${event.venueOrder}`);
      if (event.type === "ExecutionBooked" && executions.size === executions.add(event.execution).size) doubled.push(event.execution);
    }
  }
  const lost = [...acknowledged].filter(([id, seq]) => seqs.get(id) !== seq);
  expect({ lost, doubled }).toEqual({ lost: [], doubled: [] });
  expect(acknowledged.size).toBeGreaterThan(runs(300) * 5);
  expect(executions.size).toBeGreaterThan(runs(300));

  const engine = createEngine();
  for (const record of records) engine.replay(record);
  engine.audit();
  for (const order of engine.state.orders.values()) expect(Number(order.filled)).toBeLessThanOrEqual(Number(order.quantity));
  expect(stateDigest(engine.state)).toMatch(/^[0-9a-f]{64}$/);
}, 2_400_000);
