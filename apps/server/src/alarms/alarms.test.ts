import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AlarmsConfig, Severity } from "@bulkhead/contract";
import type { AccountId, JournalRecord, StateView } from "@bulkhead/core";
import { expect, onTestFinished, test } from "vitest";
import { soon } from "../../../../tests/kit/soon.ts";
import { DatabaseSync } from "../http/driver.ts";
import type { KeptAlarm, Sighting } from "./alarm.ts";
import { Alarms, type AlarmsSetup, type WatchedAccount } from "./alarms.ts";
import { channelOf } from "./channel.ts";
import { Clocks } from "./clocks.ts";
import { LocalServer } from "./local-server.ts";
import { sighting } from "./sources.ts";

const HOUR = 3_600_000;
const DISK = sighting("DISK_NEARLY_FULL", { free: "10", least: "1024" });

type Told = Pick<AlarmsConfig, "channel" | "minSeverity" | "repeatEveryMs" | "allowPrivate">;

/** Alarms over a file, a clock and a server of this machine. */
class Stage {
  readonly folder = mkdtempSync(join(tmpdir(), "bulkhead-alarms-"));
  readonly server: LocalServer;
  readonly troubles: string[] = [];
  readonly changes: KeptAlarm[] = [];
  found: readonly Sighting[] = [];
  now = Date.UTC(2026, 10, 20);
  alarms: Alarms;
  readonly #config: Told;

  private constructor(server: LocalServer, config: Partial<Told>) {
    this.server = server;
    const channel = { kind: "webhook", url: `${server.url}/hook`, topic: null, token: { env: "TOKEN" } } as const;
    this.#config = { channel, minSeverity: "warning", repeatEveryMs: HOUR, allowPrivate: true, ...config };
    this.alarms = this.#make();
  }

  static async open(config: Partial<Told> = {}): Promise<Stage> {
    const server = await LocalServer.open();
    const stage = new Stage(server, config);
    onTestFinished(async () => {
      await stage.alarms.close();
      server.close();
      rmSync(stage.folder, { recursive: true });
    });
    stage.alarms.start();
    return stage;
  }

  #make(more: Partial<AlarmsSetup> = {}): Alarms {
    const alarms = new Alarms({
      path: join(this.folder, "alarms.sqlite"),
      config: this.#config,
      channel: channelOf(this.#config, { environment: { TOKEN: "s3cret-t0ken" }, folder: this.folder }),
      accounts: [],
      look: () => this.found,
      deskNow: () => this.now,
      now: () => this.now,
      chance: () => 0,
      backoffMs: 25,
      onTrouble: (text) => this.troubles.push(text),
      ...more,
    });
    alarms.onChange((alarm) => this.changes.push(alarm));
    return alarms;
  }

  /** Another process over the same file. */
  async again(more: Partial<AlarmsSetup> = {}): Promise<void> {
    await this.alarms.close();
    this.alarms = this.#make(more);
    this.alarms.start();
  }

  look(found: readonly Sighting[], laterMs = 0): void {
    this.found = found;
    this.now += laterMs;
    this.alarms.look();
  }

  /** What the channel has heard, in order, once it is so many messages. */
  async heard(count: number): Promise<readonly string[]> {
    await soon(() => expect(this.server.heard.length).toBeGreaterThanOrEqual(count));
    return this.server.said.map(({ kind, code, portfolio_id }) => [kind, code, portfolio_id].filter((each) => each !== null).join(" "));
  }

  rows(activeOnly = false): readonly KeptAlarm[] {
    return this.alarms.list({ accounts: ["main" as AccountId], portfolios: "*", activeOnly, before: Number.MAX_SAFE_INTEGER, limit: 100 });
  }
}

test("[ALARM-1] an alarm is told when it begins, once however often it is seen, and when it is over", async () => {
  const stage = await Stage.open();
  stage.look([DISK]);
  for (let i = 0; i < 20; i++) stage.look([{ ...DISK, params: { free: String(i), least: "1024" } }], 1_000);
  expect(await stage.heard(1)).toEqual(["raised DISK_NEARLY_FULL"]);
  expect(stage.rows(true)).toMatchObject([{ code: "DISK_NEARLY_FULL", severity: "critical", times: 1, params: { free: "19" } }]);
  stage.look([], 29_000);
  stage.look([DISK], 500);
  stage.look([], 20_000);
  expect(stage.rows(true)).toHaveLength(1); // What comes and goes is one alarm.
  stage.look([], 10_000);
  expect(await stage.heard(2)).toEqual(["raised DISK_NEARLY_FULL", "resolved DISK_NEARLY_FULL"]);
  expect([stage.rows(true), stage.rows().length]).toEqual([[], 1]);
  stage.look([DISK], 60_000);
  expect(await stage.heard(3)).toEqual(["raised DISK_NEARLY_FULL", "resolved DISK_NEARLY_FULL", "raised DISK_NEARLY_FULL"]);
});

