import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loginStage, PASSWORD } from "../http/people.ts";
import { Stage } from "../http/stage.ts";
import { type BrowserContext, noBrowser, openBrowser, type Page, skipNote } from "./launch.ts";

const SCRIPT = readFileSync(new URL("fixtures/attacks.js", import.meta.url), "utf8");
const NAMES = [...SCRIPT.matchAll(/^ {2}"([^"]+)": /gm)].map(([, name = ""]) => name);
const REBOUND = "rebound.example";

let opened: Awaited<ReturnType<typeof openBrowser>>;
let attacker: Server;
/** What a server that takes everything is made to do: shows that an attack would work where nothing stands against it. */
let naive: Server;
const naiveHits: string[] = [];

beforeAll(async () => {
  if (noBrowser !== null) return;
  // A name that an attacker's name server has pointed at this machine (DNS rebinding).
  opened = await openBrowser([`--host-resolver-rules=MAP ${REBOUND} 127.0.0.1`]);
  attacker = await serve((request, response) => {
    const url = new URL(request.url ?? "/", "http://attacker");
    if (url.pathname === "/redirect") response.writeHead(307, { Location: url.searchParams.get("to") ?? "/" }).end();
    else if (url.pathname === "/attacks.js") response.writeHead(200, { "Content-Type": "text/javascript" }).end(SCRIPT);
    else response.writeHead(200, { "Content-Type": "text/html" }).end('<!doctype html><body><script src="/attacks.js"></script></body>');
  });
  naive = await serve(answerNaively);
});
afterAll(async () => {
  if (noBrowser !== null) return;
  await opened.close();
  for (const server of [attacker, naive]) {
    server.closeAllConnections();
    server.close();
  }
});

function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  const server = createServer(answer);
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}
const portOf = (server: Server): number => (server.address() as AddressInfo).port;

function answerNaively(request: IncomingMessage, response: ServerResponse): void {
  const { method = "GET", url = "/", headers } = request;
  response.setHeader("Access-Control-Allow-Origin", headers.origin ?? "*");
  response.setHeader("Access-Control-Allow-Credentials", "true");
  response.setHeader("Access-Control-Allow-Headers", "content-type, idempotency-key, x-bulkhead-client");
  response.setHeader("Access-Control-Allow-Methods", "GET, POST, PUT, PATCH, DELETE");
  if (method !== "OPTIONS") naiveHits.push(`${method} ${url}`);
  if (url.startsWith("/api/events")) response.writeHead(200, { "Content-Type": "text/event-stream" }).end("data: secret\n\n");
  else response.writeHead(200, { "Content-Type": "application/json" }).end('{"secret":1}');
}

/** A page of another site, by each of the names that it can have on this machine. */
async function attackPage(context: BrowserContext, host: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`http://${host}:${portOf(attacker)}/`);
  return page;
}

const attack = (page: Page, name: string, target: string): Promise<string> =>
  page.evaluate(`attacks[${JSON.stringify(name)}](${JSON.stringify(target)})`) as Promise<string>;

/** All that an attack could change. */
const stateOf = ({ account, store, listening }: Stage): string =>
  JSON.stringify([
    account.records.length,
    store.keys(),
    listening.app.services.users.list(),
    listening.app.services.sessions.list().map(({ sessionId }) => sessionId),
    listening.sockets.size,
  ]);

/** Runs every attack from both names of this machine and from the rebound one; the desk must be as it was, and nothing be read. */
async function attackAll(stage: Stage, context: BrowserContext): Promise<number> {
  const { port } = stage.listening;
  let tried = 0;
  for (const host of ["127.0.0.1", "localhost", REBOUND]) {
    const page = await attackPage(context, host);
    for (const target of [`http://127.0.0.1:${port}`, ...(host === REBOUND ? [`http://${REBOUND}:${port}`] : [])]) {
      for (const name of NAMES) {
        const before = stateOf(stage);
        const told = await attack(page, name, target);
        expect([host, target, name, told]).toEqual([host, target, name, ""]);
        expect([host, target, name, stateOf(stage)]).toEqual([host, target, name, before]);
        tried += 1;
      }
    }
    await page.close();
  }
  return tried;
}

