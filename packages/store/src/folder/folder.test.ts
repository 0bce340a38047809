import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId } from "@bulkhead/core";
import { afterAll, describe, expect, test } from "vitest";
import { accountsIn, dataFolderPath, FOLDER_FORMAT, type OpenedFolder, openFolder } from "./folder.ts";
import { accountHome } from "./home.ts";
import type { FolderOwner } from "./lock.ts";

const root = mkdtempSync(join(tmpdir(), "bulkhead-folder-"));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newPath = (): string => join(root, `data-${++folders}`);
const owner: FolderOwner = { pid: 41, host: "desk", startedAt: "2026-01-02T03:04:05Z", address: null };
const open = (path: string, more = {}): OpenedFolder => openFolder(path, { owner, version: "0.1.0", ...more });

function opened(path: string): Extract<OpenedFolder, { ok: true }>["folder"] {
  const result = open(path);
  if (!result.ok) throw new Error(`${result.code}: ${result.details}`);
  return result.folder;
}

/** What another process is told that opens the folder; with `hold` it is killed while it has it. */
function another(path: string, end: "close" | "kill" = "close"): unknown {
  const module = new URL("./folder.ts", import.meta.url).href;
  const code = `const { openFolder } = await import(${JSON.stringify(module)});
    const result = openFolder(${JSON.stringify(path)}, { owner: { ...${JSON.stringify(owner)}, pid: 42 }, version: "0.1.0" });
    process.stdout.write(JSON.stringify(result.ok ? { ok: true, tookOver: result.folder.tookOver } : result));
    ${end === "kill" ? 'process.kill(process.pid, "SIGKILL")' : "if (result.ok) result.folder.close()"}`;
  return JSON.parse(spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" }).stdout);
}

describe("where it is", () => {
  const place = {
    data: undefined,
    bulkheadHome: undefined,
    platform: "linux" as const,
    userHome: "/h",
    xdgDataHome: undefined,
    localAppData: undefined,
  };
  test.each([
    [{ data: "/flag", bulkheadHome: "/env" }, "/flag"],
    [{ bulkheadHome: "/env" }, "/env"],
    [{ data: "", bulkheadHome: "" }, "/h/.local/share/bulkhead"],
    [{ xdgDataHome: "/xdg" }, "/xdg/bulkhead"],
    [{ xdgDataHome: "relative" }, "/h/.local/share/bulkhead"],
    [{ platform: "darwin" as const, xdgDataHome: "/xdg" }, "/h/Library/Application Support/Bulkhead"],
    [{ platform: "win32" as const, localAppData: "/local" }, "/local/Bulkhead"],
  ])("[WIT-30] flag, environment, platform: %j", (given, path) => {
    expect(dataFolderPath({ ...place, ...given })).toBe(path);
  });
});

describe("a data folder", () => {
  test("[WIT-31] is made for its owner only, and tightened where others could read it", () => {
    const path = join(newPath(), "deep", "er");
    opened(path).close();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(path)) expect(statSync(join(path, name)).mode & 0o077, name).toBe(0);
    chmodSync(path, 0o755);
    const folder = opened(path);
    expect([folder.tightened, statSync(path).mode & 0o777]).toEqual([true, 0o700]);
    folder.close();
  });

  test("[WIT-31] with other files in it, on another machine or not to be written is refused", () => {
    const foreign = newPath();
    mkdirSync(foreign);
    writeFileSync(join(foreign, "letter.txt"), "");
    expect(open(foreign)).toMatchObject({ ok: false, code: "FOLDER_NOT_OURS" });
    expect(readdirSync(foreign)).toEqual(["letter.txt"]);
    expect(open(newPath(), { fileSystemOf: () => 0x6969 })).toMatchObject({ ok: false, code: "FOLDER_ON_NETWORK" });
    const file = newPath();
    writeFileSync(file, "");
    expect(open(file)).toMatchObject({ ok: false, code: "FOLDER_UNWRITABLE" });
  });

  test("[WIT-33] of a newer version is refused, and one whose note is damaged", () => {
    const path = newPath();
    opened(path).close();
    writeFileSync(join(path, "folder.json"), JSON.stringify({ format: FOLDER_FORMAT + 1, version: "9.0.0" }));
    expect(open(path)).toMatchObject({ ok: false, code: "FOLDER_NEWER", details: expect.stringContaining("written by 9.0.0") });
    writeFileSync(join(path, "folder.json"), "{");
    expect(open(path)).toMatchObject({ ok: false, code: "FOLDER_DAMAGED" });
  });

  test("[WIT-31] lists its accounts", () => {
    const path = newPath();
    opened(path).close();
    expect(accountsIn(path)).toEqual([]);
    for (const account of ["second", "main"]) mkdirSync(accountHome(path, account as AccountId).folder, { recursive: true });
    mkdirSync(join(path, "accounts", "Not A Slug"));
    expect(accountsIn(path)).toEqual(["main", "second"]);
  });
});

describe("the lock", () => {
  test("[WIT-32] R5: a second instance is refused and told who has it and where it answers", () => {
    const path = newPath();
    const folder = opened(path);
    expect(another(path)).toMatchObject({ ok: false, code: "FOLDER_LOCKED", owner });
    folder.publish("http://127.0.0.1:5000");
    expect(another(path)).toMatchObject({
      ok: false,
      owner: { ...owner, address: "http://127.0.0.1:5000" },
      details: expect.stringContaining("pid=41"),
    });
    // Also inside one process, and without giving the lock back.
    expect(open(path)).toMatchObject({ ok: false, code: "FOLDER_LOCKED" });
    expect(another(path)).toMatchObject({ ok: false, code: "FOLDER_LOCKED" });
    folder.close();
    expect(another(path)).toEqual({ ok: true, tookOver: null });
  });

  test("[WIT-32] ends with the process that had it, however it ends, and the next one names it", () => {
    const path = newPath();
    expect(another(path, "kill")).toEqual({ ok: true, tookOver: null });
    expect(existsSync(join(path, "owner.json"))).toBe(true);
    const folder = opened(path);
    expect(folder.tookOver).toEqual({ ...owner, pid: 42 });
    folder.close();
  });
});
