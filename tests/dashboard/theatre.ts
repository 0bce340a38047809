import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ServeOptions, type Serving, serve } from "@bulkhead/server";
import { onTestFinished } from "vitest";
import { type Browser, noBrowser, openBrowser, type Page } from "../browser/launch.ts";
import { VirtualClock } from "../desk/virtual-clock.ts";

const BUILT = fileURLToPath(new URL("../../apps/dashboard/dist/index.html", import.meta.url));
/** Why the stories are skipped; null where they can be played. */
export const noTheatre: string | null = noBrowser ?? (existsSync(BUILT) ? null : "the dashboard is not built: node tools/setup.mjs build");
export const theatreNote: string = noTheatre === null ? "" : ` (skipped: ${noTheatre})`;

let opened: Promise<Awaited<ReturnType<typeof openBrowser>>> | undefined;
/** One browser for all stories of a file. */
export async function theBrowser(): Promise<Browser> {
  opened ??= openBrowser();
  return (await opened).browser;
}
export async function closeBrowser(): Promise<void> {
  await (await opened)?.close();
  opened = undefined;
}

type Look = Readonly<{ scheme?: "light" | "dark"; width?: number; height?: number }>;
type Answer = Readonly<{ status: number; body: unknown }>;
type Rows = readonly Readonly<Record<string, unknown>>[];
type Stage = Readonly<{ toml?: string; hours?: number; serving?: Partial<ServeOptions>; clock?: VirtualClock }>;

/** A real desk in paper on its embedded market, some hours old, whose clock stands still from then on; and pages of its dashboard. */
export class Theatre {
  readonly desk: Serving;
  readonly clock: VirtualClock;

  private constructor(desk: Serving, clock: VirtualClock) {
    this.desk = desk;
    this.clock = clock;
  }

  /** The demo desk, or the one of a configuration. Ends with the test. */
  static async open({ toml, hours = 2, serving = {}, ...stage }: Stage = {}): Promise<Theatre> {
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-theatre-"));
    if (toml !== undefined) writeFileSync(join(folder, "bulkhead.toml"), toml);
    const clock = stage.clock ?? new VirtualClock(Date.now() - hours * 3_600_000);
    const desk = await serve({ data: join(folder, "data"), environment: {}, workingFolder: folder, clock, port: 0, seed: 7, ...serving });
    onTestFinished(async () => {
      await desk.stop();
      rmSync(folder, { recursive: true, force: true, maxRetries: 20 });
    });
    clock.advance(hours * 3_600_000);
    return new Theatre(desk, clock);
  }

  get url(): string {
    return this.desk.url;
  }

  /** A page at an address; what its console complained of ends the test. */
  page(path = "/", look: Look = {}): Promise<Page> {
    return openPage(`${this.url}${path}`, look);
  }

  /** Asks the desk beside the page. */
  ask(path: string, body?: unknown, method?: string): Promise<Answer> {
    return askDesk(this.url, path, body, method);
  }

  /** The rows of a list. */
  rows(path: string): Promise<Rows> {
    return rowsOf(this.url, path);
  }
}

/** A page at an address, in a context of its own; what its console complained of ends the test. */
export async function openPage(address: string, { scheme = "dark", width = 1_440, height = 900 }: Look = {}): Promise<Page> {
  const browser = await theBrowser();
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale: "en-US",
    timezoneId: "Europe/Berlin",
  });
  context.setDefaultTimeout(60_000);
  const complaints: string[] = [];
  context.on("weberror", (error) => complaints.push(String(error.error())));
  context.on("console", (message) => {
    // A refused change is part of some stories; the browser writes its status down.
    if (message.type() === "error" && !/Failed to load resource|WebSocket connection/.test(message.text())) complaints.push(message.text());
  });
  onTestFinished(async () => {
    await context.close();
    if (complaints.length > 0) throw new Error(`The page complained: ${complaints.join("\n")}`);
  });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

let asked = 0;
/** Asks a desk beside its pages. */
export async function askDesk(url: string, path: string, body?: unknown, method = body === undefined ? "GET" : "POST"): Promise<Answer> {
  asked += 1;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": `theatre-${asked}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

/** The rows of a list. */
export async function rowsOf(url: string, path: string): Promise<Rows> {
  return ((await askDesk(url, path)).body as Readonly<{ data: Rows }>).data;
}
