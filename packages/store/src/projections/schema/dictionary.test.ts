import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { DatabaseSync } from "../../sqlite/driver.ts";
import { Logs } from "../logs/logs.ts";
import { freshFolder, projected, removeFolders } from "../samples.ts";

afterAll(removeFolders);

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const shared = new URL("../../../../../../shared/requirements.md", import.meta.url);

type Entry = Readonly<{ id: string; asked: string; here: readonly string[] }>;

/** The table of docs/projections.md. */
const dictionary: readonly Entry[] = [...read("../../../../../docs/projections.md").matchAll(/^\| (S\d\.\d+) \| (.+?) \| (.+?) \|$/gm)].map(
  ([, id = "", asked = "", here = ""]) => ({ id, asked, here: [...here.matchAll(/`([^`]+)`/g)].map(([, name = ""]) => name) }),
);

const range = (group: string, from: number, to: number): readonly string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `${group}.${from + n}`);
const ids = [...range("S0", 11, 20), ...range("S1", 12, 30), ...range("S2", 10, 15), "S2.48", ...range("S3", 16, 24)];

/** Columns, keys and indexes that files really have, in the words of the table. */
function present(): ReadonlySet<string> {
  const projections = projected([]);
  projections.close();
  const path = join(freshFolder(), "logs.sqlite");
  new Logs(path).close();
  const found = new Set<string>();
  for (const file of [projections.path, path]) {
    const database = new DatabaseSync(file, { readOnly: true });
    for (const { name } of database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all()) {
      const columns = database.prepare(`PRAGMA table_xinfo(${String(name)})`).all();
      for (const column of columns) found.add(`${String(name)}.${String(column["name"])}`);
      const key = columns.filter(({ pk }) => Number(pk) > 0).toSorted((a, b) => Number(a["pk"]) - Number(b["pk"]));
      found.add(`KEY ${String(name)} (${key.map((column) => column["name"]).join(", ")})`);
      for (const index of database.prepare(`PRAGMA index_list(${String(name)})`).all()) {
        const parts = database.prepare(`PRAGMA index_info(${String(index["name"])})`).all();
        found.add(`INDEX ${String(name)} (${parts.map((part) => part["name"]).join(", ")})`);
      }
    }
    database.close();
  }
  return found;
}

describe("[PRJ-24] every datum of S0.11–S0.20, S1.12–S1.30, S2.10–S2.15, S2.48 and S3.16–S3.24", () => {
  test("[PRJ-24] is in the dictionary, and nothing else is", () => {
    expect([...new Set(dictionary.map(({ id }) => id))]).toEqual(ids);
  });

  test("[PRJ-24] stands where the dictionary says", () => {
    const names = present();
    expect(dictionary.flatMap(({ id, here }) => here.filter((name) => !names.has(name)).map((name) => `${id} ${name}`))).toEqual([]);
    expect(dictionary.filter(({ here }) => here.length === 0)).toEqual([]);
  });

  test.skipIf(!existsSync(shared))("[PRJ-24] is called what the requirement calls it, and none of its names is left out", () => {
    const text = readFileSync(shared, "utf8");
    const missing = ids.flatMap((id) => {
      const line = new RegExp(`^- ${id.replace(".", "\\.")} (.+)$`, "m").exec(text)?.[1] ?? "";
      const asked = dictionary.filter((entry) => entry.id === id).map((entry) => entry.asked.replaceAll("`", ""));
      const words = new Set(asked.join(" ").match(/[a-z0-9_]+/gi) ?? []);
      // Names of columns are what has an underscore; the names of the tables themselves are the dictionary's other side.
      const fields = (
        line.replace(/`?portfolio_(positions|history|rebalancing_log|performance_cache|days)`?/g, "").match(/\b[a-z]+(?:_[a-z0-9]+)+\b/g) ??
        []
      ).filter((name) => !KNOWN.has(name));
      return fields.filter((field) => !words.has(field)).map((field) => `${id} ${field}`);
    });
    expect(missing).toEqual([]);
  });
});

/** Words with an underscore in the requirements that name no datum: tables, values, and what is done away with. */
const KNOWN: ReadonlySet<string> = new Set([
  "equity_history",
  "risk_state",
  "session_stats_cache",
  "mean_reversion",
  "account_id_YYYY",
  "buy_yes",
  "buy_no",
  "trading_signals",
]);
