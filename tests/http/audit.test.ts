import { describe, expect, test } from "vitest";
import { loginStage, PASSWORD } from "./people.ts";
import { at, rows, Stage } from "./stage.ts";

describe("the audit", () => {
  test("[SEC-24] says who did what, when, from where and under which number, and holds no secret", async () => {
    const { stage, browser } = await loginStage();
    await browser.logIn("ada", "canary-wrong-password");
    await browser.logIn("canary-typed-into-the-name", "x");
    await browser.logIn();
    await browser.ask("POST", "/api/portfolios/alpha/pause", { reason: "too wild" });
    const refused = await browser.ask("POST", "/api/keys", { name: "bot", portfolios: "*", actions: ["read"] });
    await browser.ask("POST", "/api/session/step-up", { password: PASSWORD });
    const made = await browser.ask("POST", "/api/keys", { name: "bot", portfolios: "*", actions: ["read"] });
    const secret = String(at(made, "data.secret"));
    await stage.ask("/api/pnl", { headers: { Authorization: `Bearer ${secret}` } });
    await stage.ask("/api/keys", { headers: { Authorization: `Bearer ${secret}` } });
    await browser.ask("POST", "/api/kill", { level: "pause", reason: "stop" });
    const list = rows(await browser.ask("GET", "/api/audit")).toReversed();
    const key = `key:${at(made, "data.key_id")}`;
    expect(list.map(({ who, what, outcome }) => [who, what, outcome])).toEqual([
      ["nobody", "logIn", "LOGIN_FAILED"],
      ["nobody", "logIn", "LOGIN_FAILED"],
      ["nobody", "logIn", "ok"],
      ["user:ada", "pausePortfolio", "ok"],
      ["user:ada", "createKey", "STEP_UP_REQUIRED"],
      ["user:ada", "stepUp", "ok"],
      ["user:ada", "createKey", "ok"],
      [key, "key_used", "ok"],
      [key, "listKeys", "ACTION_NOT_ALLOWED"],
      ["user:ada", "engageKill", "ok"],
    ]);
    expect(list.slice(0, 3).map(({ details }) => details)).toEqual(['{"user":"ada"}', "{}", '{"user":"ada"}']);
    expect(list[3]).toMatchObject({ from: "127.0.0.1", details: '{"portfolio_id":"alpha","reason":"too wild"}' });
    expect(list[4]?.["request_id"]).toBe(refused.headers["x-request-id"]);
    for (const canary of ["canary", PASSWORD, secret, browser.cookie.slice(9)]) expect(JSON.stringify(list)).not.toContain(canary);
    expect(rows(await browser.ask("GET", "/api/audit?what=createKey&outcome=ok&who=user:ada"))).toHaveLength(1);
    const first = await browser.ask("GET", "/api/audit?limit=2");
    const second = await browser.ask("GET", `/api/audit?limit=2&cursor=${at(first, "next_cursor")}`);
    expect([...rows(first), ...rows(second)].map(({ audit_id }) => audit_id)).toEqual([10, 9, 8, 7]);
  });

  test("[SEC-24] a key sees what was about its account, a person everything", async () => {
    const stage = await Stage.open();
    const { headers } = await stage.key(["admin"]);
    await stage.ask("/api/session/ticket", { method: "POST", headers });
    const seen = rows(await stage.ask("/api/audit", { headers }));
    expect(seen.every(({ account_id }) => account_id === "main")).toBe(true);
    expect(rows(await stage.ask("/api/audit")).length).toBeGreaterThan(seen.length);
  });

  test("[SEC-24] lines are only added: changing or deleting one is refused, and found where it was done around us", async () => {
    const stage = await Stage.open();
    const { audit } = stage.listening.app.services;
    for (let i = 0; i < 5; i++) await stage.post("/api/portfolios/alpha/pause", { reason: `n${i}` });
    expect(audit.firstBroken()).toBeUndefined();
    const { database } = stage.store;
    expect(() => database.exec("DELETE FROM audit WHERE audit_id = 2")).toThrow("the audit is kept");
    expect(() => database.exec("UPDATE audit SET who = 'x' WHERE audit_id = 2")).toThrow("the audit stays");
    database.exec("DROP TRIGGER audit_stays; DROP TRIGGER audit_keep");
    database.exec("UPDATE audit SET who = 'somebody else' WHERE audit_id = 3");
    expect(audit.firstBroken()).toBe(3);
    database.exec("UPDATE audit SET who = 'local' WHERE audit_id = 3");
    expect(audit.firstBroken()).toBeUndefined();
    database.exec("DELETE FROM audit WHERE audit_id = 4");
    expect(audit.firstBroken()).toBe(4);
  });

  test("[SEC-24] denials that repeat are counted, many kinds at once are bounded", async () => {
    let now = Date.now();
    const stage = await Stage.open({ now: () => now });
    const ask = (path: string) => stage.ask(path, { headers: { Authorization: "Bearer no" } });
    for (let i = 0; i < 50; i++) await ask("/api/pnl");
    now += 60_000;
    await ask("/api/pnl");
    expect(rows(await stage.ask("/api/audit?outcome=KEY_INVALID")).map(({ repeats }) => repeats)).toEqual([49, 0]);
    now += 60_000;
    for (let i = 0; i < 300; i++) await ask(`/api/x${i}`);
    expect(rows(await stage.ask("/api/audit?outcome=KEY_INVALID&limit=500"))).toHaveLength(122);
    now += 60_000;
    await ask("/api/y");
    expect(rows(await stage.ask("/api/audit?what=denials_not_listed"))).toMatchObject([{ details: '{"count":180}' }]);
  });

  test("[SEC-24] what a path or a reason holds stays one line of JSON", async () => {
    const stage = await Stage.open();
    await stage.post("/api/portfolios/alpha/pause", { reason: 'quote " and \\ and ü' });
    await stage.ask(`/api/%0d%0aX: y`, { headers: { Authorization: "Bearer no" } });
    const details = rows(await stage.ask("/api/audit"));
    expect(JSON.parse(String(details.find(({ what }) => what === "pausePortfolio")?.["details"]))).toMatchObject({
      reason: 'quote " and \\ and ü',
    });
    const csv = (await stage.ask("/api/audit?format=csv")).text.trim().split("\r\n");
    expect(csv).toHaveLength(details.length + 1);
  });
});
