import { readFileSync } from "node:fs";
import { request } from "node:https";
import { createServer } from "node:net";
import { networkInterfaces } from "node:os";
import { connect } from "node:tls";
import { EdgeStore, type Listening, type ListenOptions, ListenRefused, listen } from "@bulkhead/server";
import { describe, expect, onTestFinished, test } from "vitest";
import { soon } from "../kit/soon.ts";
import { StillDesk } from "../kit/still-desk.ts";
import { PASSWORD } from "./people.ts";
import { raw } from "./raw.ts";

const pem = (name: string): string => readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), "utf8");
const TLS = { cert: pem("tls-cert"), key: pem("tls-key") };
const JSON_HEADERS = { "Content-Type": "application/json", "X-Bulkhead-Client": "test" };
/** An address of this machine that is not the loopback's, where it has one. */
const OUTER = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === "IPv4" && !each.internal)?.address;
const HAS_IPV6 = Object.values(networkInterfaces())
  .flat()
  .some((each) => each?.address === "::1");

async function open(options: Partial<ListenOptions> = {}): Promise<Listening> {
  const store = options.store ?? new EdgeStore(":memory:");
  const listening = await listen(new StillDesk(), { port: 0, store, ...options });
  onTestFinished(async () => {
    await listening.close();
    if (options.store === undefined) store.close();
  });
  return listening;
}
const refusal = async (options: Partial<ListenOptions>): Promise<string> => {
  try {
    await open(options);
    return "listens";
  } catch (error) {
    return error instanceof ListenRefused ? error.code : String(error);
  }
};

/** Where this process listens on a port, as the system says it: addresses of /proc/net/tcp and tcp6. */
function listeners(port: number): readonly string[] {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return ["tcp", "tcp6"].flatMap((table) =>
    readFileSync(`/proc/net/${table}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local, , state]) => state === "0A" && local?.endsWith(`:${hex}`))
      .map(([, local = ""]) => local.split(":")[0] ?? ""),
  );
}

/** GET over TLS, trusting the fixture's certificate. */
function secure(port: number, path: string, headers: Record<string, string> = {}, method = "GET", body?: string) {
  return new Promise<Readonly<{ status: number; headers: Readonly<Record<string, unknown>>; text: string }>>((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, method, headers, ca: TLS.cert, servername: "localhost" }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => (text += String(part)));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

describe("where a desk answers", () => {
  test.skipIf(process.platform !== "linux")("[SEC-25] without a host: the two loopback addresses and no other", async () => {
    const { port } = await open();
    expect(listeners(port).toSorted()).toEqual(["0100007F", ...(HAS_IPV6 ? ["00000000000000000000000001000000"] : [])].toSorted());
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    if (HAS_IPV6) expect((await fetch(`http://[::1]:${port}/healthz`)).status).toBe(200);
    const one = await open({ host: "127.0.0.1" });
    expect(listeners(one.port)).toEqual(["0100007F"]);
  });

  test.skipIf(!HAS_IPV6)("[SEC-25] a port that somebody else has on ::1 is busy, for a browser may ask there", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "::1", resolve));
    const { port } = other.address() as { port: number };
    expect(await refusal({ port })).toBe("PORT_BUSY");
    if (process.platform === "linux") await expect(open({ port })).rejects.toThrow(`is taken by process ${process.pid} (`);
    await new Promise((resolve) => other.close(resolve));
    expect(await refusal({ port })).toBe("listens");
  });

  test("[SEC-25, SEC-9] an address that is not this machine's, and TLS files that fit nothing, are refused by name", async () => {
    expect(await refusal({ host: "192.0.2.1", proxied: true, showSetup: () => undefined })).toBe("PORT_DENIED");
    expect(await refusal({ tls: { cert: "x", key: "y" } })).toBe("TLS_UNREADABLE");
    for (const host of ["0.0.0.0", "::", ...(OUTER === undefined ? [] : [OUTER])]) {
      expect([host, await refusal({ host })]).toEqual([host, "BIND_UNSAFE"]);
      expect([host, await refusal({ host, tls: TLS })]).toEqual([host, "BIND_UNSAFE"]);
      expect([host, await refusal({ host, proxied: true })]).toEqual([host, "BIND_UNSAFE"]);
    }
    expect(await refusal({ proxied: true })).toBe("BIND_UNSAFE");
    expect(await refusal({ login: true })).toBe("BIND_UNSAFE");
    expect(await refusal({ host: "127.0.0.2" })).toBe("listens");
  });

  test("[SEC-25, SEC-14] with TLS: https names, HSTS, a __Host- cookie; plain requests get nothing", async () => {
    const store = new EdgeStore(":memory:");
    const token: string[] = [];
    const desk = await open({ host: "0.0.0.0", tls: TLS, hosts: ["desk.example"], store, showSetup: (each) => token.push(each) });
    const { port } = desk;
    const own = { Host: `desk.example:${port}`, Origin: `https://desk.example:${port}`, ...JSON_HEADERS };
    expect(desk.url).toBe(`https://desk.example:${port}`);
    const health = await secure(port, "/healthz");
    expect([health.status, health.headers["strict-transport-security"]]).toEqual([200, "max-age=31536000"]);
    await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
    const set = await secure(port, "/api/session/setup", own, "POST", JSON.stringify({ token: token[0], user: "ada", password: PASSWORD }));
    const cookie = String((set.headers["set-cookie"] as string[])[0]);
    expect(cookie).toMatch(/^__Host-bulkhead=[^;]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200; Secure$/);
    const asked = await secure(port, "/api/portfolios", { Host: own.Host, Cookie: cookie.split(";")[0] ?? "" });
    expect(asked.status).toBe(200);
    expect((await secure(port, "/api/portfolios", { Host: `evil.example:${port}`, Cookie: cookie.split(";")[0] ?? "" })).status).toBe(421);
  });
});

