import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("[SEC-32] the program begins by taking `__proto__` from every object", () => {
  const main = readFileSync(new URL("main.ts", import.meta.url), "utf8");
  expect(main.split("\n").find((line) => line.startsWith("import"))).toBe('import "./harden.ts";');
  const script = `await import(${JSON.stringify(new URL("harden.ts", import.meta.url).href)});
    const taken = {}; taken["__proto__"] = { admin: true };
    console.log("__proto__" in {}, taken.admin, {}.admin, Object.getPrototypeOf(taken) === Object.prototype);`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], { encoding: "utf8" });
  expect(stdout).toBe("false undefined undefined true\n");
});