describe.skipIf(noBrowser !== null)(`pages of other sites in a real browser${skipNote}`, () => {
  test("[SEC-28] the attacks work where nothing stands against them", { timeout: 300_000 }, async () => {
    const context = await opened.browser.newContext();
    const page = await attackPage(context, "127.0.0.1");
    const target = `http://127.0.0.1:${portOf(naive)}`;
    expect(NAMES.length).toBeGreaterThanOrEqual(12);
    const idle: string[] = [];
    const reads: string[] = [];
    for (const name of NAMES) {
      naiveHits.length = 0;
      const told = await attack(page, name, target);
      if (naiveHits.length === 0) idle.push(name);
      if (told.includes("secret")) reads.push(name);
    }
    // A worker of another origin never leaves: the browser itself refuses.
    expect(idle).toEqual(["a worker of its script"]);
    expect(reads).toEqual(
      expect.arrayContaining([
        "fetch of JSON",
        "fetch with the desk's own header, preflight abuse",
        "reading with cookies",
        "a stream of events",
      ]),
    );
    await context.close();
  });

  test("[SEC-28, SEC-2] Z49: where nobody needs to log in: nothing changes, nothing is read (W1 to W7)", { timeout: 600_000 }, async () => {
    const stage = await Stage.open();
    const context = await opened.browser.newContext();
    expect(await attackAll(stage, context)).toBeGreaterThanOrEqual(4 * 12);
    const denied = stage.listening.app.services.audit.page({ before: undefined, limit: 500 }).map(({ outcome }) => outcome);
    expect(denied).toEqual(expect.arrayContaining(["ORIGIN_NOT_ALLOWED"]));
    await context.close();
  });

  test("[SEC-28, SEC-30, SEC-15] where somebody logged in with the form: their cookie is of no use to others", {
    timeout: 600_000,
  }, async () => {
    const { stage } = await loginStage();
    const { port } = stage.listening;
    const context = await opened.browser.newContext();
    const page = await context.newPage();
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    await page.goto(`http://127.0.0.1:${port}/`);
    expect(page.url()).toBe(`http://127.0.0.1:${port}/login`);
    await page.fill("#user", "ada");
    await page.fill("#password", "not the password at all");
    await page.click("button");
    await page.getByText("do not fit").waitFor();
    await page.fill("#password", PASSWORD);
    await page.click("button");
    await page.waitForURL(`http://127.0.0.1:${port}/`);
    expect(await page.textContent("h1")).toBe("Bulkhead");
    const cookies = await context.cookies();
    expect(cookies).toMatchObject([
      { name: "bulkhead", httpOnly: true, sameSite: "Strict", secure: false, domain: "127.0.0.1", path: "/" },
    ]);
    expect(await page.evaluate("document.cookie")).toBe("");
    expect(said.filter((text) => /Content.Security|Trusted/i.test(text))).toEqual([]);
    await page.close();
    expect(await attackAll(stage, context)).toBeGreaterThanOrEqual(4 * 12);
    const again = await context.newPage();
    await again.goto(`http://127.0.0.1:${port}/`);
    expect(again.url()).toBe(`http://127.0.0.1:${port}/`);
    await context.close();
  });

  test("[SEC-28, SEC-1] Z48: a page under a rebound name gets 421 and none of our text", { timeout: 120_000 }, async () => {
    const stage = await Stage.open();
    const context = await opened.browser.newContext();
    const page = await context.newPage();
    const answer = await page.goto(`http://${REBOUND}:${stage.listening.port}/`);
    expect([answer?.status(), (await page.textContent("body"))?.includes("alpha")]).toEqual([421, false]);
    await context.close();
  });

  test("[SEC-28] what is there and what is not look the same to them", { timeout: 120_000 }, async () => {
    const stage = await Stage.open();
    const context = await opened.browser.newContext();
    for (const host of ["127.0.0.1", "localhost"]) {
      const page = await attackPage(context, host);
      const told = (await page.evaluate(`oracle("http://127.0.0.1:${stage.listening.port}")`)) as string[];
      expect([host, new Set(told).size, told]).toEqual([host, 1, told]);
    }
    await context.close();
  });
});
