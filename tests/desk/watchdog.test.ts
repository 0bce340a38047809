import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killFilePath, readKillAnswer, writeKillFile } from "@bulkhead/store";
import { expect, onTestFinished, test, vi } from "vitest";
import { BIN, type Program, startProgram } from "../kit/program.ts";
import { SOON_MS, soon } from "../kit/soon.ts";
import { DatabaseSync } from "./database.ts";
import { recordsIn } from "./paper.ts";

/** Blocks the event loop of a desk that loads it for good, when a signal says so. */
const BLOCK = 'process.on("SIGUSR2", () => { for (;;); });';
/** Twenty-five portfolios, each with twenty orders: a portfolio may place that many at once. */
const HANDS = Array.from({ length: 25 }, (_, n) => `[[portfolio]]\nid = "hands-${n}"\nsymbols = ["DUSKUSD"]\ncollar_pct = "99%"\n`);
/** A desk that obeys has time for it, however slow the machine is; one that does not is soon found out. */
const configOf = (patience: string): string => `[kill]\npatience = "${patience}"\nstorm_account_orders = "never"\n${HANDS.join("")}`;
const PATIENT = configOf("60s");
const STRICT = configOf("1500ms");
const IS_FULL = process.env["BULKHEAD_FULL"] === "1";
const HAS_PRLIMIT = existsSync("/usr/bin/prlimit");
const HAS_PROC = existsSync("/proc/self/task");
type Started = Program & Readonly<{ pid: number }>;

/** The real program, as a supervisor starts it. */
function start(folder: string, config = PATIENT, ...node: string[]): Started {
  const own = join(folder, "..", "bulkhead.toml");
  writeFileSync(own, config);
  // Writes beyond a file's limit shall fail, as on a full disk, not end the process.
  const command = ["sh", "-c", 'trap "" XFSZ; exec "$0" "$@"', process.execPath, ...node, BIN, "start"];
  const program = startProgram(["--data", folder, "--config", own, "--port", "0", "--no-open"], { folder: tmpdir(), command });
  return { ...program, pid: program.child.pid ?? 0 };
}

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-watchdog-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  return join(folder, "data");
}

