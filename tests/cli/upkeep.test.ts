import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { type Program, startProgram } from "../kit/program.ts";
import { soon } from "../kit/soon.ts";
import { at, bulkhead, type Json, temporary } from "./command.ts";

/** The real desk in a process of its own, as a person starts it; up when it has said its address. */
async function start(data: string, ...more: string[]): Promise<Program> {
  const program = startProgram(["--data", data, "--port", "0", "--no-open", ...more], { folder: data });
  await program.url;
  return program;
}

let before: Promise<string> | undefined;
/** A folder of a desk that ran, was backed up and shut down: a copy of one that did. */
async function afterwards(): Promise<string> {
  before ??= (async () => {
    const data = mkdtempSync(join(tmpdir(), "bulkhead-upkeep-"));
    await start(data);
    await tell(data, "backup");
    await tell(data, "shutdown");
    return data;
  })();
  const copy = temporary();
  cpSync(await before, copy, { recursive: true });
  return copy;
}
afterAll(async () => {
  const data = await before;
  if (data !== undefined) rmSync(data, { recursive: true, maxRetries: 20 });
});

const tell = (data: string, line: string) => bulkhead([...line.split(" "), "--data", data]);
const checksOf = (json: Json): readonly Json[] => json["checks"] as readonly Json[];
const codesOf = (json: Json, check: string): readonly unknown[] =>
  checksOf(json)
    .filter((row) => row["check"] === check)
    .map((row) => row["code"]);

/** Damages what the latest backup's journal holds: a name, wherever it stands. */
function damage(data: string): void {
  const [name = ""] = readdirSync(join(data, "backups")).filter((each) => each.startsWith("20"));
  const copy = join(data, "backups", name, "accounts", "main", "journal.sqlite");
  const bytes = readFileSync(copy);
  expect(bytes.includes("reckless")).toBe(true);
  for (let at = bytes.indexOf("reckless"); at >= 0; at = bytes.indexOf("reckless")) bytes.write("recklesz", at);
  writeFileSync(copy, bytes);
}

describe("a data folder from its first key to its last backup", () => {
  test("[CLI-30, CLI-45] the command finds the desk by its folder, also after a kill -9 left its address behind; shutdown ends it", async () => {
    const data = temporary();
    const first = await start(data);
    expect((await tell(data, "status")).out).toContain("ready to trade");
    expect((await tell(data, "shutdown --dry-run")).out).toContain(`process ${first.child.pid}`);
    first.child.kill("SIGKILL");
    await first.ended;
    expect(existsSync(join(data, "owner.json"))).toBe(true);
    expect(await tell(data, "status")).toMatchObject({ code: 4, err: expect.stringMatching(/^CLI_DESK_ABSENT: /) });
    expect(await tell(data, "shutdown")).toMatchObject({ code: 4 });
    const second = await start(data);
    const ended = await tell(data, "shutdown");
    expect([ended.code, ended.err]).toEqual([0, ""]);
    expect(await second.ended).toBe(0);
    expect(existsSync(join(data, "owner.json"))).toBe(false);
  });

  test("[CLI-18, CLI-36] portfolio list asks the running desk, and without one reads its journal: the same books", async () => {
    const data = temporary();
    await start(data);
    await tell(data, "kill engage pause --reason still --json");
    const live = (await tell(data, "portfolio list --json")).json();
    expect((await tell(data, "shutdown")).code).toBe(0);
    const read = (await tell(data, "portfolio list --json")).json();
    expect([live["source"], read["source"]]).toEqual(["desk", "journal"]);
    const names = (json: Json): unknown => (json["data"] as readonly Json[]).map((row) => row["portfolio_id"]);
    expect(names(read)).toEqual(names(live));
    expect(Number(at(read, "total.equity"))).toBeCloseTo(Number(at(live, "total.equity")), -3);
    expect((await tell(data, "portfolio list")).out).toContain("no desk runs on it");
  });

  test("[CLI-41] the first key is written while no desk runs, and the desk knows it", async () => {
    const data = join(temporary(), "desk");
    const made = await tell(data, "keys create first --may admin,read --json");
    expect([made.code, made.err]).toEqual([0, ""]);
    const secret = String(at(made.json(), "data.secret"));
    expect((await tell(data, "keys list")).out).toContain("first");
    expect(await tell(data, "keys create x --account other --may nothing")).toMatchObject({ code: 2 });
    await start(data);
    const url = /(http:\S+?):? ready/.exec((await tell(data, "status")).out)?.[1] ?? "";
    const known = await bulkhead(["keys", "list", "--json", "--url", url], { environment: { BULKHEAD_KEY: secret } });
    expect(known.json()).toMatchObject({ data: [{ name: "first", actions: ["admin", "read"] }] });
    const id = String(at(known.json(), "data.0.key_id"));
    await tell(data, "shutdown");
    expect((await tell(data, `keys revoke ${id} --yes`)).code).toBe(0);
    expect(await tell(data, "keys revoke 0000000000000000 --yes")).toMatchObject({ code: 1, err: expect.stringMatching(/^KEY_UNKNOWN: /) });
  });
});

