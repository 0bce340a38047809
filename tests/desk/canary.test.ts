import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { at } from "../http/stage.ts";
import { startProgram } from "../kit/program.ts";
import { soon } from "../kit/soon.ts";

const OFFLINE = fileURLToPath(new URL("../../apps/server/src/offline-people.ts", import.meta.url));

/** Every way in which a secret could stand somewhere: as it is, as base64 at any offset, as hex, URL-encoded, in JSON. */
function formsOf(secret: string): readonly Buffer[] {
  const bytes = Buffer.from(secret);
  const shifted = [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes]).toString("base64");
    // The characters that do not depend on what stands before and behind.
    const inner = whole.slice(shift === 0 ? 0 : 4, -4);
    return [inner, inner.replaceAll("+", "-").replaceAll("/", "_")];
  });
  const hex = bytes.toString("hex");
  const texts = [secret, ...shifted, hex, hex.toUpperCase(), encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  return [...new Set(texts)].filter((text) => text.length >= 8).map((text) => Buffer.from(text));
}

const hits = (where: Buffer, secret: string): number => formsOf(secret).filter((form) => where.includes(form)).length;

/** Every file of a folder with what it holds. */
function* filesOf(folder: string): Generator<readonly [string, Buffer]> {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true }))
    if (entry.isFile()) yield [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name))];
}

async function start(folder: string, config: string) {
  const program = startProgram(["--data", folder, "--config", config, "--port", "0", "--no-open"], { folder });
  return { ...program, url: await program.url };
}

/** A person at the desk; all that is answered is kept, but what is meant to be shown this once. */
class Person {
  readonly #url: string;
  readonly traffic: string[];
  cookie = "";
  #wishes = 0;

  constructor(url: string, traffic: string[]) {
    this.#url = url;
    this.traffic = traffic;
  }

