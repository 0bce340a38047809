import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import type { Page } from "../browser/launch.ts";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);
const timeout = 300_000;
/** As long as a busy machine takes. */
const soon = { timeout: 60_000 };
const number = (text: string): number => Number(text.replaceAll("\u2212", "-").replace(/[^\d.-]/g, ""));

/** The cells of a column of the first table, without what stands under each figure. */
async function column(page: Page, name: string): Promise<readonly string[]> {
  const table = page.getByRole("table").first();
  const heads = (await table.locator("thead th").allInnerTexts()).map((text) => text.replace(/[↑↓]/g, "").trim());
  return table.locator(`tbody tr td:nth-child(${heads.indexOf(name) + 1})`).allInnerTexts();
}

describe.skipIf(noTheatre !== null)(`what can be done${theatreNote}`, () => {
  test("[DASH-47] a table is sorted by any of its columns, both ways and back", { timeout }, async () => {
    const theatre = await Theatre.open({ hours: 0.5 });
    const page = await theatre.page();
    await page.getByText("Steady Hands").first().waitFor();
    const names = await column(page, "Portfolio");
    const head = page.getByRole("table").first().getByRole("button", { name: "Equity", exact: true });
    await head.click();
    const down = (await column(page, "Equity")).map(number);
    expect(down).toEqual([...down].sort((a, b) => b - a));
    await head.click();
    expect((await column(page, "Equity")).map(number)).toEqual([...down].reverse());
    await head.click();
    expect(await column(page, "Portfolio")).toEqual(names);
  });

  test("[DASH-47, DASH-41] a stretch marked on the equity narrows the page; flows, another scale and a comparison are drawn", {
    timeout,
  }, async () => {
    const theatre = await Theatre.open();
    await theatre.ask("/api/portfolios/steady/transfer", { to_portfolio_id: "trend", amount: "500", reason: "more" });
    const page = await theatre.page("/p/trend?tab=trades");
    const chart = page.getByRole("figure", { name: "Equity" });
    await chart.locator("canvas").waitFor();
    await page.getByRole("table").first().locator("tbody tr").first().waitFor();
    const all = await page.getByRole("table").first().locator("tbody tr").count();
    const box = await chart.locator(".u-over").boundingBox();
    if (box === null) throw new Error("no chart");
    await page.mouse.move(box.x + box.width * 0.02, box.y + 50);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.1, box.y + 50, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => new URL(page.url()).searchParams.get("range"), soon).toMatch(/^\d+\.\.\d+$/);
    await expect.poll(() => page.getByRole("table").first().locator("tbody tr").count(), soon).toBeLessThan(all);
    await page.getByRole("button", { name: "All", exact: true }).click();
    await expect.poll(() => page.getByRole("table").first().locator("tbody tr").count(), soon).toBe(all);
    await page.getByRole("button", { name: "Log", exact: true }).click();
    await page.getByLabel("Compare with the same money in").selectOption("ACME@DEMO");
    expect(new URL(page.url()).search).toContain("scale=log");
    expect(new URL(page.url()).search).toContain("benchmark=ACME");
    await chart.locator(".u-over").hover();
    // Both lines are said under the pointer.
    await expect.poll(async () => (await chart.innerText()).split("·").length, soon).toBe(2);
  });

  test("[DASH-48] the exits of a position are set and taken away; positions stand by asset too, adding up to the account's", {
    timeout,
  }, async () => {
    const theatre = await Theatre.open({ hours: 0.5 });
    const page = await theatre.page("/p/steady");
    const [position] = await theatre.rows("/api/positions?portfolio_id=steady");
    const mark = Number(position?.["mark"]);
    await page.getByRole("button", { name: `Exits… of ${String(position?.["symbol"])}` }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Stop").fill((mark * 0.9).toFixed(2));
    await dialog.getByLabel("Target").fill((mark * 1.2).toFixed(2));
    await dialog.getByRole("button", { name: "Set the exits" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await theatre.rows("/api/protections?portfolio_id=steady")).toMatchObject([{ instrument: position?.["instrument"] }]);
    await page.getByRole("button", { name: `Exits… of ${String(position?.["symbol"])}` }).click();
    await dialog.getByLabel("Stop").fill("");
    await dialog.getByLabel("Target").fill("");
    await dialog.getByRole("button", { name: "Set the exits" }).click();
    await dialog.waitFor({ state: "detached" });
    expect(await theatre.rows("/api/protections?portfolio_id=steady")).toEqual([]);
    await page.goto(`${theatre.url}/positions?tab=asset`);
    await page.getByText("The account holds").first().waitFor();
    const held = (await column(page, "The account holds")).map(number);
    const rows = await theatre.rows("/api/positions?portfolio_id=*&limit=500");
    expect(held.reduce((sum, each) => sum + each, 0)).toBeCloseTo(
      rows.reduce((sum, row) => sum + Number(row["quantity"]), 0),
      4,
    );
  });

  test("[DASH-49] a trade opens from the wish to flat, on its prices, with how long each step took", { timeout }, async () => {
    const theatre = await Theatre.open({ hours: 0.5 });
    const page = await theatre.page("/trades");
    await page.getByRole("table").first().locator("tbody tr").first().getByRole("link").first().click();
    await page.getByRole("heading", { name: "What happened, step by step" }).waitFor();
    const steps = await page.getByRole("listitem").allInnerTexts();
    for (const step of [/^signal/, /^(allowed|reduced)/, /^order \d+/, /^fill/])
      expect(steps.filter((text) => step.test(text)).length).toBeGreaterThan(0);
    await page.getByRole("heading", { name: "How long it took" }).waitFor();
    await page.locator("canvas").first().waitFor();
  });

  test("[DASH-50] how much is said in units, cash, percent of equity or percent at risk, with a bracket, and the button says what comes of it", {
    timeout,
  }, async () => {
    const theatre = await Theatre.open({ hours: 0.5 });
    const page = await theatre.page("/?order=steady");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Instrument").selectOption("ACME@DEMO");
    const button = dialog.locator("button[type=submit]");
    const sized = async (how: string, amount: string): Promise<number> => {
      await dialog.getByLabel("Counted in").selectOption({ label: how });
      await dialog.getByLabel("How much").fill(amount);
      await expect.poll(() => button.innerText(), soon).toMatch(/^Buy [\d.,]+ ACME for Steady Hands \(paper\)$/);
      return number((await button.innerText()).split(" ")[1] ?? "");
    };
    const quote = number(String((await theatre.rows("/api/bars?instrument=ACME&limit=1")).at(-1)?.["close"]));
    const { equity } = (await theatre.rows("/api/portfolios")).find(({ portfolio_id: id }) => id === "steady") as Readonly<{
      equity: string;
    }>;
    expect(await sized("Units", "3")).toBe(3);
    expect(Math.abs((await sized("Cash", "2000")) - Math.floor(2000 / quote))).toBeLessThanOrEqual(1);
    expect(Math.abs((await sized("% of equity", "2")) - Math.floor((Number(equity) * 0.02) / quote))).toBeLessThanOrEqual(1);
    await dialog.getByLabel("Counted in").selectOption({ label: "% at risk" });
    await dialog.getByText(/say where it is/).waitFor();
    await dialog.getByLabel("Stop", { exact: true }).fill((quote * 0.9).toFixed(2));
    await dialog.getByLabel("Target", { exact: true }).fill((quote * 1.2).toFixed(2));
    expect(Math.abs((await sized("% at risk", "0.5")) - Math.floor((Number(equity) * 0.005) / (quote * 0.1)))).toBeLessThanOrEqual(1);
  });

  test("[DASH-51] capital is rebalanced after it was shown what would move", { timeout }, async () => {
    const theatre = await Theatre.open({ hours: 0.5 });
    await theatre.ask("/api/portfolios/reckless/transfer", { to_portfolio_id: "steady", amount: "3000", reason: "before" });
    const page = await theatre.page("/capital");
    await page.getByRole("button", { name: /Rebalance/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("What would move").getByRole("listitem").first().waitFor();
    await dialog.getByLabel("Why").fill("the same to each");
    const before = (await theatre.rows("/api/transfers?portfolio_id=*")).length;
    await dialog.getByRole("button", { name: /Make \d+ transfers/ }).click();
    await dialog.waitFor({ state: "detached" });
    await expect.poll(async () => (await theatre.rows("/api/transfers?portfolio_id=*")).length, soon).toBeGreaterThan(before);
  });

  test("[DASH-51] a configured sweep is made now, after what it takes was shown", { timeout }, async () => {
    const toml = `[account]\nstarting_cash = "100000"\n[[portfolio]]\nid = "rich"\nstarting_cash = "50000"\n[[sweep]]\nid = "profit"\nfrom = ["rich"]\nabove = "40000"\nshare = "50%"\nschedule = "@weekly"\n`;
    const theatre = await Theatre.open({ toml, hours: 0.1 });
    const page = await theatre.page("/capital?tab=schedules");
    await page.getByRole("button", { name: "Now… profit" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("rich → unattributed").waitFor();
    await dialog.getByLabel("Why").fill("taken out");
    await dialog.getByRole("button", { name: "Make 1 transfer" }).click();
    await dialog.waitFor({ state: "detached" });
    expect((await theatre.rows("/api/transfers?portfolio_id=rich"))[0]).toMatchObject({ to_portfolio_id: "unattributed", value: "5000" });
  });

  test("[DASH-52] a line of the log opens among those around it and has an address; the log pauses and leaves as a file", {
    timeout,
  }, async () => {
    const theatre = await Theatre.open({ hours: 0.5 });
    const page = await theatre.page("/activity");
    await page.getByRole("log").getByRole("button").first().click();
    const around = page.getByRole("dialog").getByLabel("Around it");
    await around.waitFor();
    expect(await around.getByRole("button").count()).toBeGreaterThan(3);
    const address = page.url();
    expect(address).toMatch(/line=\d+/);
    await page.goto(address);
    await around.waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Pause" }).click();
    await theatre.ask("/api/portfolios/steady/pause", { reason: "a rest" });
    await page.getByRole("button", { name: /Go on, \d+ new/ }).click();
    await page.getByRole("button", { name: "Pause" }).waitFor();
    const csv = await fetch(new URL((await page.getByRole("link", { name: "Download" }).getAttribute("href")) ?? "", theatre.url));
    expect([csv.status, csv.headers.get("content-type")]).toEqual([200, expect.stringContaining("csv")]);
  });

  test("[DASH-53] drift of the configuration is shown and applied, the alarm channel tried, a backup made, the system looked at", {
    timeout,
  }, async () => {
    const heard: string[] = [];
    const server = createServer((request, response) => {
      heard.push(request.url ?? "");
      response.end("ok");
    }).listen(0, "127.0.0.1");
    onTestFinished(() => void server.close());
    await once(server, "listening");
    const { port } = server.address() as Readonly<{ port: number }>;
    const toml = (cash: string): string =>
      `[account]\nstarting_cash = "100000"\n[alarms]\nchannel = "webhook"\nurl = "http://127.0.0.1:${port}/hook"\nallow_private = true\n[[portfolio]]\nid = "mine"\nstarting_cash = "1000"\nmax_order_notional = "${cash}"\n`;
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-drift-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    writeFileSync(join(folder, "bulkhead.toml"), toml("500"));
    const theatre = await Theatre.open({ hours: 0.1, serving: { config: join(folder, "bulkhead.toml"), workingFolder: folder } });
    writeFileSync(join(folder, "bulkhead.toml"), toml("700"));
    const page = await theatre.page("/settings?tab=config");
    await page.getByRole("button", { name: "Apply all 1" }).click();
    await page.getByText("The configuration and the books agree").waitFor();
    expect((await theatre.ask("/api/portfolios/mine")).body).toMatchObject({ data: { max_order_notional: "700" } });
    await page.getByRole("tab", { name: "Alarms" }).click();
    await page.getByRole("button", { name: "Test it" }).click();
    await page.getByText(/Heard after \d+ ms/).waitFor();
    expect(heard.length).toBeGreaterThan(0);
    await page.getByRole("tab", { name: "Backups" }).click();
    await page.getByRole("button", { name: "Back up now" }).click();
    await page.getByRole("table").first().locator("tbody tr").first().waitFor();
    await page.getByRole("tab", { name: "System" }).click();
    await page.getByText(/as a whole/).waitFor();
  });
});