test("[ALARM-2] what nobody looks at is told again; what somebody acknowledged is not, and stays until it is over", async () => {
  const stage = await Stage.open();
  stage.look([DISK]);
  stage.look([DISK], HOUR);
  stage.look([DISK], HOUR - 1);
  expect(await stage.heard(2)).toEqual(["raised DISK_NEARLY_FULL", "again DISK_NEARLY_FULL"]);
  const [alarm] = stage.rows(true);
  expect(stage.alarms.acknowledge(alarm?.alarmId ?? 0, "user:ada")).toMatchObject({ acknowledgedBy: "user:ada", resolvedAt: null });
  expect(stage.alarms.acknowledge(alarm?.alarmId ?? 0, "user:bob")).toMatchObject({ acknowledgedBy: "user:ada" });
  expect(stage.alarms.acknowledge(99, "user:bob")).toBeUndefined();
  for (let i = 0; i < 5; i++) stage.look([DISK], HOUR);
  stage.look([], 30_000);
  expect(await stage.heard(3)).toEqual(["raised DISK_NEARLY_FULL", "again DISK_NEARLY_FULL", "resolved DISK_NEARLY_FULL"]);
});

test("[ALARM-3] what a process raised is told by the next one, with the same number; nothing is told twice in peace", async () => {
  const stage = await Stage.open();
  stage.server.answer = (response) => {
    if (stage.server.heard.length === 1) response.writeHead(500).end("no"); // Then it hangs.
  };
  stage.look([DISK]);
  await stage.heard(2);
  expect(stage.alarms.messagesOf(1)).toMatchObject([{ state: "pending", attempts: 1, answer: "500 no" }]);
  stage.server.answer = (response) => void response.end("thanks");
  await stage.again();
  expect(await stage.heard(3)).toEqual(Array(3).fill("raised DISK_NEARLY_FULL"));
  expect(new Set(stage.server.said.map(({ message_id }) => message_id)).size).toBe(1);
  expect(new Set(stage.server.heard.map(({ headers }) => headers["idempotency-key"])).size).toBe(1);
  await soon(() => expect(stage.alarms.messagesOf(1)).toMatchObject([{ state: "delivered", answer: "200 thanks" }]));
  await stage.again();
  stage.look([DISK], 1_000);
  expect([stage.rows().length, stage.server.heard.length, stage.alarms.pending]).toEqual([1, 3, 0]);
});

test("[ALARM-3] a break that became durable and was never heard is raised by the next process, once", async () => {
  const stage = await Stage.open();
  const records: JournalRecord[] = [];
  const listeners = new Set<(records: readonly JournalRecord[]) => void>();
  const account: WatchedAccount = {
    id: "main" as AccountId,
    state: { account: undefined } as StateView,
    alarms: [],
    get durableSeq() {
      return records.length;
    },
    onDurable: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    read: (fromSeq) => records.slice(fromSeq - 1),
  };
  /** A record with a break of an asset; `heard`: before the process ended. */
  const append = (asset: string, heard: boolean): void => {
    const event = { type: "BreakRaised", kind: "overfill", portfolio: "alpha", asset, amount: 0, details: "" };
    records.push({ seq: records.length + 1, command: {}, events: [event] } as unknown as JournalRecord);
    if (heard) for (const listener of listeners) listener(records.slice(-1));
  };
  append("BEFORE@X", false); // From before there were alarms.
  await stage.again({ accounts: [account] });
  append("A@X", true);
  append("B@X", false);
  append("A@X", false);
  const seen = (): readonly unknown[] => stage.rows(true).map(({ key, times }) => [key.split(" ").at(-1), times]);
  expect(seen()).toEqual([["A@X", 1]]);
  await stage.again({ accounts: [account] });
  const all = [
    ["B@X", 1],
    ["A@X", 2],
  ];
  expect(seen()).toEqual(all);
  await stage.again({ accounts: [account] });
  expect(seen()).toEqual(all);
});