  async ask(method: string, path: string, body?: unknown, more: Readonly<{ once?: boolean; headers?: Record<string, string> }> = {}) {
    const headers: Record<string, string> = { ...(this.cookie === "" ? {} : { Cookie: this.cookie }), ...more.headers };
    const wish = {
      Origin: this.#url,
      "Content-Type": "application/json",
      "X-Bulkhead-Client": "page",
      "Idempotency-Key": `w${++this.#wishes}`,
    };
    const response = await fetch(this.#url + path, {
      method,
      headers: method === "GET" ? headers : { ...wish, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const cookie = response.headers.get("set-cookie")?.split(";")[0];
    if (cookie !== undefined) this.cookie = cookie;
    const text = await response.text();
    if (more.once !== true) this.traffic.push(`${JSON.stringify([...response.headers].filter(([name]) => name !== "set-cookie"))} ${text}`);
    return {
      status: response.status,
      body: /json/.test(response.headers.get("content-type") ?? "") ? (JSON.parse(text) as unknown) : null,
    };
  }
}

test("[SEC-29, SEC-24] every secret is a canary, and none is found in any file, output or answer, before and after a crash", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bulkhead-canary-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 20 }));
  const [data, config] = [join(folder, "data"), join(folder, "bulkhead.toml")];
  const heard: string[] = [];
  const channel = createServer((request, response) => {
    heard.push(String(request.headers.authorization));
    response.end("{}");
  });
  await new Promise<void>((resolve) => channel.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void channel.close());
  const { port } = channel.address() as AddressInfo;
  writeFileSync(
    config,
    `[server]\nlogin = true\n[alarms]\nchannel = "ntfy"\nurl = "http://127.0.0.1:${port}"\ntopic = "desk"\ntoken = { secret = "ntfy-token" }\nallow_private = true\n[[portfolio]]\nid = "alpha"\nstarting_cash = 10000\nsymbols = "DUSKUSD"\n`,
  );
  const secrets: Record<string, string> = {
    password: "canary-Password/äß+1 lawn",
    newPassword: "canary-NewPassword/&=2 moss",
    wrongPassword: "canary-WrongPassword-3 fern",
    alarmToken: "canary-AlarmToken+/4-reed",
  };
  const offline = (action: string, name: string, typed: string): unknown =>
    spawnSync(process.execPath, [OFFLINE, action, data, name], { input: `${typed}\n`, encoding: "utf8" }).status;
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(join(data, "folder.json"), '{"format":1,"version":"0"}');
  expect([offline("user-add", "ada", secrets["password"] ?? ""), offline("secret-set", "ntfy-token", secrets["alarmToken"] ?? "")]).toEqual(
    [0, 0],
  );

  const traffic: string[] = [];
  const first = await start(data, config);
  const person = new Person(first.url, traffic);
  const logIn = (password: string | undefined) => person.ask("POST", "/api/session", { user: "ada", password });
  expect((await logIn(secrets["wrongPassword"])).status).toBe(401);
  expect((await logIn(secrets["password"])).status).toBe(200);
  secrets["session"] = person.cookie.split("=")[1] ?? "";
  await person.ask("POST", "/api/session/step-up", { password: secrets["password"] });
  const made = await person.ask("POST", "/api/keys", { name: "bot", portfolios: "*", actions: ["read", "trade", "admin"] }, { once: true });
  secrets["key"] = String(at(made, "data.secret"));
  const offer = await person.ask("POST", "/api/session/totp", undefined, { once: true });
  secrets["totp"] = String(at(offer, "data.key"));
  const ticket = await person.ask("POST", "/api/session/ticket", undefined, { once: true });
  secrets["ticket"] = String(at(ticket, "data.ticket"));
  for (const [name, secret] of Object.entries(secrets)) expect([name, secret.length > 15]).toEqual([name, true]);
  const told = await new Promise<string>((resolve, reject) => {
    const socket = new WebSocket(`${first.url.replace("http", "ws")}/ws?ticket=${secrets["ticket"]}`, { headers: { Origin: first.url } });
    socket.on("open", () => socket.send('{"action":"subscribe","portfolio_ids":["*"]}'));
    socket.on("message", (message) => {
      resolve(String(message));
      socket.terminate();
    });
    socket.on("error", reject);
  });
  traffic.push(told);
  await person.ask("POST", "/api/session/password", { password: secrets["password"], new_password: secrets["newPassword"] });
  const bot = { headers: { Authorization: `Bearer ${secrets["key"]}`, Cookie: "" } };
  await person.ask("POST", "/api/orders", { portfolio_id: "alpha", instrument: "DUSKUSD", side: "buy", quantity: "1", reason: "x" }, bot);
  await person.ask("GET", "/api/pnl", undefined, { headers: { Authorization: `Bearer ${secrets["key"]}x` } });
  await person.ask("GET", `/api/pnl?key=${secrets["key"]}`);
  await person.ask("POST", "/api/keys", { name: "bot", secret: secrets["key"] });
  await person.ask("POST", "/api/backups", {});
  // The alarm's token reaches whom it is meant for, and only them.
  await person.ask("POST", "/api/alarms/test", {});
  await soon(() => expect(heard).toContain(`Bearer ${secrets["alarmToken"]}`));
  const { paths } = JSON.parse((await (await fetch(`${first.url}/openapi.json`)).text()) as string) as { paths: Record<string, object> };
  for (const path of Object.keys(paths)) await person.ask("GET", `${path.replaceAll(/\{\w+\}/g, "1")}?portfolio_id=*`);
  for (const path of [
    "/api/audit?limit=500",
    "/api/sessions",
    "/api/session",
    "/api/keys",
    "/api/logs?limit=500",
    "/api/alarms",
    "/",
    "/login",
  ])
    await person.ask("GET", path);
  first.child.kill("SIGKILL");
  await first.ended;

  const second = await start(data, config);
  const again = new Person(second.url, traffic);
  again.cookie = person.cookie;
  expect((await again.ask("GET", "/api/audit?limit=500")).status).toBe(200);
  secrets["masterKey"] = readFileSync(join(data, "secrets.key"), "utf8").trim();

  const look = (): string[] => {
    const found: string[] = [];
    let files = 0;
    for (const [path, bytes] of filesOf(folder)) {
      files += 1;
      for (const [name, secret] of Object.entries(secrets))
        if (!(name === "masterKey" && path.endsWith("secrets.key")) && hits(bytes, secret) > 0) found.push(`${name} in ${path}`);
    }
    const shown = { output: first.text() + second.text(), traffic: traffic.join("\n") };
    for (const [where, text] of Object.entries(shown))
      for (const [name, secret] of Object.entries(secrets)) if (hits(Buffer.from(text), secret) > 0) found.push(`${name} in ${where}`);
    expect(files).toBeGreaterThan(8);
    return found;
  };
  expect(look()).toEqual([]);
  second.child.kill("SIGTERM");
  await second.ended;
  expect(look()).toEqual([]);
  expect(traffic.length).toBeGreaterThan(40);
  // The look finds what is there: each canary, in each form.
  for (const [name, secret] of Object.entries(secrets))
    for (const form of formsOf(secret))
      expect([name, hits(Buffer.concat([Buffer.from("x"), form, Buffer.from("y")]), secret) > 0]).toEqual([name, true]);
});