describe("doctor", () => {
  test("[CLI-42] a sound desk, running and not; what only the running one knows is asked", async () => {
    const data = temporary();
    await start(data);
    await tell(data, "backup");
    const live = await tell(data, "doctor --json");
    expect([live.code, live.json()["level"]]).toEqual([0, "good"]);
    expect(new Set(checksOf(live.json()).map((row) => row["check"]))).toEqual(
      new Set(["desk", "folder", "disk", "clock", "database", "witness", "tables", "backup", "loop", "feed", "account"]),
    );
    expect(codesOf(live.json(), "backup")).toEqual(["HEALTH_BACKUP_PROVED"]);
    await tell(data, "shutdown");
    const still = await tell(data, "doctor");
    expect([still.code, still.err]).toEqual([0, ""]);
    expect(still.out).toMatch(/✓ database main\s+The journal is proved: \d+ records/);
    expect(still.out).toMatch(/✓ backup\s+The latest backup .* was restored into a temporary folder and replayed/);
    expect(still.out).toContain("No desk runs on");
    writeFileSync(join(data, "KILL"), "flatten the news are bad");
    expect((await tell(data, "doctor")).out).toMatch(/! kill\s+The file .*KILL waits: flatten of everything\. A start obeys it/);
  });

  test("[CLI-42] damage of the journal, the witness and the backup is bad, each with what to do, and looking changes nothing", async () => {
    const data = await afterwards();
    damage(data);
    const account = join(data, "accounts", "main");
    const [segment = ""] = readdirSync(join(account, "witness"));
    const witness = join(account, "witness", segment);
    const bytes = readFileSync(witness);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(witness, bytes);
    const found = await tell(data, "doctor --json");
    expect([found.code, found.json()["level"]]).toEqual([1, "bad"]);
    expect(codesOf(found.json(), "backup")).toEqual(["HEALTH_BACKUP_DAMAGED"]);
    expect(codesOf(found.json(), "witness")).toEqual(["HEALTH_WITNESS_DAMAGED"]);
    expect(readFileSync(witness)).toEqual(bytes);
    expect((await tell(data, "doctor")).out).toContain("Stop the desk and start it again: it makes the witness anew");
    writeFileSync(join(account, "journal.sqlite"), "no database at all");
    expect(codesOf((await tell(data, "doctor --json")).json(), "database")).toEqual(["HEALTH_DATABASE_DAMAGED"]);
    rmSync(account, { recursive: true });
    expect((await bulkhead(["doctor", "--data", join(data, "nowhere")])).out).toContain("There is no data folder");
  });
});

