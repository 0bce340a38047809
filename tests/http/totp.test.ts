import { Secret } from "@bulkhead/server";
import { expect, test } from "vitest";
import { Browser, loginStage, PASSWORD } from "./people.ts";
import { at } from "./stage.ts";
import { totpCode } from "./totp-code.ts";

test("[SEC-18, SEC-17] an authenticator counts once it has shown a code; then log-ins and fresh proofs want one, each once", async () => {
  let now = 1_800_000_000_000;
  const { stage, browser } = await loginStage({ now: () => now });
  await browser.logIn();
  expect((await browser.ask("POST", "/api/session/totp", {})).status).toBe(403);
  await browser.ask("POST", "/api/session/step-up", { password: PASSWORD });
  const offer = await browser.ask("POST", "/api/session/totp", {});
  const key = String(at(offer, "data.key"));
  expect(String(at(offer, "data.address"))).toContain(`secret=${key}`);
  const code = (steps = 0): string => totpCode(key, Math.floor(now / 30_000) + steps);
  // Not confirmed: it does not count yet.
  const other = new Browser(stage);
  expect((await other.logIn()).status).toBe(200);
  expect((await browser.ask("POST", "/api/session/totp/confirm", { code: "000000" })).status).toBe(401);
  expect((await browser.ask("POST", "/api/session/totp/confirm", { code: code() })).status).toBe(200);
  expect(at(await other.logIn(), "code")).toBe("CODE_REQUIRED");
  // The code that confirmed is used up.
  expect(at(await other.logIn("ada", PASSWORD, { code: code() }), "code")).toBe("LOGIN_FAILED");
  now += 30_000;
  expect((await other.logIn("ada", PASSWORD, { code: code() })).status).toBe(200);
  expect((await new Browser(stage).logIn("ada", PASSWORD, { code: code() })).status).toBe(401);
  now += 5 * 60_000;
  const prove = async (proof: object): Promise<unknown> => (await other.ask("POST", "/api/session/step-up", proof)).status;
  expect(await prove({ password: PASSWORD })).toBe(401);
  expect(await prove({ code: code(-2) })).toBe(401);
  expect(await prove({ code: code() })).toBe(200);
  now += 30_000;
  expect(at(await other.ask("GET", "/api/session"), "data")).toMatchObject({ has_totp: true, step_up_needed: false });
  expect((await other.ask("DELETE", "/api/session/totp")).status).toBe(200);
  expect((await new Browser(stage).logIn()).status).toBe(200);
  const kept = JSON.stringify([
    stage.store.database.prepare("SELECT * FROM users").all(),
    stage.store.database.prepare("SELECT * FROM audit").all(),
  ]);
  expect(kept).not.toContain(key);
  expect(String(new Secret(key))).toBe("[redacted]");
});
