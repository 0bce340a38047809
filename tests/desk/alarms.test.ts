import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startProgram } from "../kit/program.ts";
import { soon } from "../kit/soon.ts";
import { DatabaseSync } from "./database.ts";

const TOKEN = "c4nary-t0ken-of-the-alarm-channel";

type Heard = Readonly<{ path: string; headers: IncomingHttpHeaders; body: string }>;

/** Somebody who hears. */
async function listener(): Promise<Readonly<{ heard: Heard[]; url: string; answer: { status: number } }>> {
  const heard: Heard[] = [];
  const answer = { status: 200 };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => {
      body += part.toString();
    });
    request.on("end", () => {
      heard.push({ path: request.url ?? "", headers: request.headers, body });
      response.writeHead(answer.status).end("thanks");
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { heard, answer, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The real program with a channel and a heartbeat. */
async function desk(folder: string) {
  const environment = { ALARM_TOKEN: TOKEN };
  const program = startProgram(["--data", join(folder, "data"), "--port", "0", "--no-open"], { folder, environment });
  return { ...program, url: await program.url };
}

let keys = 0;
async function post(
  url: string,
  path: string,
  body: unknown = {},
): Promise<Readonly<{ status: number; body: { data: Record<string, unknown> } }>> {
  const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": `k-${++keys}` };
  const response = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as { data: Record<string, unknown> } };
}
const get = async (url: string, path: string): Promise<unknown> =>
  ((await (await fetch(`${url}${path}`)).json()) as { data: unknown }).data;

test("[ALARM-3, ALARM-7, ALARM-11] SEC-SECRET 30: a running desk tells, tests, beats, remembers over kill -9, and shows its token to nobody else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-heard-"));
  onTestFinished(() => rmSync(folder, { recursive: true, maxRetries: 20 }));
  const channel = await listener();
  const beats = await listener();
  writeFileSync(
    join(folder, "bulkhead.toml"),
    `[alarms]\nchannel = "webhook"\nurl = "${channel.url}/hook"\ntoken = { env = "ALARM_TOKEN" }\nallow_private = true
heartbeat_url = "${beats.url}/ping"\nheartbeat_every = "1s"\n[[portfolio]]\nid = "hands"\nsymbols = ["DUSKUSD"]\n`,
  );
  const first = await desk(folder);
  const shown: string[] = [];
  const tested = await post(first.url, "/api/alarms/test");
  expect(tested).toMatchObject({ status: 200, body: { data: { delivered: true, answer: "200 thanks" } } });
  expect(channel.heard.find(({ body }) => body.includes('"test"'))).toMatchObject({
    path: "/hook",
    headers: { authorization: `Bearer ${TOKEN}` },
  });
  await soon(() => expect(beats.heard.length).toBeGreaterThan(1));

  channel.answer.status = 500;
  await post(first.url, "/api/kill", { level: "pause", reason: "drill" });
  await soon(() => expect(channel.heard.some(({ body }) => body.includes("KILL_ENGAGED"))).toBe(true));
  first.child.kill("SIGKILL");
  await first.ended;
  channel.answer.status = 200;
  const second = await desk(folder);
  const codes = (): readonly string[] =>
    channel.heard
      .map(({ body }) => body)
      .flatMap((body) => {
        const { kind, code } = JSON.parse(body) as { kind: string; code: string };
        return [`${kind} ${code}`];
      });
  // What the first process could not tell, and that it did not stop.
  await soon(() => expect(codes()).toEqual(expect.arrayContaining(["raised KILL_ENGAGED", "raised DESK_NOT_STOPPED"])));
  // A machine that is slow may be told of, too.
  const killed = async (): Promise<readonly { alarm_id: number; code: string; delivery: unknown }[]> =>
    ((await get(second.url, "/api/alarms?state=active")) as Awaited<ReturnType<typeof killed>>).filter(
      ({ code }) => code === "KILL_ENGAGED",
    );
  const delivery = { kind: "raised", state: "delivered", answer: "200 thanks" };
  await soon(async () => expect(await killed()).toMatchObject([{ delivery }])); // It was heard before it is known to be.
  const [alarm] = await killed();
  await post(second.url, `/api/alarms/${alarm?.alarm_id}/acknowledge`);
  await post(second.url, "/api/kill/clear", { reason: "drill is over" });
  await soon(() => expect(codes()).toContain("resolved KILL_ENGAGED"));
  expect(await killed()).toEqual([]);
  await soon(async () =>
    expect(await get(second.url, "/api/alarms/channel")).toMatchObject({
      channel: `webhook at ${channel.url}`,
      pending: 0,
      heartbeat: { outcome: "answered" },
    }),
  );

  for (const path of ["/api/alarms", "/api/alarms/channel", "/api/events", "/api/logs", "/readyz", "/"])
    shown.push(await (await fetch(`${second.url}${path}`)).text());
  second.child.kill("SIGTERM");
  expect(await second.ended).toBe(0);
  shown.push(first.text(), second.text());
  for (const entry of readdirSync(join(folder, "data"), { recursive: true, withFileTypes: true }))
    if (entry.isFile()) shown.push(readFileSync(join(entry.parentPath, entry.name), "latin1"));
  expect(shown.filter((text) => text.includes(TOKEN) || text.includes(Buffer.from(TOKEN).toString("base64")))).toEqual([]);
});

test("[ALARM-3, DESK-29] D2 P1: a journal that is lost ends the process, and is the first thing that the next one tells", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-heard-"));
  onTestFinished(() => rmSync(folder, { recursive: true, maxRetries: 20 }));
  const channel = await listener();
  channel.answer.status = 503;
  const portfolio = '[[portfolio]]\nid = "hands"\nsymbols = ["DUSKUSD"]\n';
  writeFileSync(
    join(folder, "bulkhead.toml"),
    `[alarms]\nchannel = "webhook"\nurl = "${channel.url}/hook"\nallow_private = true\n[kill]\nwatchdog = false\n${portfolio}`,
  );
  const first = await desk(folder);
  const other = new DatabaseSync(join(folder, "data", "accounts", "main", "journal.sqlite"));
  other.exec("BEGIN IMMEDIATE");
  post(first.url, "/api/kill", { level: "pause", reason: "drill" }).catch(() => undefined);
  expect(await first.ended).toBe(70);
  expect(first.text()).toContain(`DESK_JOURNAL_LOCKED: Another program holds a database in ${join(folder, "data")}: `);
  if (process.platform === "linux") expect(first.text()).toContain(`: process ${process.pid} (`);
  other.exec("ROLLBACK");
  other.close();
  channel.answer.status = 200;
  const second = await desk(folder);
  const told = (): readonly unknown[] => channel.heard.map(({ body }) => (JSON.parse(body) as { code: string }).code);
  await soon(() => expect(told()).toContain("JOURNAL_LOST"));
  expect(await get(second.url, "/api/kill")).toEqual([]); // It was never acknowledged, and never happened.
});
