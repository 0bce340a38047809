import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DeskClient, type SystemReport } from "@bulkhead/contract";
import { type Serving, serve } from "@bulkhead/server";
import { checkBackup } from "@bulkhead/store";
import { expect, onTestFinished, test } from "vitest";
import { soon } from "../kit/soon.ts";

/** The demo desk on a free port, with its data folder. */
async function opened(config = ""): Promise<Readonly<{ desk: Serving; client: DeskClient; data: string; said: string[] }>> {
  const data = mkdtempSync(join(tmpdir(), "bulkhead-system-"));
  const said: string[] = [];
  if (config !== "") writeFileSync(join(data, "..", `${basename(data)}.toml`), config);
  const desk = await serve({
    data,
    ...(config === "" ? {} : { config: join(data, "..", `${basename(data)}.toml`) }),
    port: 0,
    environment: {},
    workingFolder: data,
    say: (line) => said.push(line),
  });
  onTestFinished(async () => {
    await desk.stop();
    rmSync(data, { recursive: true, force: true });
    rmSync(join(data, "..", `${basename(data)}.toml`), { force: true });
  });
  return { desk, client: new DeskClient({ url: desk.url, client: "test" }), data, said };
}

let wishes = 0;
const key = (): string => `system-${++wishes}`;
const report = async (client: DeskClient): Promise<SystemReport> => (await client.ask("getSystem", {})).body.data;
const levelOf = ({ checks }: SystemReport, check: string): readonly string[] =>
  checks.filter((row) => row.check === check).map(({ code }) => code);

test("[SYS-1] a desk that trades is backed up, the copy is proved, the oldest go, and its damage is found later", async () => {
  const { client, data } = await opened("[backup]\nkeep = 2\n");
  // What a desk that was ended in the middle of one left behind.
  mkdirSync(join(data, "backups", "2026-01-01T00-00-00.000Z.unfinished", "accounts"), { recursive: true });
  mkdirSync(join(data, "backups", "tmp", "bulkhead-try-x"), { recursive: true });
  const first = (await client.ask("createBackup", { body: {}, key: key() })).body.data;
  expect(first).toMatchObject({ proved: true, removed: [], accounts: [{ account_id: "main" }] });
  const backups = join(data, "backups");
  expect(checkBackup(join(backups, first.name))).toMatchObject({ ok: true });
  for (let i = 0; i < 2; i++) await client.ask("createBackup", { body: {}, key: key() });
  const listed = (await client.ask("listBackups", {})).body.data;
  expect(listed).toHaveLength(2);
  expect(listed.map(({ name }) => name)).not.toContain(first.name);
  expect(readdirSync(backups).filter((name) => name.includes("unfinished") || name === "tmp")).toEqual([]);
  expect(levelOf(await report(client), "backup")).toEqual(["HEALTH_BACKUP_PROVED"]);
});

test("[SYS-1] two at once are one, and one that cannot be written says why", async () => {
  const { client, data, desk } = await opened();
  const asked = await Promise.allSettled([1, 2].map(() => client.ask("createBackup", { body: {}, key: key() })));
  expect(asked.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
  expect(asked.find((each) => each.status === "rejected")?.reason).toMatchObject({ problem: { code: "BACKUP_RUNNING", status: 409 } });
  rmSync(join(data, "backups"), { recursive: true });
  writeFileSync(join(data, "backups"), "in the way");
  const refused = new DeskClient({ url: desk.url, client: "test", attempts: 1 }).ask("createBackup", { body: {}, key: key() });
  await expect(refused).rejects.toMatchObject({ problem: { code: "BACKUP_FAILED", status: 503 } });
  expect(levelOf(await report(client), "backup")).toContain("HEALTH_BACKUP_FAILED");
});

test("[SYS-3] a sound desk is good all through, in sentences", async () => {
  const { client, desk } = await opened();
  const found = await report(client);
  expect(found.accounts).toMatchObject([{ account_id: "main", mode: "paper", ready: true }]);
  expect(new Set(found.checks.map(({ check }) => check))).toEqual(
    new Set(["folder", "disk", "clock", "backup", "loop", "feed", "account", "database", "witness", "tables"]),
  );
  expect(found.checks.filter(({ level }) => level === "bad")).toEqual([]);
  for (const { sentence, code } of found.checks) expect([code, sentence.includes("?"), sentence.length > 20]).toEqual([code, false, true]);
  expect((await fetch(`${desk.url}/api/system`, { headers: { Authorization: "Bearer bh_no" } })).status).toBe(401);
});

test("[SYS-3] a key sees its account whole, or nothing of the system", async () => {
  const { client, desk } = await opened();
  const make = async (portfolios: "*" | string[]) =>
    (await client.ask("createKey", { body: { name: "k", portfolios, actions: ["read"] }, key: key() })).body.data.secret;
  const whole = new DeskClient({ url: desk.url, client: "test", key: await make("*") });
  const part = new DeskClient({ url: desk.url, client: "test", key: await make(["steady"]) });
  expect((await report(whole)).accounts).toHaveLength(1);
  await expect(report(part)).rejects.toMatchObject({ problem: { status: 403, code: "ACTION_NOT_ALLOWED" } });
  await expect(whole.ask("listBackups", {})).rejects.toMatchObject({ problem: { status: 403 } });
});

test("[SYS-5] tables made anew say the same as before, while the desk goes on", async () => {
  const { client, data } = await opened();
  const before = (await client.ask("listLedger", { query: { portfolio_id: "*", limit: 500 } })).body;
  const started = await client.ask("rebuildTables", { body: {}, key: key() });
  expect(started.body.data).toEqual({ accounts: ["main"] });
  await soon(async () => expect((await report(client)).rebuilding).toEqual([]));
  expect(readdirSync(join(data, "accounts", "main", "tables"))).toContain("000002.sqlite");
  const after = (await client.ask("listLedger", { query: { portfolio_id: "*", limit: 500 } })).body;
  expect(after.data.slice(-before.data.length)).toEqual(before.data);
  expect(levelOf(await report(client), "tables")).toEqual(["HEALTH_TABLES_CURRENT"]);
});

test("[SYS-1] a backup that rots is no longer restored", async () => {
  const { client, data } = await opened();
  const { name } = (await client.ask("createBackup", { body: {}, key: key() })).body.data;
  const copy = join(data, "backups", name, "accounts", "main", "journal.sqlite");
  const bytes = readFileSync(copy);
  bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 0x10;
  writeFileSync(copy, bytes);
  expect(checkBackup(join(data, "backups", name))).toMatchObject({ ok: false, code: "BACKUP_DAMAGED" });
});