test("[SEC-25] a renewed certificate is taken without a restart; one that cannot be used is told, and the old one stays", async () => {
  let files = TLS;
  const told: unknown[] = [];
  const readTls = () => files;
  const desk = await open({ tls: TLS, readTls, renewEveryMs: 20, onError: (error) => told.push(error) });
  const nameOf = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: "127.0.0.1", port: desk.port, rejectUnauthorized: false, servername: "localhost" }, () => {
        resolve(String(socket.getPeerCertificate().subject.CN));
        socket.end();
      });
      socket.on("error", reject);
    });
  expect(await nameOf()).toBe("localhost");
  files = { ...TLS, cert: pem("tls-renewed") };
  await soon(async () => expect(await nameOf()).toBe("renewed"));
  files = { ...TLS, cert: "no certificate" };
  await soon(() => expect(told.length).toBeGreaterThan(0));
  expect(await nameOf()).toBe("renewed");
});

describe("the first user", () => {
  test("[SEC-26] is made with the token of the terminal: once, within 15 minutes, by nobody who guesses", async () => {
    let now = Date.now();
    const tokens: string[] = [];
    const make = () => open({ login: true, now: () => now, showSetup: (token) => tokens.push(token) });
    const desk = await make();
    const ask = (token: string, more: object = {}, port = desk.port) =>
      raw(port, {
        method: "POST",
        path: "/api/session/setup",
        headers: { Host: `127.0.0.1:${port}`, ...JSON_HEADERS },
        body: JSON.stringify({ token, user: "ada", password: PASSWORD, ...more }),
      });
    const [token = ""] = tokens;
    expect(token).toMatch(/^[A-Za-z0-9_-]{22}$/);
    const login = await raw(desk.port, { path: "/login", headers: { Host: `127.0.0.1:${desk.port}` } });
    expect(login.text).toContain("Make the first user");
    expect([(await ask("x")).status, (await ask(`${token}x`)).status]).toEqual([401, 401]);
    // A password that is refused does not use it up; two at once make one user.
    expect((await ask(token, { password: "short" })).status).toBe(422);
    const both = await Promise.all([ask(token), ask(token, { user: "eve" })]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 401]);
    expect((await ask(token, { user: "mallory" })).status).toBe(401);
    expect(desk.app.services.users.count).toBe(1);
    const late = await make();
    now += 15 * 60_000;
    expect((await ask(tokens[1] ?? "", {}, late.port)).status).toBe(401);
    expect(late.app.services.users.count).toBe(0);
  });

  test("[SEC-26] who can log in already needs no token: a user, or a key that may do everything", async () => {
    for (const make of ["user", "key"] as const) {
      const store = new EdgeStore(":memory:");
      const before = await open({ store });
      const { users, keys } = before.app.services;
      if (make === "user") await users.add("ada", PASSWORD);
      else keys.create({ name: "me", accountId: "main" as never, portfolios: "*", actions: ["admin"], expiresInDays: 1 });
      let shown = 0;
      await open({ store, login: true, showSetup: () => (shown += 1) });
      expect([make, shown]).toEqual([make, 0]);
    }
  });
});

describe("behind a proxy", () => {
  test.skipIf(OUTER === undefined)("[SEC-27] nobody but the proxy is answered, neither requests nor sockets", async () => {
    const desk = await open({ host: "0.0.0.0", proxied: true, hosts: ["desk.example"], showSetup: () => undefined });
    const host = { Host: "desk.example" };
    expect((await raw(desk.port, { path: "/healthz", headers: host })).status).toBe(200);
    const around = await fetch(`http://${OUTER}:${desk.port}/healthz`);
    expect([around.status, await around.text()]).toEqual([403, expect.stringContaining("NOT_A_PROXY")]);
    const known = await open({ host: "0.0.0.0", proxied: true, proxies: [`${OUTER}/32`], showSetup: () => undefined });
    expect((await raw(known.port, { path: "/healthz", headers: host })).status).toBe(403);
    expect((await fetch(`http://${OUTER}:${known.port}/healthz`)).status).toBe(421);
  });

  test("[SEC-27, SEC-13] tries are counted by the address that the proxy wrote, whatever the sender claims", async () => {
    const store = new EdgeStore(":memory:");
    const desk = await open({ proxied: true, hosts: ["desk.example"], store, showSetup: () => undefined });
    await desk.app.services.users.add("ada", PASSWORD);
    const logIn = async (forwarded: string, password = "not the password at all"): Promise<number> => {
      const headers = { Host: "desk.example", ...JSON_HEADERS, "X-Forwarded-For": forwarded };
      return (await raw(desk.port, { method: "POST", path: "/api/session", headers, body: JSON.stringify({ user: "ada", password }) }))
        .status;
    };
    const told: number[] = [];
    for (let i = 0; i < 6; i++) told.push(await logIn(`10.0.0.${i}, 203.0.113.5`));
    expect(told).toEqual([401, 401, 401, 401, 401, 429]);
    expect(await logIn("203.0.113.6", PASSWORD)).toBe(200);
    const [line] = desk.app.services.audit.page({ before: undefined, limit: 1 });
    expect(line).toMatchObject({ what: "logIn", outcome: "ok", from: "203.0.113.6" });
  });
});
