import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { bulkhead } from "./command.ts";

const BIN = fileURLToPath(new URL("../../apps/cli/bin/bulkhead.mjs", import.meta.url));
const flagsOf = (text: string): readonly string[] =>
  [...new Set([...text.matchAll(/^\s+(?:-\w, )?(--[a-z-]+)/gm)].map((match) => match[1] ?? ""))].toSorted();

describe("help", () => {
  test("[CLI-48] bulkhead --help groups the commands by what people want, and shows every one once", async () => {
    const { out, code } = await bulkhead(["--help"]);
    const groups = [
      "Run:",
      "Look at the running desk:",
      "Trade:",
      "Portfolios and capital:",
      "Settings:",
      "Keep it well:",
      "Journals and books:",
    ];
    expect([code, groups.map((group) => out.indexOf(`\n${group}\n`)).every((at, index, all) => at > (all[index - 1] ?? 0))]).toEqual([
      0,
      true,
    ]);
    const names = [...out.matchAll(/^ {2}([a-z-]+)(?: \[options\]| <| {2,})/gm)].map((match) => match[1]);
    expect(new Set(names).size).toBe(names.length);
    expect(names).toEqual(
      expect.arrayContaining(["start", "status", "order", "stop", "kill", "portfolio", "apply", "doctor", "backup", "verify"]),
    );
  });

  test("[CLI-48] the options of start are those that the desk takes", async () => {
    const desk = spawnSync(process.execPath, [BIN, "start", "--help"], { encoding: "utf8" });
    const { out } = await bulkhead(["help", "start"]);
    expect(flagsOf(out).filter((flag) => flag !== "--help")).toEqual(flagsOf(desk.stdout).filter((flag) => flag !== "--help"));
  });

  test.each(["order place", "stop set", "kill engage", "portfolio create", "keys create", "restore", "apply", "doctor", "logs", "explain"])(
    "[CLI-48] %s --help has examples",
    async (name) => {
      const { out, code } = await bulkhead([...name.split(" "), "--help"]);
      expect([code, out]).toEqual([0, expect.stringMatching(/For example:\n {2}bulkhead /)]);
    },
  );

  test.each([
    ["statsu", "status"],
    ["portfolo list", "portfolio"],
    ["portfolio lst", "list"],
    ["positions --portfoilo x", "--portfolio"],
  ])("[CLI-48] %s: did you mean %s?", async (line, meant) => {
    expect(await bulkhead(line.split(" "))).toMatchObject({ code: 2, out: "", err: expect.stringContaining(`Did you mean ${meant}?`) });
  });
});
