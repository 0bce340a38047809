import { describe, expect, test } from "vitest";
import { Browser, loginStage, PASSWORD } from "./people.ts";
import { at, rows, Stage } from "./stage.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("logging in", () => {
  test("[SEC-14] gives a cookie that no script and no other site gets, and of which only a hash is kept", async () => {
    const { stage, browser } = await loginStage();
    expect(at(await browser.ask("GET", "/api/session"), "data")).toMatchObject({
      principal: "nobody",
      login_required: true,
      session_id: null,
    });
    const answer = await browser.logIn("ADA");
    expect([answer.status, at(answer, "data.principal")]).toEqual([200, "user:ada"]);
    expect(answer.setCookie).toMatch(/^bulkhead=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/);
    expect(answer.text).not.toContain(browser.cookie.slice(9));
    const kept = JSON.stringify(stage.store.database.prepare("SELECT * FROM sessions").all());
    expect(kept).not.toContain(browser.cookie.slice(9));
    expect((await browser.ask("GET", "/api/portfolios")).status).toBe(200);
    expect(at(await browser.ask("POST", "/api/portfolios/alpha/pause", { reason: "x" }), "data.status")).toBe("paused");
    const paused = stage.account.records.at(-1)?.command;
    expect(paused).toMatchObject({ type: "PausePortfolio", by: "user:ada" });
  });

  test("[SEC-14] rotates: the session that the browser had before is over, a foreign one given to it too", async () => {
    const { browser, stage } = await loginStage();
    await browser.logIn();
    const before = browser.cookie;
    await browser.logIn();
    expect(browser.cookie).not.toBe(before);
    const old = new Browser(stage);
    old.cookie = before;
    expect((await old.ask("GET", "/api/pnl")).status).toBe(401);
    expect(rows(await browser.ask("GET", "/api/sessions"))).toHaveLength(1);
    old.cookie = `${browser.cookie}; ${before}`;
    expect((await old.ask("GET", "/api/pnl")).status).toBe(401);
  });

  test("[SEC-14] sessions are listed, ended one by one or all but one, across a restart too", async () => {
    const { stage, browser } = await loginStage();
    const [second, third] = [new Browser(stage), new Browser(stage)];
    for (const each of [browser, second, third]) await each.logIn();
    await stage.listening.app.services.users.add("bob", PASSWORD);
    const bob = new Browser(stage);
    await bob.logIn("bob");
    const listed = rows(await browser.ask("GET", "/api/sessions"));
    expect(listed.map(({ user, current }) => [user, current])).toEqual([
      ["ada", true],
      ["ada", false],
      ["ada", false],
    ]);
    const id = String(listed[1]?.["session_id"]);
    expect((await bob.ask("DELETE", `/api/sessions/${id}`)).status).toBe(404);
    expect((await browser.ask("DELETE", `/api/sessions/${id}`)).status).toBe(200);
    expect((await second.ask("GET", "/api/pnl")).status).toBe(401);
    expect(at(await browser.ask("DELETE", "/api/sessions"), "data.ended")).toBe(1);
    expect((await third.ask("GET", "/api/pnl")).status).toBe(401);
    const again = await Stage.open({ listen: { login: true, store: stage.store } });
    const restarted = new Browser(again);
    restarted.cookie = browser.cookie;
    expect((await restarted.ask("GET", "/api/pnl")).status).toBe(200);
    const out = await restarted.ask("DELETE", "/api/session");
    expect([out.status, out.setCookie?.includes("Max-Age=0")]).toEqual([200, true]);
    restarted.cookie = browser.cookie;
    expect((await restarted.ask("GET", "/api/pnl")).status).toBe(401);
  });

  test("[SEC-11, SEC-14] idles after 30 minutes, ends after 12 hours however busy; a page that refreshes itself is not busy", async () => {
    let now = Date.now();
    const { browser } = await loginStage({ now: () => now });
    const asks = async (): Promise<number> => (await browser.ask("GET", "/api/pnl")).status;
    await browser.logIn();
    now += 30 * MINUTE - 1;
    expect(await asks()).toBe(200);
    now += 30 * MINUTE;
    expect(await asks()).toBe(401);
    await browser.logIn();
    for (let i = 0; i < 2; i++) {
      now += 15 * MINUTE;
      await browser.ask("GET", "/");
    }
    expect(await asks()).toBe(401);
    await browser.logIn();
    const began = now;
    for (; now < began + 12 * HOUR; now += 20 * MINUTE) expect([now - began, await asks()]).toEqual([now - began, 200]);
    expect(await asks()).toBe(401);
  });

  test("[SEC-12] a wrong password, a missing user and a wrong case of either are one answer", async () => {
    const { browser } = await loginStage();
    const tell = async (user: string, password: string) => {
      const { status, text } = await browser.logIn(user, password);
      return [status, text.replaceAll(/"request":"[^"]*"/g, "")];
    };
    const wrong = await tell("ada", "not the password at all");
    expect(wrong[0]).toBe(401);
    for (const [user, password] of [
      ["nobody-of-that-name", PASSWORD],
      ["ada", PASSWORD.toUpperCase()],
      ["__proto__", "x"],
      ["ada' OR 1=1 --", "x"],
    ] as const)
      expect(await tell(user, password)).toEqual(wrong);
  });

  test("[SEC-13] five tries in 15 minutes, then longer each time, never for good and for nobody else", async () => {
    let now = Date.now();
    const { browser } = await loginStage({ now: () => now });
    const wrong = async (): Promise<number> => (await browser.logIn("ada", "not the password at all")).status;
    const fail = async (): Promise<number[]> => {
      const told: number[] = [];
      for (let i = 0; i < 6; i++) told.push(await wrong());
      return told;
    };
    expect(await fail()).toEqual([401, 401, 401, 401, 401, 429]);
    const blocked = await browser.logIn();
    expect([blocked.status, blocked.headers["retry-after"]]).toEqual([429, "900"]);
    expect((await browser.logIn("somebody")).status).toBe(401);
    now += 15 * MINUTE;
    expect(await fail()).toEqual([401, 401, 401, 401, 401, 429]);
    now += 15 * MINUTE;
    expect((await browser.logIn()).status).toBe(429);
    now += 15 * MINUTE;
    expect((await browser.logIn()).status).toBe(200);
    expect(await fail()).toEqual([401, 401, 401, 401, 401, 429]);
    now += 15 * MINUTE;
    expect((await browser.logIn()).status).toBe(200);
  });

  test("[SEC-13] twenty tries at once are counted before any is looked at", async () => {
    const { browser } = await loginStage();
    const told = await Promise.all(Array.from({ length: 20 }, () => browser.logIn("ada", "not the password at all")));
    expect(told.filter(({ status }) => status === 401)).toHaveLength(5);
  });
});

