import { afterEach, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { Tenths } from "../kit/soon.ts";
import { loginStage } from "./people.ts";
import { at, Stage } from "./stage.ts";

const open: WebSocket[] = [];
afterEach(() => {
  for (const socket of open.splice(0)) socket.terminate();
});

type Opened = Readonly<{ status: number; socket: WebSocket; closed: Promise<Readonly<{ code: number; reason: string }>> }>;

/** Opens `/ws` as a page of this origin, or as a program, and says what came of it. */
function upgrade(stage: Stage, path: string, headers: Readonly<Record<string, string>>): Promise<Opened> {
  const socket = new WebSocket(`ws://127.0.0.1:${stage.listening.port}${path}`, { headers });
  open.push(socket);
  const closed = new Promise<Awaited<Opened["closed"]>>((resolve) => {
    socket.on("close", (code, reason) => resolve({ code, reason: String(reason) }));
  });
  return new Promise((resolve) => {
    socket.on("open", () => resolve({ status: 101, socket, closed }));
    socket.on("error", () => undefined);
    socket.on("unexpected-response", (_request, response) => {
      response.resume();
      resolve({ status: response.statusCode ?? 0, socket, closed });
    });
  });
}

describe("tickets", () => {
  test("[SEC-16] a page opens a socket with one, once, within 30 s; its cookie alone opens none", async () => {
    let now = Date.now();
    const { stage, browser } = await loginStage({ now: () => now });
    await browser.logIn();
    const page = { Origin: `http://127.0.0.1:${stage.listening.port}`, Cookie: browser.cookie };
    const ticket = async (): Promise<string> => String(at(await browser.ask("POST", "/api/session/ticket", {}), "data.ticket"));
    expect((await upgrade(stage, "/ws", page)).status).toBe(401);
    const first = await ticket();
    expect(first).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect((await upgrade(stage, `/ws?ticket=${first}`, { ...page, Origin: "https://evil.example" })).status).toBe(403);
    const opened = await upgrade(stage, `/ws?ticket=${first}`, page);
    expect(opened.status).toBe(101);
    const told = new Promise<string>((resolve) => opened.socket.once("message", (data) => resolve(String(data))));
    opened.socket.send(JSON.stringify({ action: "subscribe", portfolio_ids: ["alpha"] }));
    expect(JSON.parse(await told)).toMatchObject({ type: expect.any(String) });
    expect((await upgrade(stage, `/ws?ticket=${first}`, page)).status).toBe(401);
    const late = await ticket();
    now += 30_000;
    expect((await upgrade(stage, `/ws?ticket=${late}`, page)).status).toBe(401);
    expect((await upgrade(stage, "/ws?ticket=x", page)).status).toBe(401);
    const unused = await ticket();
    await browser.ask("DELETE", "/api/session");
    expect((await upgrade(stage, `/ws?ticket=${unused}`, page)).status).toBe(401);
    expect((await opened.closed).code).toBe(1008);
  });

  test("[SEC-14, SEC-4] sockets end within a second when their session or key ends, idles or may do something else", async () => {
    let now = Date.now();
    const { stage, browser } = await loginStage({ now: () => now });
    const origin = { Origin: `http://127.0.0.1:${stage.listening.port}` };
    const page = async (): Promise<Opened> => {
      const ticket = at(await browser.ask("POST", "/api/session/ticket", {}), "data.ticket");
      return upgrade(stage, `/ws?ticket=${ticket}`, { ...origin, Cookie: browser.cookie });
    };
    const { keys } = stage.listening.app.services;
    const wish = { name: "bot", accountId: "main" as never, portfolios: "*", actions: ["read"], expiresInDays: 90 } as const;
    const program = async (): Promise<Opened & Readonly<{ keyId: string }>> => {
      const { key, secret } = keys.create(wish);
      return { ...(await upgrade(stage, "/ws", { Authorization: `Bearer ${secret}` })), keyId: key.keyId };
    };
    const tenths = new Tenths();
    const took = async ({ closed }: Opened, act: () => unknown): Promise<readonly [number, boolean]> => {
      tenths.restart();
      await act();
      const end = await closed;
      return [end.code, tenths.restart() <= 10];
    };
    await browser.logIn();
    const one = await page();
    expect(await took(one, () => browser.ask("DELETE", "/api/session"))).toEqual([1008, true]);
    await browser.logIn();
    const idle = await page();
    expect(await took(idle, () => (now += 30 * 60_000))).toEqual([1008, true]);
    const changed = await program();
    expect(await took(changed, () => keys.change(changed.keyId, { portfolios: ["alpha" as never] }))).toEqual([1008, true]);
    const revoked = await program();
    expect(await took(revoked, () => keys.revoke(revoked.keyId))).toEqual([1008, true]);
    const expired = await program();
    expect(await took(expired, () => (now += 91 * 86_400_000))).toEqual([1008, true]);
  });
});

describe("keys", () => {
  test("[SEC-19] are unknown from elsewhere, and what they may do changes at once", async () => {
    const stage = await Stage.open();
    const here = await stage.key(["read", "trade"], "*", { addresses: ["10.0.0.0/8", "127.0.0.1"] });
    const away = await stage.key(["read"], "*", { addresses: ["203.0.113.7", "2001:db8::/32"] });
    expect((await stage.ask("/api/pnl", { headers: here.headers })).status).toBe(200);
    const refused = await stage.ask("/api/pnl", { headers: away.headers });
    expect([refused.status, at(refused, "code")]).toEqual([401, "KEY_INVALID"]);
    expect((await upgrade(stage, "/ws", { ...away.headers })).status).toBe(401);
    const ticket = at(await stage.ask("/api/session/ticket", { method: "POST", headers: here.headers }), "data.ticket");
    stage.listening.app.services.keys.change(here.id, { addresses: ["203.0.113.0/24"] });
    expect((await upgrade(stage, `/ws?ticket=${ticket}`, {})).status).toBe(401);
    stage.listening.app.services.keys.change(here.id, { addresses: [] });
    const change = (id: string, body: object) => stage.ask(`/api/keys/${id}`, { method: "PATCH", body });
    expect(at(await change(away.id, { addresses: [] }), "data.addresses")).toEqual([]);
    expect((await stage.ask("/api/pnl", { headers: away.headers })).status).toBe(200);
    await change(here.id, { actions: ["cancel"], portfolios: ["beta"] });
    expect((await stage.ask("/api/pnl", { headers: here.headers })).status).toBe(403);
    for (const addresses of [["10.0.0.0/33"], ["300.1.1.1"], ["::/129"], ["evil.example"], ["1.2.3.4/8/8"]])
      expect([addresses, (await change(here.id, { addresses })).status]).toEqual([addresses, 400]);
    expect((await change("0".repeat(16), { name: "x" })).status).toBe(404);
    const scoped = await stage.key(["admin", "read"], "*");
    const wider = await stage.ask(`/api/keys/${here.id}`, { method: "PATCH", body: { actions: ["kill"] }, headers: scoped.headers });
    expect(wider.status).toBe(403);
  });

  test("[SEC-4] live 90 days unless said otherwise, and say when they were last used", async () => {
    let now = Date.UTC(2026, 10, 20);
    const stage = await Stage.open({ now: () => now });
    const { headers, id } = await stage.key(["read"]);
    const shown = async (): Promise<unknown> =>
      (at(await stage.ask("/api/keys"), "data") as { key_id: string }[]).find(({ key_id }) => key_id === id);
    expect(await shown()).toMatchObject({ expires_at: "2027-02-18T00:00:00.000Z", last_used_at: null });
    now += 3_600_000;
    await stage.ask("/api/pnl", { headers });
    expect(await shown()).toMatchObject({ last_used_at: "2026-11-20T01:00:00.000Z" });
  });
});
