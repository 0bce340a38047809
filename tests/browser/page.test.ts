import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loginStage, PASSWORD } from "../http/people.ts";
import { Stage } from "../http/stage.ts";
import { noBrowser, openBrowser, skipNote } from "./launch.ts";
import { PAYLOADS } from "./payloads.ts";

const pem = (name: string): string => readFileSync(new URL(`../http/fixtures/${name}.pem`, import.meta.url), "utf8");
let opened: Awaited<ReturnType<typeof openBrowser>>;

beforeAll(async () => {
  if (noBrowser === null) opened = await openBrowser();
});
afterAll(async () => {
  if (noBrowser === null) await opened.close();
});

describe.skipIf(noBrowser !== null)(`the plain page in a real browser${skipNote}`, () => {
  test("[SEC-10] more than 200 payloads as names and reasons are text: nothing runs, nothing is loaded (W5)", {
    timeout: 300_000,
  }, async () => {
    expect(PAYLOADS.length).toBeGreaterThanOrEqual(200);
    const stage = await Stage.open();
    const context = await opened.browser.newContext();
    const page = await context.newPage();
    const ran: string[] = [];
    page.on("dialog", (dialog) => {
      ran.push(dialog.message());
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (!request.url().startsWith(stage.listening.url)) ran.push(request.url());
    });
    page.on("pageerror", (error) => ran.push(String(error)));
    const order = { portfolio_id: "beta", instrument: "LONG", side: "buy", quantity: "9000", allow_duplicate: true };
    for (let from = 0; from < PAYLOADS.length; from += 20) {
      const batch = PAYLOADS.slice(from, from + 20);
      stage.account.readiness = { ready: false, reasons: batch };
      for (const reason of batch) await stage.post("/api/orders", { ...order, reason });
      for (const name of batch.slice(0, 2)) {
        await stage.ask("/api/portfolios/alpha", { method: "PATCH", body: { name } });
        await page.goto(stage.listening.url);
        expect(await page.textContent("body")).toContain(name);
      }
      const body = (await page.textContent("body")) ?? "";
      for (const text of batch) expect([text, body.includes(text)]).toEqual([text, true]);
      expect(await page.locator("script, iframe, img, svg, form, object, embed, base, video, audio, input").count()).toBe(0);
    }
    expect(ran).toEqual([]);
    expect(await page.evaluate("typeof top.hit")).toBe("undefined");
    await context.close();
  });

  test("[SEC-14, SEC-30] by TLS the log-in's cookie is __Host- and Secure, and the browser keeps it", { timeout: 120_000 }, async () => {
    const { stage } = await loginStage({ listen: { tls: { cert: pem("tls-cert"), key: pem("tls-key") } } });
    const context = await opened.browser.newContext({ ignoreHTTPSErrors: true });
    const page = await context.newPage();
    await page.goto(`https://localhost:${stage.listening.port}/`);
    await page.fill("#user", "ada");
    await page.fill("#password", PASSWORD);
    await page.click("button");
    await page.waitForURL(`https://localhost:${stage.listening.port}/`);
    expect(await page.textContent("h1")).toBe("Bulkhead");
    expect(await context.cookies()).toMatchObject([
      { name: "__Host-bulkhead", httpOnly: true, sameSite: "Strict", secure: true, domain: "localhost", path: "/" },
    ]);
    const told = (await page.evaluate(
      `fetch("/api/session/ticket", { method: "POST", headers: { "Content-Type": "application/json", "X-Bulkhead-Client": "page" }, body: "{}" })
        .then((answer) => answer.json())
        .then(({ data }) => new Promise((done) => {
          const socket = new WebSocket("wss://" + location.host + "/ws?ticket=" + data.ticket);
          socket.onopen = () => socket.send('{"action":"ping"}');
          socket.onmessage = (event) => done(event.data);
          socket.onerror = () => done("refused");
        }))`,
    )) as string;
    expect(JSON.parse(told)).toMatchObject({ type: "pong" });
    await context.close();
  });
});
