import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import type { Page } from "../browser/launch.ts";
import { PAYLOADS as ALL } from "../browser/payloads.ts";
import { runs, seed } from "../count.ts";
import { AtABroker } from "./at-a-broker.ts";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);
const timeout = 300_000;

/** All of them, or a quarter that the seed chooses. */
const PAYLOADS = runs(100) === 100 ? ALL : ALL.filter((_, index) => index % 10 === seed() % 10);

/** A portfolio for each payload: its name and what it is about. */
const HOSTILE = `[account]
starting_cash = "1000000"

${PAYLOADS.map((text, index) => `[[portfolio]]\nid = "p${index}"\nname = ${JSON.stringify(text)}\ndescription = ${JSON.stringify(text)}\nstarting_cash = "100"\n`).join("\n")}`;

/** As the page holds it: runs of blanks are one, and none stand at the ends. */
const plain = (text: string): string => text.replaceAll(/\s+/g, " ").trim();

/** Whatever could not be text: what ran, what was loaded from elsewhere, what the policy had to stop. */
async function watched(page: Page, own: string): Promise<string[]> {
  const ran: string[] = [];
  page.on("dialog", (dialog) => {
    ran.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(own) && !request.url().startsWith("blob:")) ran.push(`request ${request.url()}`);
  });
  page.on("console", (message) => {
    if (/Content.Security|Trusted/i.test(message.text())) ran.push(message.text());
  });
  await page.addInitScript(
    `addEventListener("securitypolicyviolation", ({ violatedDirective }) => { (window.violations ??= []).push(violatedDirective); })`,
  );
  return ran;
}

/** Opens a screen, waits until all of the texts are on it, and proves that they are nothing else. */
function looking(page: Page, url: string): (path: string, seen: readonly string[]) => Promise<void> {
  return async (path, seen) => {
    await page.goto(`${url}${path}`);
    const missing = async (): Promise<readonly (string | number)[]> => {
      const text = plain(await page.evaluate<string>(ALL_TEXT));
      const unseen = seen.filter((each) => !text.includes(plain(each)));
      return unseen.length === 0 ? [] : [path, unseen.length, ...unseen.slice(0, 3)];
    };
    await expect.poll(missing, { timeout: 60_000 }).toEqual([]);
    expect([path, await page.evaluate(FOREIGN)]).toEqual([path, []]);
    expect([path, await page.evaluate("[typeof top.hit, window.violations ?? []]")]).toEqual([path, ["undefined", []]]);
  };
}

/** Elements that no part of the dashboard makes, and attributes that it never sets. */
const FOREIGN = `[...document.querySelectorAll("*")].filter((each) =>
  each.matches("iframe,object,embed,base,video,audio,marquee,math,template,link[href^='data:'],meta[http-equiv],[srcdoc],[autofocus]") ||
  (each.matches("script") && !each.src.startsWith(location.origin)) ||
  (each.matches("img") && !each.src.startsWith(location.origin)) ||
  (each.matches("a,form,button") && /^(javascript|data):/i.test(each.getAttribute("href") ?? each.getAttribute("action") ?? each.getAttribute("formaction") ?? "")) ||
  each.getAttributeNames().some((name) => name.startsWith("on"))
).map((each) => each.outerHTML.slice(0, 200))`;