test("[SEC-11] with two users a login is wanted on loopback too; with one it is not", async () => {
  const stage = await Stage.open();
  const { users } = stage.listening.app.services;
  await users.add("ada", PASSWORD);
  expect((await stage.ask("/api/pnl")).status).toBe(200);
  await users.add("bob", PASSWORD);
  expect((await stage.ask("/api/pnl")).status).toBe(401);
  expect((await stage.ask("/", { headers: { Accept: "text/html" } })).headers.get("location")).toBe("/login");
});

describe("a change by cookie", () => {
  test("[SEC-15] needs the desk's own origin and its header; reads of other sites get nothing", async () => {
    const { stage, browser } = await loginStage();
    await browser.logIn();
    const { seq } = stage;
    const origin = `http://127.0.0.1:${stage.listening.port}`;
    const body = { reason: "x" };
    for (const [what, headers, status] of [
      ["no header of ours", { "X-Bulkhead-Client": "" }, 403],
      ["another origin", { Origin: "http://127.0.0.1:1" }, 403],
      ["a sandboxed frame", { Origin: "null" }, 403],
      ["another site", { "Sec-Fetch-Site": "cross-site" }, 403],
      ["another port of this machine", { "Sec-Fetch-Site": "same-site" }, 403],
      ["a form", { "Content-Type": "application/x-www-form-urlencoded" }, 415],
      ["plain text", { "Content-Type": "text/plain" }, 415],
      ["fine", { Origin: origin }, 200],
    ] as const) {
      const sent: Record<string, string> = { ...headers };
      const answer = await browser.ask("POST", "/api/portfolios/alpha/pause", body, sent);
      expect([what, answer.status]).toEqual([what, status]);
      if (status !== 200) expect([what, stage.seq]).toEqual([what, seq]);
    }
    expect((await browser.ask("GET", "/api/pnl", undefined, { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
    expect((await browser.ask("DELETE", "/api/session", undefined, { "Sec-Fetch-Site": "cross-site" })).status).toBe(403);
  });
});

describe("a fresh proof", () => {
  const KEY = { name: "bot", portfolios: "*", actions: ["read"] };

  test("[SEC-17] is wanted for keys, kills, capital and raised limits, holds five minutes, and is not asked on loopback", async () => {
    let now = Date.now();
    const { stage, browser } = await loginStage({ now: () => now });
    await browser.logIn();
    await browser.ask("POST", "/api/kill", { level: "pause", reason: "x" });
    const dear: readonly (readonly [string, string, object, number])[] = [
      ["POST", "/api/keys", KEY, 201],
      ["POST", "/api/kill/clear", { reason: "x" }, 200],
      ["POST", "/api/portfolios/alpha/transfer", { to_portfolio_id: "beta", amount: "1", reason: "x" }, 200],
      ["PATCH", "/api/portfolios/alpha", { max_position_pct: null }, 200],
    ];
    expect((await browser.ask("PATCH", "/api/portfolios/alpha", { max_position_pct: "0.5" })).status).toBe(200);
    expect((await browser.ask("PATCH", "/api/portfolios/alpha", { max_position_pct: "0.4", name: "tighter" })).status).toBe(200);
    const { seq } = stage;
    for (const [method, path, body] of dear) {
      const answer = await browser.ask(method, path, body);
      expect([path, answer.status, at(answer, "code")]).toEqual([path, 403, "STEP_UP_REQUIRED"]);
    }
    expect((await browser.ask("PATCH", "/api/portfolios/alpha", { max_position_pct: "0.41" })).status).toBe(403);
    expect([stage.seq, stage.store.keys()]).toEqual([seq, []]);
    expect((await browser.ask("POST", "/api/session/step-up", { password: "not the password at all" })).status).toBe(401);
    expect((await browser.ask("POST", "/api/session/step-up", { password: PASSWORD })).status).toBe(200);
    for (const [method, path, body, status] of dear) expect([path, (await browser.ask(method, path, body)).status]).toEqual([path, status]);
    now += 5 * MINUTE;
    expect((await browser.ask("POST", "/api/keys", KEY)).status).toBe(403);
    const other = new Browser(stage);
    await other.logIn();
    expect((await other.ask("POST", "/api/keys", KEY)).status).toBe(403);
    const local = await Stage.open();
    expect((await local.post("/api/keys", KEY)).status).toBe(201);
    expect((await local.post("/api/session/step-up", { password: "x" })).status).toBe(422);
  });

  test("[SEC-14, SEC-17] a new password wants the old one, ends the other sessions and is the only one from then on", async () => {
    const { stage, browser } = await loginStage();
    const other = new Browser(stage);
    for (const each of [browser, other]) await each.logIn();
    const change = (password: string, next: string) => browser.ask("POST", "/api/session/password", { password, new_password: next });
    expect((await change("not the password at all", "another long sentence")).status).toBe(401);
    expect(at(await change(PASSWORD, "short"), "code")).toBe("PASSWORD_TOO_SHORT");
    expect(at(await change(PASSWORD, "Password123456"), "code")).toBe("PASSWORD_COMMON");
    expect(at(await change(PASSWORD, "another long sentence"), "data.ended")).toBe(1);
    expect((await other.ask("GET", "/api/pnl")).status).toBe(401);
    expect((await browser.ask("GET", "/api/pnl")).status).toBe(200);
    expect([(await other.logIn()).status, (await other.logIn("ada", "another long sentence")).status]).toEqual([401, 200]);
  });
});
