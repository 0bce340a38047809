import { type ChildProcess, fork } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type Browser, noBrowser, openBrowser, type Page } from "../tests/browser/launch.ts";
import { BEFORE, emptyPage, linesOf, scroll, UPDATE_ALL, WATCH_FILLS } from "./dashboard-page.ts";
import type { Asked, Told } from "./dashboard-process.ts";
import { type Figure, median, quantile } from "./measure.ts";

const BUILT = fileURLToPath(new URL("../apps/dashboard/dist/", import.meta.url));
const OPENINGS = 7;
const FILLS = 2_000;
const FILL_EVERY_MS = 10;
const UPDATES = 40;
const LINES = 200_000;
/** How high a line of the log is. */
const LINE_PX = 26;
const SCROLL_MS = 4_000;
/** A frame that took longer than this is one that was missed, at 60 a second. */
const FRAME_MAX_MS = 25;
const MINUTES = Number(process.env["BULKHEAD_SOAK_MINUTES"] ?? 2);

type Desk = Readonly<{ child: ChildProcess; url: string }>;

/** The dashboard in a real browser, before a real desk of a hundred portfolios with fifty positions each (issue 4, figures of the screen). */
export async function dashboard(): Promise<readonly Figure[]> {
  const without = noBrowser ?? (existsSync(`${BUILT}index.html`) ? null : "the dashboard is not built: node tools/setup.mjs build");
  if (without !== null) {
    console.error(`BENCH_SKIPPED: bench=dashboard, reason=${without}`);
    return [];
  }
  const desk = await startDesk();
  const { browser, close } = await openBrowser(["--enable-precise-memory-info"]);
  try {
    return [
      { bench: "dashboard-initial-script-gzip", value: initialScript(), unit: "kB", yardstick: null },
      ...(await firstPaint(browser, desk)),
      ...(await updates(browser, desk)),
      ...(await logLines(browser, desk)),
    ];
  } finally {
    await close();
    desk.child.send({ type: "end" } satisfies Asked);
    await new Promise((resolve) => desk.child.once("close", resolve));
  }
}

function startDesk(): Promise<Desk> {
  const child = fork(fileURLToPath(new URL("dashboard-process.ts", import.meta.url)), []);
  return new Promise((resolve, reject) => {
    child.once("message", (told: Told) => {
      if (told.type === "ready") resolve({ child, url: told.url });
    });
    child.once("exit", (code) => reject(new Error(`BENCH_ENDED: code=${code}`)));
  });
}

/** Asks the desk for something and waits until it is done. */
function ask({ child }: Desk, asked: Asked): Promise<Told> {
  return new Promise((resolve) => {
    child.once("message", resolve);
    child.send(asked);
  });
}

/** What the first page loads before it shows anything: the scripts that its document names. */
function initialScript(): number {
  const scripts = [...readFileSync(`${BUILT}index.html`, "utf8").matchAll(/(?:src|href)="\/([^"]+\.js)"/g)].map(([, path = ""]) => path);
  return scripts.reduce((sum, path) => sum + gzipSync(readFileSync(`${BUILT}${path}`), { level: 9 }).byteLength, 0) / 1_000;
}

async function opened(browser: Browser, address: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1_440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(BEFORE);
  await page.goto(address);
  return page;
}

/** Asks again until it is true; not by the page itself, whose policy runs no text. */
async function until(page: Page, expression: string): Promise<void> {
  for (let asked = 0; asked < 6_000; asked++) {
    if ((await page.evaluate<boolean>(expression)) === true) return;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`BENCH_WAITED: expression=${expression}`);
}

/** From the address to a hundred rows on the screen, nothing cached. */
async function firstPaint(browser: Browser, desk: Desk): Promise<readonly Figure[]> {
  const times: number[] = [];
  for (let opening = -1; opening < OPENINGS; opening++) {
    const page = await opened(browser, desk.url);
    await until(page, "window.paintedAt > 0");
    if (opening >= 0) times.push(await page.evaluate<number>("window.paintedAt"));
    await page.context().close();
  }
  return [
    { bench: "dashboard-first-paint-100", value: median(times), unit: "ms", yardstick: null },
    { bench: "dashboard-first-paint-100-worst", value: Math.max(...times), unit: "ms", yardstick: null },
  ];
}

