import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bulkhead } from "./command.ts";

/** One balance, amounts as decimal text. */
export type Balance = Readonly<{ portfolio: string; account: string; asset: string; amount: string }>;
type Entry = Readonly<{ seq: number; at: string; event: string; postings: readonly Balance[] }>;
export type Ledger = Readonly<{ entries: readonly Entry[]; balances: readonly Balance[] }>;

export const has = (program: string): boolean => spawnSync(program, ["--version"]).error === undefined;

/** The books as our own JSON. */
export function ledgerOf(books: string, folder: string): Ledger {
  return JSON.parse(readFileSync(exported(books, folder, "json"), "utf8")) as Ledger;
}

/** Every balance that hledger works out, after it has accepted the file: `account commodity` to amount, zeros left out. */
export function hledgerBalances(books: string, folder: string): ReadonlyMap<string, string> {
  const path = exported(books, folder, "hledger");
  execFileSync("hledger", ["-f", path, "check", "--strict"], { stdio: ["ignore", "pipe", "pipe"] });
  const table = execFileSync("hledger", ["-f", path, "balance", "-N", "-O", "csv", "--layout", "bare"], {
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  return tableOf(table);
}

/** The same by beancount. */
export function beancountBalances(books: string, folder: string): ReadonlyMap<string, string> {
  const path = exported(books, folder, "beancount");
  const checked = spawnSync("bean-check", [path], { encoding: "utf8" });
  if (checked.status !== 0) throw new Error(checked.stderr.slice(0, 2_000));
  // As text, because the CSV of numbers is cut to the decimals that it thinks a currency has.
  const query = "SELECT account, currency, str(sum(number)) AS total GROUP BY account, currency";
  return tableOf(execFileSync("bean-query", ["-f", "csv", path, query], { encoding: "utf8", maxBuffer: 1 << 26 }));
}

/**
 * Our balances under the names of text accounting. Cost is left out: there it is the price of the units, not an account of its own, and
 * so are units exchanged for cash.
 */
export function ourBalances(ledger: Ledger, names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const held = new Set(ledger.balances.flatMap(({ account, asset }) => (account === "position" ? [asset] : [])));
  const rows = ledger.balances.flatMap(({ portfolio, account, asset, amount }) => {
    const commodity = names.get(asset) ?? asset;
    const owned = account === "position" ? `:${capital(commodity).replaceAll(".", "-")}` : "";
    const isPriceOfUnits = account === "cost" || (account === "exchange" && held.has(asset));
    return isPriceOfUnits || isZero(amount)
      ? []
      : [[`${ROOTS[account]}:${capital(portfolio)}:${capital(account)}${owned} ${commodity}`, amount] as const];
  });
  return new Map(rows);
}

/** What each asset is called there: by its symbol, or by all of its id where another one has that name. */
export function commodityNames(ledger: Ledger, theirs: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const known = new Set([...theirs.keys()].map((key) => key.slice(key.indexOf(" ") + 1)));
  const taken = new Map<string, string>();
  const all = new Set([
    ...ledger.entries.flatMap(({ postings }) => postings.map(({ asset }) => asset)),
    ...ledger.balances.map(({ asset }) => asset),
  ]);
  for (const asset of all) {
    const short = asset.split("@")[0] ?? asset;
    const long = asset.replace("@", ".");
    const name = known.has(long) || [...taken.values()].includes(short) ? long : short;
    taken.set(asset, name);
  }
  return taken;
}

const ROOTS: Readonly<Record<string, string>> = {
  cash: "Assets",
  position: "Assets",
  accrued: "Assets",
  exchange: "Equity",
  capital: "Equity",
  transfers: "Equity",
  rounding: "Equity",
  realized: "Income",
  income: "Income",
  dividends: "Income",
  funding: "Income",
  interest: "Income",
  fees: "Expenses",
  "model-costs": "Expenses",
};
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
const isZero = (amount: string): boolean => !/[1-9]/.test(amount.replace(/E.*$/, ""));

function exported(books: string, folder: string, format: string): string {
  const path = join(folder, `books.${format}`);
  const ran = bulkhead(["export", "ledger", "--data", books, "--format", format, "--output", path]);
  if (ran.code !== 0) throw new Error(ran.err);
  return path;
}

/** `account,commodity,amount` with a head; amounts without the zeros at their ends. */
function tableOf(csv: string): ReadonlyMap<string, string> {
  const rows = csv
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [account, commodity, amount] = line.split(",").map((cell) => cell.replaceAll(/"|Decimal\('|'\)/g, "").trim());
      if (account === undefined || commodity === undefined || amount === undefined || isZero(amount)) return [];
      return [[`${account} ${commodity}`, amount.includes(".") ? amount.replace(/\.?0+$/, "") : amount] as const];
    });
  return new Map(rows);
}
