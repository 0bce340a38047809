import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");
const unit = readFileSync(join(ROOT, "deploy/systemd/bulkhead.service"), "utf8");
const plist = readFileSync(join(ROOT, "deploy/launchd/dev.bulkhead.desk.plist"), "utf8");
const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;

/** The unit with the paths and the user of this machine. */
function ownUnit(): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-unit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "bulkhead.service");
  writeFileSync(path, unit.replaceAll("/opt/bulkhead", ROOT).replaceAll(/^(User|Group)=.*$/gm, "$1=root"));
  return path;
}

test.skipIf(!hasSystemd)("[OPS-1] systemd accepts the unit, and finds little that could be attacked", () => {
  const path = ownUnit();
  const verified = spawnSync("systemd-analyze", ["verify", "--man=no", path], { encoding: "utf8" });
  expect([verified.status, verified.stderr]).toEqual([0, ""]);
  const secure = spawnSync("systemd-analyze", ["security", "--offline=true", "--threshold=20", path], { encoding: "utf8" });
  expect(secure.status, secure.stdout.slice(-300)).toBe(0);
});

test("[OPS-1] units start the desk with flags that there are", () => {
  const usage = execFileSync(process.execPath, [join(ROOT, "apps/cli/bin/bulkhead.mjs"), "start", "--help"], { encoding: "utf8" });
  const line = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? "";
  const agent = [...plist.matchAll(/<string>(--[a-z-]+)<\/string>/g)].map(([, flag = ""]) => flag);
  const flags = [...line.matchAll(/ (--[a-z-]+)/g)].map(([, flag = ""]) => flag);
  expect(flags.length).toBeGreaterThan(2);
  for (const flag of [...flags, ...agent]) expect(usage).toContain(flag);
  expect(line).toContain("apps/cli/bin/bulkhead.mjs start ");
  expect(plist).toContain("apps/cli/bin/bulkhead.mjs</string>\n    <string>start</string>");
});
