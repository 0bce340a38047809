import { expect, test } from "vitest";
import { locate, pathKey, placeOf } from "./locate.ts";
import { isSameDecimal, readToml } from "./read.ts";

const TEXT = `# a comment = "1"
top = 1
"quoted key" = "a # no comment"
a.b.c = [1, 2.50, "x"] # after
[table."x.y"]
multi = """
[[not.a.table]]
key = 1
"""
literal = 'C:\\dir'
inline = { one = 1, two = { three = [ { four = 4 }, { five = 5 } ] } }
[[list]]
n = 1
[[list]]
n = 2
[list.sub]
deep = true
list = [
  1, # one
  2,
]
`;

test.each([
  [["top"], 2, 1, "1"],
  [["quoted key"], 3, 1, '"a # no comment"'],
  [["a", "b"], 4, 1, ""],
  [["a", "b", "c", 1], 4, 13, "2.50"],
  [["table", "x.y", "multi"], 6, 1, '"""\n[[not.a.table]]\nkey = 1\n"""'],
  [["table", "x.y", "literal"], 10, 1, "'C:\\dir'"],
  [["table", "x.y", "inline", "two", "three", 1, "five"], 11, 55, "5"],
  [["list"], 12, 1, ""],
  [["list", 0, "n"], 13, 1, "1"],
  [["list", 1, "n"], 15, 1, "2"],
  [["list", 1, "sub", "deep"], 17, 1, "true"],
  [["list", 1, "sub", "list", 1], 20, 3, "2"],
] as const)("[CFG-20] %j stands at %i:%i", (path, line, column, raw) => {
  expect(locate(TEXT).get(pathKey(path))).toEqual({ place: { line, column }, raw });
});

test("[CFG-20] every key of what TOML reads is found", () => {
  const toml = readToml(TEXT);
  expect(toml.ok).toBe(true);
  const missing: string[] = [];
  const walk = (value: unknown, path: readonly PropertyKey[]): void => {
    if (toml.ok && path.length > 0 && !toml.located.has(pathKey(path))) missing.push(path.join("."));
    if (typeof value !== "object" || value === null) return;
    for (const [key, item] of Object.entries(value)) walk(item, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  if (toml.ok) walk(toml.value, []);
  expect(missing).toEqual([]);
});

test("[CFG-20] a key that is not written stands where its nearest parent does", () => {
  expect(placeOf(locate(TEXT), ["list", 1, "nothing"])).toEqual({ line: 14, column: 1 });
  expect(placeOf(locate(TEXT), ["nowhere"])).toEqual({ line: 1, column: 1 });
});

test.each([
  ["0.1", 0.1, true],
  ["0.10", 0.1, true],
  ["1_000.0", 1000, true],
  ["1e3", 1000, true],
  ["+5", 5, true],
  ["0x10", 16, true],
  ["0.1000000000000000055", 0.1, false],
  ["123456789012345678901", 123456789012345680000, false],
])("[CFG-6] %s is kept by a number: %s %s", (raw, value, same) => {
  expect(isSameDecimal(raw, value)).toBe(same);
});