test("[ALARM-4] a channel that fails, redirects or breaks off is asked again with growing waits, and gets every message in the end", async () => {
  const stage = await Stage.open();
  const answers = [500, 302, 0, 404, 200];
  stage.server.answer = (response) => {
    const status = answers.shift() ?? 200;
    if (status === 0) response.destroy();
    else response.writeHead(status, status === 302 ? { Location: `${stage.server.url}/elsewhere` } : {}).end();
  };
  stage.look([DISK]);
  const began = performance.now();
  await soon(() => expect(stage.alarms.messagesOf(1)).toMatchObject([{ state: "delivered", attempts: 5 }]));
  expect(performance.now() - began).toBeGreaterThan(0.8 * (25 + 50 + 100 + 200) - 5);
  expect(new Set(stage.server.heard.map(({ path }) => path))).toEqual(new Set(["/hook"]));
});

test("[ALARM-5] what matters most goes first, what is less than wanted is kept and not told", async () => {
  const stage = await Stage.open();
  const alarmsOf = (severity: Severity, what: string): Sighting => ({ ...sighting("DESK_STALLED", { seconds: what }, { what }), severity });
  stage.look([
    alarmsOf("info", "1"),
    alarmsOf("warning", "2"),
    alarmsOf("critical", "3"),
    alarmsOf("warning", "4"),
    alarmsOf("critical", "5"),
  ]);
  await stage.heard(4);
  expect(stage.server.said.map(({ key }) => String(key).at(-1))).toEqual(["3", "5", "2", "4"]);
  const states = stage.rows().map(({ alarmId, params }) => [params["seconds"], stage.alarms.messagesOf(alarmId)[0]?.state]);
  await soon(() => expect(stage.alarms.pending).toBe(0));
  expect(new Map(states as [string, string][]).get("1")).toBe("muted");
});

test("[ALARM-6] I26: of more messages than are kept, those that matter least give way", async () => {
  const stage = await Stage.open({ minSeverity: "info" });
  stage.server.answer = () => undefined; // It hangs.
  const flood = Array.from({ length: 1_200 }, (_, i) => ({
    ...sighting("DESK_STALLED", { seconds: "1" }, { what: `n${i}` }),
    severity: i % 4 === 0 ? ("critical" as const) : ("info" as const),
  }));
  stage.look(flood);
  expect(stage.alarms.pending).toBe(1_000);
  const expired = stage.rows().filter(({ alarmId }) => stage.alarms.messagesOf(alarmId)[0]?.state === "expired");
  expect(expired.every(({ severity }) => severity === "info")).toBe(true);
});

test("[ALARM-7] a test goes the way of every alarm and says what the channel answered, also when it did not", async () => {
  const stage = await Stage.open({ minSeverity: "critical" });
  stage.server.answer = (response) => void response.end("heard you s3cret-t0ken");
  expect(await stage.alarms.test("user:ada", 5_000)).toMatchObject({
    message: { kind: "test", state: "delivered", answer: "200 heard you [redacted]" },
  });
  expect(stage.server.heard[0]?.headers["authorization"]).toBe("Bearer s3cret-t0ken");
  expect(stage.server.said[0]).toMatchObject({ code: "ALARM_TEST", kind: "test", says: expect.stringContaining("user:ada") });
  stage.server.answer = (response) => void response.writeHead(401).end("who are you");
  expect(await stage.alarms.test("user:ada", 5_000)).toMatchObject({ message: { state: "pending", answer: "401 who are you" } });
  stage.server.answer = () => undefined;
  expect(await stage.alarms.test("user:ada", 50)).toMatchObject({ message: { state: "pending", attempts: 0 } });
});

test("[ALARM-8] without a channel alarms are kept and shown; what goes on is told once there is one", async () => {
  const stage = await Stage.open();
  await stage.again({ channel: undefined });
  stage.look([DISK]);
  expect(stage.alarms.messagesOf(1)).toMatchObject([{ state: "muted", attempts: 0 }]);
  expect(await stage.alarms.test("user:ada", 50)).toBeUndefined();
  await stage.again();
  expect(await stage.heard(1)).toEqual(["raised DISK_NEARLY_FULL"]);
});