describe("backup and restore", () => {
  test("[CLI-43] made by the desk and by the command, listed, checked; each is proved", async () => {
    const data = temporary();
    await start(data);
    const live = await tell(data, "backup create --json");
    expect(live.json()).toMatchObject({ idempotency_key: expect.any(String), data: { proved: true, accounts: [{ account_id: "main" }] } });
    await tell(data, "shutdown");
    const outside = join(temporary(), "copy");
    expect((await tell(data, `backup create --to ${outside}`)).out).toContain("restored elsewhere and replayed: it is one");
    expect(await tell(data, `backup create --to ${outside}`)).toMatchObject({ code: 1, err: expect.stringMatching(/^BACKUP_EXISTS: /) });
    expect((await tell(data, "backup create --keep 1 --json")).json()).toMatchObject({ data: { removed: [at(live.json(), "data.name")] } });
    expect((await tell(data, "backup list --json")).json()).toMatchObject({ data: [{ accounts: [{ account_id: "main" }] }] });
    expect((await tell(data, `backup check ${outside}`)).out).toContain("restored into a temporary folder and replayed");
    damage(data);
    expect(await tell(data, "backup check")).toMatchObject({ code: 1, err: expect.stringMatching(/^BACKUP_DAMAGED: /) });
    expect(await tell(data, "backup check 1999")).toMatchObject({ code: 1, err: expect.stringMatching(/^CLI_BACKUP_UNKNOWN: /) });
  });

  test("[CLI-43, CLI-47] Z47: restore refuses over a running desk and over journals, tries first, and leaves a desk that reads only until somebody says otherwise", async () => {
    const data = temporary();
    await start(data);
    const backup = join(data, "backups", String(at((await tell(data, "backup --json")).json(), "data.name")));
    const records = at((await tell(data, "backup list --json")).json(), "data.0.accounts.0.seq");
    expect(await tell(data, `restore ${backup} --replace --yes`)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^CLI_DESK_RUNS: /),
    });
    await tell(data, "shutdown");
    expect(await tell(data, "restore latest")).toMatchObject({ code: 1, err: expect.stringMatching(/^CLI_FOLDER_USED: .*main/) });
    expect(await tell(data, "restore latest --replace")).toMatchObject({ code: 2, err: expect.stringMatching(/^CLI_CONFIRM_NEEDED: /) });
    const planned = await tell(data, "restore latest --replace --dry-run");
    expect([planned.code, planned.out]).toEqual([0, expect.stringMatching(/The backup is sound.*would be moved aside\nNothing was done/s)]);
    expect(existsSync(join(data, "accounts", "main", "read-only.json"))).toBe(false);
    const fresh = join(temporary(), "fresh");
    expect((await tell(fresh, `restore ${backup}`)).out).toContain("The desk starts read-only");
    const replaced = (await tell(data, "restore latest --replace --yes --json")).json();
    expect(replaced).toMatchObject({ data: { accounts: [{ account: "main", seq: records }] } });
    expect(codesOf((await tell(data, "doctor --json")).json(), "account")).toContain("HEALTH_ACCOUNT_READ_ONLY");
    await start(data);
    const status = await tell(data, "status");
    expect(status.out).toMatch(/not ready: .*read_only/);
    expect(await tell(data, "mode set ready --reason x")).toMatchObject({ code: 2, err: expect.stringMatching(/^CLI_CONFIRM_NEEDED: /) });
    expect((await tell(data, "mode set ready --reason compared --yes")).out).toBe("Everything may trade freely.\n");
    expect((await tell(data, "status")).out).toContain("ready to trade");
    await tell(data, "shutdown");
    expect(codesOf((await tell(data, "doctor --json")).json(), "account")).not.toContain("HEALTH_ACCOUNT_READ_ONLY");
  });

  test("[CLI-43] a damaged backup restores nothing", async () => {
    const data = await afterwards();
    damage(data);
    const fresh = join(temporary(), "fresh");
    const [name = ""] = readdirSync(join(data, "backups")).filter((each) => each.startsWith("20"));
    const refused = await tell(fresh, `restore ${join(data, "backups", name)}`);
    expect([refused.code, refused.out, refused.err.split(":")[0]]).toEqual([1, "", "BACKUP_DAMAGED"]);
    expect(existsSync(join(fresh, "accounts"))).toBe(false);
  });
});

