import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BacktestReport } from "@bulkhead/analytics";
import { beforeAll, describe, expect, test } from "vitest";
import { runs } from "../count.ts";
import { bulkhead, json, repository, temporary } from "./command.ts";
import { SMALL_DESK, writeSmallMarket } from "./small-market.ts";

const ZONES = ["UTC", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe", "America/St_Johns"] as const;
const LOCALES = ["C.UTF-8", "de_DE.UTF-8", "tr_TR.UTF-8"] as const;

/** Every zone with every locale for each of `ways` in full; else every zone with one of them for one of the ways, each locale with each way. */
const isFull = runs(1_000) === 1_000;
const surroundings = (way: number, ways: number) =>
  ZONES.flatMap((zone, z) =>
    LOCALES.filter((_, l) => isFull || (z % LOCALES.length === l && z % ways === way)).map((locale) => [zone, locale] as const),
  );

type Verdict = Readonly<{
  digest: string;
  chainHead: string;
  stateDigest?: string;
  proofs: readonly Readonly<{ name: string; figures: string }>[];
}>;

/** Everything of a report that must be equal in equal runs: all but how long it took. */
const timeless = ({ wallMs: _wall, barsPerSecond: _speed, ...rest }: BacktestReport): unknown => rest;

const folder = temporary();
const config = join(folder, "bulkhead.toml");
writeSmallMarket(folder);
writeFileSync(config, SMALL_DESK);

test("zone and locale reach the process", () => {
  const said = (environment: Readonly<Record<string, string>>): string =>
    execFileSync(process.execPath, ["-p", "[Intl.NumberFormat().resolvedOptions().locale, new Date(0).getHours()].join(' ')"], {
      env: { ...process.env, ...environment },
      encoding: "utf8",
    }).trim();
  expect(said({ TZ: "Asia/Kolkata", LC_ALL: "de_DE.UTF-8" })).toBe("de-DE 5");
  expect(said({ TZ: "America/New_York", LC_ALL: "tr_TR.UTF-8" })).toBe("tr-TR 19");
});

/** `sources` are the arguments that say what is run. */
describe.each([
  ["the demo", 0, ["demo", "--report", join(folder, "demo.html")]],
  ["a desk on a small market", 1, ["backtest", config]],
] as const)("%s", (_name, way, sources) => {
  let first: BacktestReport;
  beforeAll(() => {
    first = json<BacktestReport>(sources);
  });

  test("I18: the same seed twice gives the same digest, chain and report", () => {
    const again = json<BacktestReport>(sources);
    expect(timeless(again)).toEqual(timeless(first));
    expect(first.digest).toMatch(/^[0-9a-f]{64}$/);
  });

  test.each(surroundings(way, 2))("[CLI-3] in zone %s and locale %s too", (zone, locale) => {
    const environment = { TZ: zone, LC_ALL: locale, LANG: locale, LANGUAGE: locale };
    expect(timeless(json<BacktestReport>(sources, { environment }))).toEqual(timeless(first));
  });

  test("[CLI-3] kept in SQLite and in memory, replayed, and from a snapshot with its tail", () => {
    const books = join(folder, `books-${sources[0]}`);
    expect(timeless(json<BacktestReport>([...sources, "--data", books]))).toEqual(timeless(first));
    const verdict = json<Verdict>(["verify", books]);
    expect(verdict).toMatchObject({ digest: first.digest, chainHead: first.chainHead });
    expect(verdict.proofs.map(({ name }) => name)).toEqual(expect.arrayContaining(["replay", "decisions", "snapshot"]));
  });

  test("[CLI-3] two journals of one run are equal line by line", () => {
    const [one, two] = ["books", "again"].map((name) => {
      const books = join(folder, `${name}-${sources[0]}`);
      if (name === "again") json([...sources, "--data", books]);
      return bulkhead(["journal", books]).out;
    });
    expect(one).toBe(two);
    expect(one?.length).toBeGreaterThan(10_000);
  });
});

test("[CLI-3] another seed is another market", () => {
  const report = (seed: string): BacktestReport => json(["demo", "--seed", seed, "--report", join(folder, "seed.html")]);
  expect(report("7").digest).not.toBe(report("8").digest);
});

test("[CLI-3] the same files in another folder, and the portfolios in another order of the file, decide the same", () => {
  const elsewhere = join(temporary(), "a b", "ü");
  mkdirSync(elsewhere, { recursive: true });
  cpSync(join(repository, "examples/own-csv"), elsewhere, { recursive: true });
  const here = json<BacktestReport>(["backtest", join(repository, "examples/own-csv/bulkhead.toml")]);
  const there = json<BacktestReport>(["backtest", "bulkhead.toml"], { folder: elsewhere });
  expect([there.digest, there.chainHead]).toEqual([here.digest, here.chainHead]);
  const [head = "", ...portfolios] = readFileSync(join(elsewhere, "bulkhead.toml"), "utf8").split("[[portfolio]]");
  writeFileSync(join(elsewhere, "bulkhead.toml"), [head, ...portfolios.reverse()].join("\n[[portfolio]]"));
  const turned = json<BacktestReport>(["backtest", "bulkhead.toml"], { folder: elsewhere });
  const figures = ({ portfolios: rows }: BacktestReport): unknown =>
    [...rows].sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ id, equity, fees, trades, orders }) => ({ id, equity, fees, trades, orders }));
  expect(figures(turned)).toEqual(figures(here));
});