test("[ALARM-9] C1 R3: a jump of the clock and a desk that stood still are told, once in ten minutes", async () => {
  const stage = await Stage.open();
  let steady = 0;
  const clocks = new Clocks(
    () => stage.now,
    () => steady,
    1_000,
  );
  await stage.again({ moments: () => clocks.look() });
  const pass = (wallMs: number, steadyMs: number): void => {
    steady += steadyMs;
    stage.look([], wallMs);
  };
  pass(1_000, 1_000);
  pass(5_900, 1_000);
  pass(1_000, 5_900);
  expect(stage.rows()).toEqual([]);
  pass(61_000, 1_000);
  pass(-599_000, 1_000);
  expect(stage.rows()).toMatchObject([{ code: "CLOCK_JUMPED", params: { seconds: "60" } }]);
  pass(8_000, 8_000);
  expect(stage.rows()).toMatchObject([{ code: "DESK_STALLED", params: { seconds: "7" } }, { code: "CLOCK_JUMPED" }]);
  expect(await stage.heard(2)).toEqual(["raised CLOCK_JUMPED", "raised DESK_STALLED"]);
});

test("[ALARM-10] D1: where nothing can be kept, the channel hears of it all the same", async () => {
  const stage = await Stage.open();
  const other = new DatabaseSync(join(stage.folder, "alarms.sqlite"));
  other.exec("BEGIN EXCLUSIVE");
  stage.look([DISK]);
  expect(stage.troubles.join()).toContain("alarms cannot be kept");
  expect(await stage.heard(1)).toEqual(["raised DISK_NEARLY_FULL"]);
  stage.look([DISK], 1_000);
  other.exec("ROLLBACK");
  other.close();
  stage.look([DISK], 1_000);
  expect(stage.rows(true)).toHaveLength(1);
  expect(await stage.heard(2)).toEqual(["raised DISK_NEARLY_FULL", "raised DISK_NEARLY_FULL"]);
});

test("[ALARM-15] ntfy gets its JSON at the server's root, with title, priority and topic", async () => {
  const server = await LocalServer.open();
  onTestFinished(() => server.close());
  const channel = { kind: "ntfy", url: `${server.url}/ignored`, topic: "desk", token: null } as const;
  const tell = channelOf({ channel, allowPrivate: true }, { environment: {}, folder: "" })?.tell;
  const alarm: KeptAlarm = {
    ...DISK,
    alarmId: 1,
    raisedAt: 0,
    seenAt: 0,
    times: 1,
    resolvedAt: null,
    acknowledgedAt: null,
    acknowledgedBy: null,
  };
  expect(await tell?.(alarm, { messageId: 5, kind: "raised" })).toEqual({ ok: true, answer: "200 ok", retryAfterMs: null });
  expect(server.heard[0]).toMatchObject({ method: "POST", path: "/" });
  expect(server.said[0]).toEqual({
    topic: "desk",
    title: "Bulkhead critical: disk nearly full",
    message: expect.stringContaining("10 MiB left"),
    priority: 5,
    tags: ["rotating_light"],
  });
});

test("[ALARM-16] a secret that is not there fails by its name; by http only to one's own network", async () => {
  const alarm = { ...DISK, alarmId: 1, raisedAt: 0, resolvedAt: null } as KeptAlarm;
  const tell = (channel: NonNullable<AlarmsConfig["channel"]>, allowPrivate: boolean) =>
    channelOf({ channel, allowPrivate }, { environment: {}, folder: "/nowhere" })?.tell(alarm, { messageId: 1, kind: "raised" });
  const hook = { kind: "webhook", url: "http://127.0.0.1:9/x", topic: null, token: null } as const;
  expect(await tell({ ...hook, token: { env: "NO_SUCH" } }, true)).toMatchObject({ ok: false, answer: "the environment has no NO_SUCH" });
  expect(await tell({ ...hook, url: { file: "hook" } }, true)).toMatchObject({ answer: "the file hook cannot be read" });
  expect(await tell({ ...hook, url: { secret: "hook" } }, true)).toMatchObject({ answer: "the desk has no secret hook" });
  expect(await tell(hook, false)).toMatchObject({ ok: false, answer: "OUTBOUND_SCHEME_REFUSED" });
});
