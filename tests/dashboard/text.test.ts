import { afterAll, describe, expect, test } from "vitest";
import type { Page } from "../browser/launch.ts";
import { PAYLOADS as ALL } from "../browser/payloads.ts";
import { runs, seed } from "../count.ts";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);
const timeout = 120_000;

/** All of them, or a quarter that the seed chooses. */
const PAYLOADS = runs(100) === 100 ? ALL : ALL.filter((_, index) => index % 4 === seed() % 4);

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
    const look = async (path: string, seen: readonly string[]): Promise<void> => {
      await page.goto(`${theatre.url}${path}`);
      const missing = async (): Promise<readonly (string | number)[]> => {
        const text = plain(await page.evaluate<string>(ALL_TEXT));
        const unseen = seen.filter((each) => !text.includes(plain(each)));
        return unseen.length === 0 ? [] : [path, unseen.length, ...unseen.slice(0, 3)];
      };
      await expect.poll(missing, { timeout: 15_000 }).toEqual([]);
      expect([path, await page.evaluate(FOREIGN)]).toEqual([path, []]);
      expect([path, await page.evaluate("[typeof top.hit, window.violations ?? []]")]).toEqual([path, ["undefined", []]]);
    };
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
});

/** Everything that can be read, heard or hovered. */
const ALL_TEXT = `[document.body.textContent, ...[...document.querySelectorAll("[title],[aria-label]")].map((each) => (each.title + " " + (each.ariaLabel ?? "")))].join(" ")`;