describe("rebuild, apply and the file KILL", () => {
  test("[CLI-44] tables are made anew in the running desk and without one; one that broke is good again", async () => {
    const data = temporary();
    await start(data);
    expect(await tell(data, "rebuild")).toMatchObject({ code: 0, out: "main: tables made anew\n", err: "" });
    await tell(data, "shutdown");
    const tables = join(data, "accounts", "main", "tables");
    for (const name of readdirSync(tables)) writeFileSync(join(tables, name), "rot");
    expect(codesOf((await tell(data, "doctor --json")).json(), "tables")).toEqual(["HEALTH_TABLES_UNREADABLE"]);
    expect((await tell(data, "rebuild --json")).json()).toMatchObject({
      data: { accounts: [{ account: "main", seq: expect.any(Number) }] },
    });
    expect(codesOf((await tell(data, "doctor --json")).json(), "tables")).toEqual(["HEALTH_TABLES_CURRENT"]);
  });

  test("[CLI-46] apply shows the difference, does it after a yes, and config export writes what loads to the same", async () => {
    const data = temporary();
    const file = join(data, "..", `${data.split("/").at(-1)}.toml`);
    onTestFinished(() => rmSync(file, { force: true }));
    const text = '[account]\nstarting_cash = 1000\n[[portfolio]]\nid = "alpha"\nstarting_cash = 500\nsymbols = "ACME"\n';
    writeFileSync(file, text);
    await start(data, "--config", file);
    expect((await tell(data, "apply")).out).toContain("The configuration says what the books say.");
    writeFileSync(file, `${text}max_position_pct = "20%"\n`);
    const shown = await tell(data, "apply --dry-run");
    expect([shown.code, shown.out]).toEqual([0, expect.stringMatching(/portfolio\.alpha\.max_position_pct\s+-\s+20%/)]);
    expect(await tell(data, "apply")).toMatchObject({ code: 2, err: expect.stringMatching(/^CLI_CONFIRM_NEEDED: /) });
    expect((await tell(data, "apply --yes")).out).toContain("1 applied, 0 refused");
    const exported = join(data, "..", `${data.split("/").at(-1)}.toml.out`);
    onTestFinished(() => rmSync(exported, { force: true }));
    expect((await tell(data, `config export --output ${exported}`)).code).toBe(0);
    expect(readFileSync(exported, "utf8")).toMatch(/max_position_pct = "20%"/);
    expect(await tell(data, `config export --output ${exported}`)).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^CLI_FILE_UNWRITABLE: /),
    });
    expect(await bulkhead(["config", "show", exported])).toMatchObject({ code: 0 });
  });

  test("[CLI-34] kill by file is obeyed by the running desk, and by the next start where none runs", async () => {
    const data = temporary();
    const file = join(data, "..", `${basename(data)}.toml`);
    writeFileSync(file, '[kill]\npatience = "60s"\n[[portfolio]]\nid = "trend"\nsymbols = "DUSKUSD"\n'); // A slow machine obeys late.
    onTestFinished(() => rmSync(file));
    await start(data, "--config", file);
    const obeyed = await tell(data, "kill engage pause --file --portfolio trend --reason by-file --json");
    expect([obeyed.code, obeyed.json()["obeyed"]]).toEqual([0, true]);
    expect((await tell(data, "kill list")).out).toMatch(/portfolio:trend\s+pause\s+by-file/);
    await tell(data, "shutdown");
    expect(await tell(data, "kill engage cancel --file --reason off")).toMatchObject({
      code: 1,
      out: expect.stringContaining("the next start of the desk does"),
    });
    await start(data, "--config", file);
    await soon(async () => expect((await tell(data, "kill list")).out).toMatch(/account\s+cancel\s+off/));
  });
});
