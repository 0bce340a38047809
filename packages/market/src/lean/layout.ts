import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Resolution } from "../series/resolution.ts";

/** Security types of LEAN's folders that we read. */
export type LeanType = "equity" | "crypto" | "cryptofuture";

/** One market of a LEAN data folder: `…/equity/usa`, `…/crypto/coinbase`; a folder that itself holds `daily` or `minute` is US equities. */
export type LeanMarket = Readonly<{ type: LeanType; market: string; dir: string }>;

/** What a market has of one symbol. */
export type LeanSymbol = Readonly<{ market: LeanMarket; ticker: string; resolutions: readonly Resolution[] }>;

/** LEAN's folder of a resolution; 5 minutes are built from minutes. */
export const LEAN_FOLDERS: readonly (readonly [Resolution, string])[] = [
  ["1d", "daily"],
  ["1h", "hour"],
  ["1m", "minute"],
  ["1s", "second"],
  ["tick", "tick"],
];

const TYPES: readonly LeanType[] = ["equity", "crypto", "cryptofuture"];

/** The markets below a folder, wherever in LEAN's tree it stands. */
export function findMarkets(root: string): readonly LeanMarket[] {
  const own = TYPES.find((type) => type === basename(root).toLowerCase());
  if (own !== undefined && !hasResolutions(root)) return marketsOf(own, root);
  const markets = TYPES.flatMap((type) => (existsSync(join(root, type)) ? marketsOf(type, join(root, type)) : []));
  if (markets.length > 0 || !hasResolutions(root)) return markets;
  const parent = basename(join(root, "..")).toLowerCase();
  const type = TYPES.find((candidate) => candidate === parent) ?? "equity";
  return [{ type, market: type === "equity" ? "usa" : basename(root).toLowerCase(), dir: root }];
}

/** The symbols of a market with the resolutions that they have, sorted by ticker. */
export function symbolsOf(market: LeanMarket): readonly LeanSymbol[] {
  const found = new Map<string, Resolution[]>();
  for (const [resolution, folder] of LEAN_FOLDERS) {
    const dir = join(market.dir, folder);
    if (!existsSync(dir)) continue;
    const tickers = new Set(readdirSync(dir).map((name) => tickerOf(name, dir)));
    for (const ticker of tickers) if (ticker !== undefined) found.set(ticker, [...(found.get(ticker) ?? []), resolution]);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([ticker, resolutions]) => ({ market, ticker, resolutions }));
}

/** The file names `[trade, quote]` of a ticker in the whole-history folders, or the dated ones in its own folder. */
export function filesOf(market: LeanMarket, ticker: string, resolution: Resolution): readonly LeanFile[] {
  const folder = LEAN_FOLDERS.find(([candidate]) => candidate === resolution)?.[1];
  if (folder === undefined) return [];
  if (resolution === "1d" || resolution === "1h") {
    const names = market.type === "equity" ? [`${ticker}.zip`, `${ticker}_trade.zip`] : [`${ticker}_trade.zip`, `${ticker}.zip`];
    const trade = names.map((name) => join(market.dir, folder, name)).find((path) => existsSync(path));
    const quote = join(market.dir, folder, `${ticker}_quote.zip`);
    return trade === undefined ? [] : [{ date: undefined, trade, quote: existsSync(quote) ? quote : undefined }];
  }
  const dir = join(market.dir, folder, ticker);
  if (!existsSync(dir)) return [];
  const names = new Set(readdirSync(dir));
  return [...names]
    .filter((name) => /^\d{8}_trade\.zip$/.test(name))
    .sort()
    .map((name) => {
      const quote = name.replace("_trade", "_quote");
      return {
        date: `${name.slice(0, 4)}-${name.slice(4, 6)}-${name.slice(6, 8)}`,
        trade: join(dir, name),
        quote: names.has(quote) ? join(dir, quote) : undefined,
      };
    });
}

/** A trade file with its quotes; `date` (`YYYY-MM-DD`) where the file holds one day. */
export type LeanFile = Readonly<{ date: string | undefined; trade: string; quote: string | undefined }>;

function marketsOf(type: LeanType, dir: string): LeanMarket[] {
  return readdirSync(dir)
    .filter((name) => statSync(join(dir, name)).isDirectory() && hasResolutions(join(dir, name)))
    .sort()
    .map((market) => ({ type, market: market.toLowerCase(), dir: join(dir, market) }));
}

function hasResolutions(dir: string): boolean {
  return LEAN_FOLDERS.some(([, folder]) => existsSync(join(dir, folder)));
}

function tickerOf(name: string, dir: string): string | undefined {
  if (name.endsWith(".zip")) return name.endsWith("_quote.zip") ? undefined : name.replace(/(_trade)?\.zip$/, "").toLowerCase();
  return statSync(join(dir, name)).isDirectory() ? name.toLowerCase() : undefined;
}