describe.skipIf(noTheatre !== null)(`what anybody wrote${theatreNote}`, () => {
  test("[DASH-20, SEC-10] more than 200 payloads are text on every screen: nothing runs, nothing is loaded, nothing is stopped by the policy", {
    timeout,
  }, async () => {
    expect(ALL.length).toBeGreaterThanOrEqual(200);
    const theatre = await Theatre.open({ toml: HOSTILE, hours: 0.02 });
    // As high as all of it, so that all of it is drawn.
    const page = await theatre.page("/login", { height: 14_000 });
    const ran = await watched(page, theatre.url);
    const look = looking(page, theatre.url);
    const change = async (path: string, body: object): Promise<void> => {
      const { status, body: told } = await theatre.ask(path, body);
      if (status >= 500 || status === 400) throw new Error(`${path}: ${status} ${JSON.stringify(told)}`);
    };
    for (const [index, reason] of PAYLOADS.slice(0, 12).entries()) {
      await change("/api/orders", { portfolio_id: `p${index}`, instrument: "ACME", side: "buy", quantity: "9000", reason });
      await change("/api/kill", { portfolio_id: `p${index}`, level: "pause", reason });
    }
    for (const [index, reason] of PAYLOADS.entries()) {
      await change(`/api/portfolios/p${index}/pause`, { reason });
      await change(`/api/portfolios/p${index}/transfer`, { to_portfolio_id: `p${(index + 1) % PAYLOADS.length}`, amount: "1", reason });
    }
    // Names in the table, in what they are called by for a screen reader, and in the titles of their states.
    await look("/", [...PAYLOADS, ...PAYLOADS.slice(0, 12).map((reason) => `p0. ${reason}`.slice(4))]);
    await look("/?order=", PAYLOADS);
    await look("/?kill=*", PAYLOADS);
    await look("/settings", PAYLOADS);
    await look(
      "/settings?tab=keys",
      PAYLOADS.slice(0, 12).map((name) => name.slice(0, 60)),
    );
    await look("/settings?tab=config", []);
    await look("/settings?tab=alarms", []);
    await look("/capital", []);
    // The newest of them: older ones come with the next page.
    await look("/capital?tab=transfers", PAYLOADS.slice(-90));
    await look("/strategies", []);
    await look("/activity", PAYLOADS.slice(-90));
    await look("/p/p7", [PAYLOADS[7] ?? ""]);
    await look("/p/p7?tab=receipts", []);
    await look("/p/p7?tab=transfers", [PAYLOADS[7] ?? ""]);
    await look("/?why=p7", [PAYLOADS[7] ?? ""]);
    await look("/?explain=p7/equity", []);
    expect(ran).toEqual([]);
  });

  test("[DASH-20, SEC-10] what a broker says is text: symbols, references of others' orders, rules, errors, why it is lost", {
    timeout,
  }, async () => {
    const symbols = PAYLOADS.slice(0, 8);
    const stage = await AtABroker.open((broker) => {
      const [instrument] = [...broker.instruments.values()];
      const asset = instrument === undefined ? undefined : broker.assets.get(instrument.base);
      if (instrument === undefined || asset === undefined) throw new Error("no instrument");
      for (const [index, symbol] of symbols.entries()) {
        const id = `EVIL${index}@DEMO` as typeof instrument.id;
        const base = `EVIL${index}@DEMO` as typeof instrument.base;
        broker.assets.set(base, { ...asset, id: base });
        broker.instruments.set(id, { ...instrument, id, symbol, base });
        broker.trade(id, 1, 10);
      }
    });
    for (const reference of PAYLOADS) stage.placeElsewhere("ACME@DEMO", reference);
    await stage.pass(65_000);
    const page = await stage.theatre.page("/login", { height: 14_000 });
    const ran = await watched(page, stage.theatre.url);
    const look = looking(page, stage.theatre.url);
    const taken = (await stage.theatre.rows("/api/instruments?limit=500")).map(({ symbol }) => String(symbol));
    const shown = symbols.filter((symbol) => taken.includes(symbol));
    await look("/positions", shown);
    await look("/reconcile?tab=nobodys", shown);
    await look("/?order=momentum", shown);
    await look("/reconcile?tab=orders", PAYLOADS);
    // Whose program it was, of what it traded; and rules that people made of such names.
    const traded = PAYLOADS.slice(0, 20);
    for (const reference of traded) stage.broker.trade("ACME@DEMO", 1, 10, { reference, client: "3" });
    await stage.pass(3_000);
    await look("/reconcile", traded);
    const ruled: string[] = [];
    for (const reference of PAYLOADS) {
      const { status } = await stage.theatre.ask("/api/attribution-rules", { portfolio_id: "steady", reference, reason: reference });
      expect([reference, status < 500]).toEqual([reference, true]);
      if (status === 201) ruled.push(reference);
    }
    expect(ruled.length).toBeGreaterThan(0);
    await look("/reconcile?tab=rules", ruled);
    const errors = PAYLOADS.slice(8, 14);
    for (const error of errors) {
      stage.venue.faults.refuse = error;
      await stage.theatre.ask("/api/orders", {
        portfolio_id: "momentum",
        instrument: "ACME@DEMO",
        side: "buy",
        quantity: "1",
        allow_duplicate: true,
      });
      await stage.pass(2_000);
    }
    await look("/activity?q=rejected", errors); // Rules of so many references say much between them.
    const lost = PAYLOADS[14] ?? "";
    stage.venue.lose(lost);
    await stage.pass(2_000);
    await look("/reconcile", [lost]);
    expect(ran).toEqual([]);
  });

  test("[DASH-20, SEC-10] what a strategy and its news say is text: lines of the log, reasons of orders and trades", {
    timeout,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-text-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const news = PAYLOADS.slice(0, 50).filter((text) => !text.includes("\n"));
    const why = PAYLOADS[15] ?? "";
    writeFileSync(
      join(folder, "talks.ts"),
      `import { enter, size, strategy } from "bulkhead";
export default strategy({
  name: "talks",
  state: { version: 1, initial: { said: 0 } },
  onBar({ state, log, position, waiting }) {
    if (state.said === 0) for (const each of ${JSON.stringify(news)}) log(each);
    state.said += 1;
    return position === undefined && !waiting ? enter.long({ size: size.units(1), why: ${JSON.stringify(why)} }) : undefined;
  },
});
`,
    );
    const toml = `[account]\nstarting_cash = "100000"\n[[portfolio]]\nid = "mine"\nstarting_cash = "50000"\nsymbols = ["ACME"]\nstrategy = "./talks.ts"\n`;
    writeFileSync(join(folder, "bulkhead.toml"), toml);
    const theatre = await Theatre.open({ hours: 0.1, serving: { config: join(folder, "bulkhead.toml"), workingFolder: folder } });
    const page = await theatre.page("/login", { height: 6_000 });
    const ran = await watched(page, theatre.url);
    const look = looking(page, theatre.url);
    await look("/activity", news);
    await look("/trades?tab=receipts", []);
    await look("/?why=mine", [why]);
    const [trade] = await theatre.rows("/api/trades?portfolio_id=mine");
    await look(`/trades/${String(trade?.["trade_id"])}`, [why]);
    await look("/p/mine?tab=strategy", []);
    expect(ran).toEqual([]);
  });
});

/** Everything that can be read, heard or hovered. */
const ALL_TEXT = `[document.body.textContent, ...[...document.querySelectorAll("[title],[aria-label]")].map((each) => (each.title + " " + (each.ariaLabel ?? "")))].join(" ")`;
