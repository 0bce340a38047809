import { describe, expect, test } from "vitest";
import { Browser, loginStage, PASSWORD } from "./people.ts";
import { operationsOf } from "./sample.ts";
import { type Answer, at, Stage } from "./stage.ts";

const ACTIONS = ["read", "trade", "cancel", "kill", "admin"] as const;
const DAY_MS = 86_400_000;
type Headers = Readonly<Record<string, string>>;

/** Whether an answer says that the caller may not, by who they are. */
const isRefused = ({ status, body }: Pick<Answer, "status" | "body">): boolean =>
  status === 403 || (status === 401 && ["KEY_INVALID", "LOGIN_REQUIRED"].includes(String(at({ body }, "code"))));

describe("the matrix of every route of the router", () => {
  test("[SEC-5, SEC-6] × every kind of key: what its actions and portfolios say and nothing else, on this account", async () => {
    let now = Date.now();
    const stage = await Stage.open({ now: () => now });
    await stage.post("/api/orders", { portfolio_id: "alpha", instrument: "LONG", side: "buy", quantity: "50" });
    const expired = await stage.key([...ACTIONS], "*", { expires_in_days: 1 });
    now += DAY_MS + 1;
    const revoked = await stage.key([...ACTIONS]);
    await stage.ask(`/api/keys/${revoked.id}`, { method: "DELETE" });
    const elsewhere = await stage.key([...ACTIONS], "*", { addresses: ["203.0.113.0/24"] });
    const keys = new Map<string, Headers>();
    for (const action of ACTIONS) {
      keys.set(`${action}(*)`, (await stage.key([action])).headers);
      keys.set(`${action}(beta)`, (await stage.key([action], ["beta"])).headers);
    }
    const { operations } = operationsOf(stage.listening.app.document());
    const tally = { checked: 0, refused: 0, foreign: 0 };
    for (const { operationId, method, path, action, sample } of operations) {
      const asked = { method, ...(sample.body === undefined ? {} : { body: sample.body }) };
      for (const { headers } of [expired, revoked, elsewhere]) {
        expect([operationId, (await stage.ask(sample.path, { ...asked, headers })).status]).toEqual([operationId, 401]);
        tally.checked += 1;
      }
      for (const [name, headers] of keys) {
        const answer = await stage.ask(sample.path, { ...asked, headers });
        const [own = ""] = name.split("(");
        const isForeign = name.endsWith("(beta)") && /\{(portfolio_id|order_id)\}/.test(path);
        const isForeignInside = name.endsWith("(beta)") && at({ body: sample.body }, "portfolio_id") === "alpha";
        const told = [operationId, name, answer.status, at(answer, "code")];
        expect([...told, answer.status < 500 || answer.status === 503]).toEqual([...told, true]);
        if (action === "open") expect([...told, isRefused(answer)]).toEqual([...told, false]);
        else if (own !== action) {
          expect([operationId, name, answer.status]).toEqual([operationId, name, 403]);
          tally.refused += 1;
        } else if (isForeign) {
          expect([operationId, name, answer.status]).toEqual([operationId, name, 404]);
          tally.foreign += 1;
        } else if (isForeignInside) {
          // What is about the whole account is told as such.
          expect([...told, [403, 404].includes(answer.status)]).toEqual([...told, true]);
          tally.foreign += 1;
        } else if (name.endsWith("(*)")) expect([...told, isRefused(answer)]).toEqual([...told, false]);
        tally.checked += 1;
      }
    }
    expect(tally.checked).toBe(stage.listening.app.definitions.length * (keys.size + 3));
    expect(tally.foreign).toBeGreaterThan(10);
    expect(tally.refused).toBeGreaterThan(200);
  });

  test("[SEC-11] × nobody, somebody who logged in, and sessions that ended, idled or are too old", async () => {
    let now = Date.now();
    const { stage } = await loginStage({ now: () => now });
    const nobody = new Browser(stage);
    const somebody = async (): Promise<Browser> => {
      const browser = new Browser(stage);
      expect((await browser.logIn()).status).toBe(200);
      return browser;
    };
    const idle = await somebody();
    now += 30 * 60_000;
    const ended = await somebody();
    const cookie = ended.cookie;
    await ended.ask("DELETE", "/api/session");
    const after = new Browser(stage);
    after.cookie = cookie;
    const one = await somebody();
    const forged = new Browser(stage);
    forged.cookie = `bulkhead=${"A".repeat(43)}`;
    const { operations } = operationsOf(stage.listening.app.document());
    const unsafe = ["endSession", "endSessions", "logOut", "logIn", "setUp", "changePassword"];
    for (const { operationId, method, action, sample } of operations) {
      for (const [who, browser] of Object.entries({ nobody, idle, after, forged })) {
        const answer = await browser.ask(method, sample.path, sample.body);
        const isOpen = action === "open";
        expect([operationId, who, answer.status === 401 && at(answer, "code") === "LOGIN_REQUIRED"]).toEqual([operationId, who, !isOpen]);
      }
      if (unsafe.includes(operationId)) continue;
      const { stepUp } = stage.listening.app.definitions.find((each) => each.operationId === operationId) ?? {};
      const before = await one.ask(method, sample.path, sample.body);
      const code = at(before, "code");
      expect([operationId, code === "STEP_UP_REQUIRED"]).toEqual([operationId, stepUp === true]);
      if (stepUp !== true) expect([operationId, isRefused(before)]).toEqual([operationId, false]);
    }
    await one.ask("POST", "/api/session/step-up", { password: PASSWORD });
    for (const { operationId, method, sample } of operations) {
      if (unsafe.includes(operationId)) continue;
      const answer = await one.ask(method, sample.path, sample.body);
      expect([operationId, isRefused(answer), at(answer, "code")]).toEqual([operationId, false, at(answer, "code")]);
    }
  });

  test("[SEC-2] C11: no GET changes anything, neither the books nor who may come in", async () => {
    const stage = await Stage.open();
    const { users, sessions } = stage.listening.app.services;
    const state = (): string => JSON.stringify([stage.account.records.length, stage.store.keys(), users.list(), sessions.list()]);
    const before = state();
    for (const { operationId, method, sample } of operationsOf(stage.listening.app.document()).operations) {
      if (method !== "GET") continue;
      await stage.ask(sample.path);
      expect([operationId, state()]).toEqual([operationId, before]);
    }
  });

  test("[SEC-5] every route has a demand that there is, and only those that must be are open", async () => {
    const stage = await Stage.open();
    const { definitions } = stage.listening.app;
    for (const { operationId, action } of definitions)
      expect([operationId, [...ACTIONS, "open", "person"].includes(action)]).toEqual([operationId, true]);
    expect(
      definitions
        .filter(({ action }) => action === "open")
        .map(({ operationId }) => operationId)
        .toSorted(),
    ).toEqual(["health", "logIn", "openapi", "ready", "session", "setUp"]);
  });
});
