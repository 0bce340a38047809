import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Feed, syntheticFeed } from "@bulkhead/market";
import { type Serving, serve } from "@bulkhead/server";
import { onTestFinished } from "vitest";
import { newFolder, removeFolder, START } from "./paper.ts";
import { VirtualClock } from "./virtual-clock.ts";

export type Row = Readonly<Record<string, unknown>>;
export type Told = Readonly<{ status: number; body: Readonly<{ data: never; code?: string; detail?: string }> }>;

/** A whole desk behind its port, on a clock that the test moves. */
export type ServedDesk = Readonly<{
  serving: Serving;
  clock: VirtualClock;
  ask: (path: string, method?: string, body?: unknown) => Promise<Told>;
  rows: (path: string) => Promise<readonly Row[]>;
  row: (path: string) => Promise<Row>;
}>;

export type ServedOptions = Readonly<{
  folder: string;
  config: string;
  at?: number;
  feed?: Feed;
  environment?: Readonly<Record<string, string>>;
}>;

let keys = 0;

/** Starts it on `folder`, as a person's start would, with `config` as its file. Whoever opens it stops it. */
export async function openServed({ folder, config, at = START, feed, environment = {} }: ServedOptions): Promise<ServedDesk> {
  writeFileSync(join(folder, "bulkhead.toml"), config);
  const clock = new VirtualClock(at);
  const source = feed ?? syntheticFeed({ seed: 7, from: at });
  const serving = await serve({ data: join(folder, "data"), environment, workingFolder: folder, clock, feed: source, port: 0 });
  const ask = async (path: string, method = "GET", body?: unknown): Promise<Told> => {
    keys += 1;
    const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": `served-${keys}` };
    const request = method === "GET" ? {} : { method, headers, body: JSON.stringify(body ?? {}) };
    // While a test moves the clock nobody looks after connections, and one that was kept is gone. The key makes asking again harmless.
    const response = await fetch(`${serving.url}${path}`, request).catch(() => fetch(`${serving.url}${path}`, request));
    return { status: response.status, body: (await response.json()) as Told["body"] };
  };
  const rows = async (path: string): Promise<readonly Row[]> => {
    const { status, body } = await ask(path);
    if (status !== 200) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`);
    return body.data as readonly Row[];
  };
  const row = async (path: string): Promise<Row> => (await rows(path)) as unknown as Row;
  return { serving, clock, ask, rows, row };
}

/** One that ends with the test. */
export async function served(config: string, options: Partial<ServedOptions> = {}): Promise<ServedDesk> {
  const folder = options.folder ?? newFolder();
  const desk = await openServed({ ...options, folder, config });
  onTestFinished(async () => {
    await desk.serving.stop();
    if (options.folder === undefined) removeFolder(folder);
  });
  return desk;
}