/** From a fill at the desk to the frame that shows it, with a hundred fills a second; every row changed at once; memory meanwhile. */
async function updates(browser: Browser, desk: Desk): Promise<readonly Figure[]> {
  const page = await opened(browser, desk.url);
  await until(page, "window.paintedAt > 0");
  await page.evaluate(WATCH_FILLS);
  await ask(desk, { type: "fill", count: 200, everyMs: FILL_EVERY_MS });
  const told = await ask(desk, { type: "fill", count: FILLS, everyMs: FILL_EVERY_MS });
  await until(page, `window.seen.at(-1)[0] >= ${FILLS + 200}`);
  const seen = await page.evaluate<readonly (readonly [number, number])[]>("window.seen");
  const waits =
    told.type === "filled" ? told.at.map((at, index) => (seen.find(([fills]) => fills > index + 200)?.[1] ?? Number.NaN) - at) : [];
  const whole: number[] = [];
  // All of them are known once the prices of all have moved.
  await ask(desk, { type: "minute" });
  await until(page, "window.lastFigures.size >= 100");
  for (let update = -5; update < UPDATES; update++) {
    const took = await page.evaluate<number>(UPDATE_ALL);
    if (update >= 0) whole.push(took);
  }
  const memory = await memoryOf(page, desk);
  await page.context().close();
  return [
    { bench: "dashboard-fill-to-pixels-p50", value: quantile(waits, 0.5), unit: "ms", yardstick: null },
    { bench: "dashboard-fill-to-pixels-p95", value: quantile(waits, 0.95), unit: "ms", yardstick: null },
    { bench: "dashboard-update-all-p50", value: quantile(whole, 0.5), unit: "ms", yardstick: null },
    { bench: "dashboard-update-all-p95", value: quantile(whole, 0.95), unit: "ms", yardstick: null },
    ...memory,
  ];
}

/** The page's heap after a collection, at the end beside the beginning, after the first fifth. */
async function memoryOf(page: Page, desk: Desk): Promise<readonly Figure[]> {
  const session = await page.context().newCDPSession(page);
  const sizes: number[] = [];
  const slices = 10;
  for (let slice = 0; slice < slices; slice++) {
    await ask(desk, { type: "minute" });
    await ask(desk, { type: "fill", count: Math.round((MINUTES * 60_000) / slices / FILL_EVERY_MS), everyMs: FILL_EVERY_MS });
    await page.evaluate("window.seen.length = 0");
    await session.send("HeapProfiler.collectGarbage");
    const { usedSize } = await session.send("Runtime.getHeapUsage");
    sizes.push(usedSize / 1_048_576);
  }
  return [{ bench: "dashboard-memory", value: median(sizes.slice(-3)), unit: "MiB", yardstick: median(sizes.slice(1, 4)) }];
}

/** Missed frames in a hundred while so many lines scroll, beside an empty page that does the same. */
async function logLines(browser: Browser, desk: Desk): Promise<readonly Figure[]> {
  const page = await opened(browser, `${desk.url}/activity`);
  const empty = await opened(browser, `${desk.url}/login`);
  await page.getByRole("log").getByRole("button").first().waitFor();
  await page.getByText("connected", { exact: true }).waitFor();
  await page.evaluate(linesOf(LINES));
  const height = await page.evaluate<number>(`document.querySelector('[role="log"]').scrollHeight`);
  if (height < LINES * LINE_PX) throw new Error(`LINES_MISSING: shown=${Math.round(height / LINE_PX)}, sent=${LINES}`);
  await empty.evaluate(emptyPage(height));
  const missed: Readonly<Record<"ours" | "bare", number[]>> = { ours: [], bare: [] };
  const missedOf = (frames: readonly number[]): number => (100 * frames.filter((ms) => ms > FRAME_MAX_MS).length) / frames.length;
  for (let round = 0; round < 3; round++) {
    await page.bringToFront();
    missed.ours.push(missedOf(await page.evaluate<number[]>(scroll(SCROLL_MS))));
    await empty.bringToFront();
    missed.bare.push(missedOf(await empty.evaluate<number[]>(scroll(SCROLL_MS))));
  }
  await page.context().close();
  await empty.context().close();
  return [
    { bench: "dashboard-log-lines", value: Math.round(height / LINE_PX), unit: "lines", yardstick: null },
    { bench: "dashboard-log-missed-frames", value: median(missed.ours), unit: "% of frames", yardstick: median(missed.bare) },
  ];
}