const killsOf = async (url: string): Promise<unknown> => ((await (await fetch(`${url}/api/kill`)).json()) as { data: unknown }).data;
async function post(url: string, path: string, body: unknown, key: string): Promise<Readonly<{ status: number; text: string }>> {
  const response = await fetch(`${url}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": key },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}
const gone = (path: string): Promise<unknown> => soon(() => expect(existsSync(path)).toBe(false));

/** Places a resting order, as soon as there is a price. */
const place = async (url: string, portfolio: number, n: number): Promise<string> => {
  const body = {
    portfolio_id: `hands-${portfolio}`,
    instrument: "DUSKUSD",
    side: "buy",
    quantity: "1",
    order_type: "limit",
    limit_price: String(100 + n),
    time_in_force: "gtc",
  };
  return (await post(url, "/api/orders", body, `order-${portfolio}-${n}-${Math.random()}`)).text;
};
const firstPrice = (url: string): Promise<unknown> =>
  vi.waitFor(async () => expect(await place(url, 0, 0)).toContain('"order_id"'), { timeout: SOON_MS, interval: 200 });
const openOrders = async (url: string): Promise<readonly unknown[]> =>
  ((await (await fetch(`${url}/api/orders?portfolio_id=*&limit=500`)).json()) as { data: unknown[] }).data;

/** Commands of the journal after a start, up to the first that trades or marks. */
function afterLastStart(folder: string): readonly string[] {
  const types = recordsIn(folder).records.map(({ command }) => command.type);
  return types.slice(types.lastIndexOf("StartEpoch") + 1);
}

const ENGAGED = { scope: "account", level: "cancel", reason: "too many" };

test("[WATCH-1, WATCH-3] SEC-KILL 40: the file KILL stops a desk with 500 open orders within a second, restart or not, until a person clears it", async () => {
  const folder = newFolder();
  const desk = start(folder);
  const url = await desk.url;
  await firstPrice(url);
  for (let portfolio = 0; portfolio < 25; portfolio++)
    await Promise.all(Array.from({ length: portfolio === 0 ? 19 : 20 }, (_, n) => place(url, portfolio, n + 1)));
  expect((await openOrders(url)).length).toBe(500);
  const began = performance.now();
  writeKillFile(folder, { level: "cancel", reason: "too many", id: "wish-1" });
  await gone(killFilePath(folder));
  if (IS_FULL) expect(performance.now() - began).toBeLessThan(2_000); // A tenth of a second where nothing else runs.
  expect(await killsOf(url)).toEqual([ENGAGED]);
  await soon(() => expect(readKillAnswer(folder, "wish-1")).toBeDefined());
  const [answer] = readKillAnswer(folder, "wish-1") as { confirmed: unknown[]; unconfirmed: unknown[]; not_cancellable: unknown[] }[];
  // The venue has a second to confirm; what comes later is not lost.
  expect([(answer?.confirmed.length ?? 0) + (answer?.unconfirmed.length ?? 0), answer?.not_cancellable]).toEqual([500, []]);
  await soon(async () => expect(await openOrders(url)).toEqual([]));
  desk.child.kill("SIGKILL");
  await desk.ended;

  const again = await start(folder).url;
  expect(await killsOf(again)).toEqual([ENGAGED]);
  await soon(async () => expect(await place(again, 1, 1)).toContain("kill_switch"));
  expect((await post(again, "/api/kill/clear", {}, "no-reason")).status).toBe(400);
  expect((await post(again, "/api/kill/clear", { reason: "mended" }, "clear")).status).toBe(200);
  expect(await killsOf(again)).toEqual([]);
});

test("[WATCH-2, WATCH-3] SEC-KILL 40: a desk whose event loop is blocked is ended, and obeys at its next start before anything else", async () => {
  const folder = newFolder();
  const block = join(folder, "..", "block.cjs");
  writeFileSync(block, BLOCK);
  const desk = start(folder, STRICT, "--require", block);
  const url = await desk.url;
  await firstPrice(url);
  desk.child.kill("SIGUSR2");
  writeFileSync(killFilePath(folder), "cancel too many\n");
  expect(await desk.ended).toBe("SIGKILL");
  expect(desk.text()).toContain("KILL_FILE_NOT_OBEYED");
  expect(existsSync(killFilePath(folder))).toBe(true);
  const again = start(folder);
  expect(await killsOf(await again.url)).toEqual([ENGAGED]);
  expect(again.text()).toContain("The file KILL was there at the start");
  expect([existsSync(killFilePath(folder)), await openOrders(await again.url)]).toEqual([false, []]);
  again.child.kill("SIGTERM");
  expect(await again.ended).toBe(0);
  const types = afterLastStart(folder);
  expect(types).toContain("EngageKill");
  expect(types.slice(0, types.indexOf("EngageKill"))).toEqual(
    types.slice(0, types.indexOf("EngageKill")).filter((type) => type === "SetMode"),
  );
});

test("[WATCH-2] SEC-KILL 40: so is one whose database another process locks", async () => {
  const folder = newFolder();
  const desk = start(folder, STRICT);
  await firstPrice(await desk.url);
  const other = new DatabaseSync(join(folder, "accounts", "main", "journal.sqlite"));
  other.exec("BEGIN IMMEDIATE");
  writeFileSync(killFilePath(folder), "cancel too many");
  const how = await desk.ended;
  other.exec("ROLLBACK");
  other.close();
  expect(["SIGKILL", 70]).toContain(how); // Ended, or by itself because its journal was lost.
  expect(await killsOf(await start(folder).url)).toEqual([ENGAGED]);
});

test.skipIf(!HAS_PRLIMIT)("[WATCH-2] SEC-KILL 40: so is one whose disk is full", async () => {
  const folder = newFolder();
  const desk = start(folder, STRICT);
  await firstPrice(await desk.url);
  execFileSync("/usr/bin/prlimit", ["--pid", String(desk.pid), "--fsize=1:1"]);
  writeFileSync(killFilePath(folder), "");
  expect(["SIGKILL", 70]).toContain(await desk.ended);
  expect(existsSync(killFilePath(folder))).toBe(true);
  expect(await killsOf(await start(folder).url)).toEqual([{ scope: "account", level: "cancel", reason: "the file KILL" }]);
});

test.skipIf(!HAS_PROC)("[WATCH-4] the watchdog is started again when it ends, and goes with its desk", async () => {
  const folder = newFolder();
  const desk = start(folder);
  const url = await desk.url;
  const watchdogs = (): readonly number[] => childrenOf(desk.pid).filter((pid) => commandOf(pid).includes("watchdog/main.ts"));
  const [first = 0] = watchdogs();
  process.kill(first, "SIGKILL");
  await soon(() => expect(watchdogs().filter((pid) => pid !== first)).toHaveLength(1));
  const [second = 0] = watchdogs();
  writeFileSync(killFilePath(folder), "pause");
  await gone(killFilePath(folder));
  expect(await killsOf(url)).toEqual([{ scope: "account", level: "pause", reason: "the file KILL" }]);
  desk.child.kill("SIGKILL");
  await soon(() => expect(existsSync(`/proc/${second}`)).toBe(false));
});

/** Processes of a parent. */
const childrenOf = (pid: number): readonly number[] =>
  readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, "utf8").trim().split(" ").filter(Boolean).map(Number),
  );
const commandOf = (pid: number): string => readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
