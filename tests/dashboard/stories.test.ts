import { afterAll, describe, expect, test } from "vitest";
import type { Page } from "../browser/launch.ts";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);

const MINUS = /\u2212/g;
/** What a cell shows, as a number: pictures are compared with figures here, never the other way round. */
const shown = (text: string | null): number => Number((text ?? "").replace(MINUS, "-").replace(/[^\d.-]/g, ""));
const cells = async (page: Page, column: string, part: "tbody" | "tfoot"): Promise<readonly string[]> => {
  const table = page.getByRole("table").first();
  const heads = (await table.locator("thead th").allInnerTexts()).map((text) => text.replace(/[↑↓]/g, "").trim());
  return table.locator(`${part} tr td:nth-child(${heads.indexOf(column) + 1})`).allInnerTexts();
};
const timeout = 300_000;

describe.skipIf(noTheatre !== null)(`on the screen${theatreNote}`, () => {
  test("[DASH-2] every column that adds up does so, to what the desk says", { timeout }, async () => {
    const theatre = await Theatre.open();
    const page = await theatre.page();
    await page.getByText("Steady Hands").first().waitFor();
    const rows = await theatre.rows("/api/portfolios");
    expect(await cells(page, "Portfolio", "tbody")).toHaveLength(rows.length);
    for (const column of ["Equity", "Today", "Total P&L", "Cash", "Exposure"]) {
      const parts = (await cells(page, column, "tbody")).map((text) => Math.round(shown(text.split("\n")[0] ?? "") * 100));
      const [foot = ""] = await cells(page, column, "tfoot");
      // Each row is rounded to cents for the eye; the sum is exact before it is rounded.
      expect(Math.abs(parts.reduce((sum, part) => sum + part, 0) - Math.round(shown(foot) * 100))).toBeLessThanOrEqual(parts.length);
    }
  });

  test("[DASH-3] a figure opens into what makes it, down to postings that add up", { timeout }, async () => {
    const theatre = await Theatre.open();
    const page = await theatre.page("/p/steady");
    await page.getByRole("button", { name: /Equity: where it comes from/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("Together").waitFor();
    await dialog.getByRole("button", { name: /cash/i }).click();
    await dialog.getByText(/postings, as of record/).waitFor();
    const balance = shown(await dialog.locator("p").filter({ hasText: "USD" }).first().innerText());
    const parts = (await dialog.getByRole("table").first().locator("tbody tr td:nth-child(3)").allInnerTexts()).map(shown);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(balance, 1);
    await page.keyboard.press("Escape");
    expect(await page.getByRole("dialog").count()).toBe(0);
  });

  test("[DASH-4] trading is stopped step by step, said on every page, and let go on with a reason", { timeout }, async () => {
    const theatre = await Theatre.open();
    const page = await theatre.page("/p/reckless");
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Whose trading").selectOption("reckless");
    await dialog.getByLabel(/Flatten/).check();
    await dialog.getByText(/Stops new risk in 1 portfolio/).waitFor();
    const stop = dialog.getByRole("button", { name: "Flatten of reckless" });
    expect(await stop.isDisabled()).toBe(true);
    await dialog.getByLabel("Why").fill("it loses too much");
    await stop.click();
    await dialog.getByText("Done, and durable.").waitFor();
    expect(await theatre.rows("/api/kill")).toMatchObject([{ scope: "portfolio:reckless", level: "flatten", reason: "it loses too much" }]);
    await page.getByRole("button", { name: "Close", exact: true }).last().click();
    await page.goto(`${theatre.url}/positions`);
    const banner = page.getByText(/Stopped \(flatten\):.*it loses too much/);
    await banner.waitFor();
    await page.getByRole("button", { name: "Clear…" }).first().click();
    await page.getByRole("dialog").getByRole("button", { name: "Clear…" }).click();
    await page.getByRole("dialog").getByLabel("Why it may go on").fill("looked at");
    await page.getByRole("button", { name: "Let it trade again" }).click();
    await banner.waitFor({ state: "detached" });
    expect(await theatre.rows("/api/kill")).toEqual([]);
  });

  test("[DASH-5] an order is shown with all that it would do, sent by a button that says so, and seen at once", { timeout }, async () => {
    const theatre = await Theatre.open();
    // Whatever the market has made it hold until now, there is room for five more.
    await theatre.ask("/api/portfolios/trend", { max_position_pct: "0.9" }, "PATCH");
    const page = await theatre.page("/p/trend?tab=orders");
    await page.getByRole("heading", { name: /Trend Follower/ }).waitFor();
    await page.keyboard.press("b");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Portfolio").selectOption("trend");
    await dialog.getByLabel("Instrument").selectOption({ label: "BOLT" });
    await dialog.getByLabel("Type").selectOption("limit");
    const wish = { portfolio_id: "trend", instrument: "BOLT", side: "buy", quantity: "5" };
    const preview = (await theatre.ask("/api/orders/preview", wish)).body as Readonly<{ data: Readonly<{ quote: string }> }>;
    const price = Number(preview.data.quote);
    await dialog.getByLabel("Limit price").fill((price * 0.98).toFixed(2));
    await dialog.getByLabel("How much").fill("5");
    await dialog.getByText("Within every limit.").waitFor();
    expect(await dialog.getByText("The whole account holds").isVisible()).toBe(true);
    await dialog.getByRole("button", { name: "Buy 5 BOLT for Trend Follower (paper)" }).click();
    await dialog.waitFor({ state: "detached" });
    const line = page.getByRole("row").filter({ hasText: "Buy 5 BOLT" });
    await line.waitFor();
    await line.getByRole("button", { name: /Cancel/ }).click();
    await line.waitFor({ state: "detached" });
  });

  test("[DASH-5] what the gate denies says why, and cannot be sent", { timeout }, async () => {
    const theatre = await Theatre.open();
    const page = await theatre.page("/?order=reckless");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Instrument").selectOption({ label: "ACME" });
    await dialog.getByLabel("How much").fill("9000");
    const verdict = dialog.getByLabel("What it would do").locator(".text-danger");
    await verdict.waitFor();
    expect(await verdict.innerText()).toMatch(/\d.*(allows|is|makes that) .*\d/);
    expect(await dialog.getByRole("button", { name: /^Buy/ }).isDisabled()).toBe(true);
  });

  test("[DASH-6] everything is found by name and by key; what stands in the address comes back", { timeout }, async () => {
    const theatre = await Theatre.open();
    const page = await theatre.page();
    await page.getByText("Steady Hands").first().waitFor();
    await page.keyboard.press("Control+k");
    await page.getByPlaceholder(/A portfolio, a page/).fill("reckless");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: /Reckless on Purpose/ }).waitFor();
    await page.getByRole("tab", { name: "Receipts" }).click();
    expect(page.url()).toContain("tab=receipts");
    await page.keyboard.press("g");
    await page.keyboard.press("o");
    await page.getByRole("heading", { name: "Positions" }).waitFor();
    await page.goBack();
    expect(await page.getByRole("tab", { name: "Receipts" }).getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("Go to anything, do anything").waitFor();
  });

  test("[DASH-7] columns are chosen and remembered; a table leaves as CSV", { timeout }, async () => {
    const theatre = await Theatre.open();
    const page = await theatre.page("/trades");
    await page.getByRole("button", { name: /Columns · Export of Trades/ }).click();
    await page.getByRole("menuitemcheckbox", { name: "Strategy" }).click();
    const link = await page.getByRole("menuitem", { name: "CSV" }).getAttribute("href");
    await page.keyboard.press("Escape");
    await page.reload();
    await page.getByRole("columnheader", { name: "Strategy" }).waitFor();
    const csv = await (await fetch(`${theatre.url}${link}`)).text();
    expect(csv.split("\r\n")[0]).toContain("trade_id,portfolio_id,instrument");
  });

  test("[DASH-8] capital moves between portfolios and is no profit", { timeout }, async () => {
    const theatre = await Theatre.open();
    const page = await theatre.page("/capital");
    const before = (await theatre.rows("/api/portfolios")).find(({ portfolio_id }) => portfolio_id === "trend");
    await page.getByRole("button", { name: "Transfer…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("From").selectOption("steady");
    await dialog.getByLabel("To", { exact: true }).selectOption("trend");
    await dialog.getByLabel("Amount").fill("1000");
    await dialog.getByLabel("Why").fill("more for the trend");
    await dialog.getByRole("button", { name: "Move it" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByRole("tab", { name: "Transfers" }).click();
    await page.getByText("more for the trend").waitFor();
    const after = (await theatre.rows("/api/portfolios")).find(({ portfolio_id }) => portfolio_id === "trend");
    expect(Number(after?.["initial_balance"]) - Number(before?.["initial_balance"])).toBe(1_000);
    expect(after?.["total_profit_loss"]).toBe(before?.["total_profit_loss"]);
  });

  test("[DASH-9] a portfolio is made, changed, paused and resumed", { timeout }, async () => {
    const theatre = await Theatre.open({ toml: SMALL });
    const page = await theatre.page("/settings");
    await page.getByRole("button", { name: "New portfolio…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Id").fill("momentum");
    await dialog.getByLabel("Starting cash").fill("9999999");
    await dialog.getByRole("button", { name: "Make it" }).click();
    // Too much: it says why, and nothing that was typed is lost.
    await dialog.getByRole("alert").waitFor();
    await dialog.getByLabel("Starting cash").fill("5000");
    await dialog.getByLabel("Largest position, % of equity").fill("4.5");
    await dialog.getByRole("button", { name: "Make it" }).click();
    await dialog.waitFor({ state: "detached" });
    const made = (await theatre.ask("/api/portfolios/momentum")).body as Readonly<{ data: Readonly<Record<string, unknown>> }>;
    expect(made.data).toMatchObject({ initial_balance: "5000", max_position_pct: "0.045" });
    await page.goto(`${theatre.url}/p/momentum`);
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Pause…" }).click();
    await page.getByRole("dialog").getByLabel("Why").fill("not yet");
    await page.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await page.getByText("reducing").waitFor();
  });

  test("[DASH-10] a key is made, shown once, and revoked", { timeout }, async () => {
    const theatre = await Theatre.open();
    const page = await theatre.page("/settings?tab=keys");
    await page.getByRole("button", { name: "New key…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name").fill("my bot");
    await dialog.getByRole("button", { name: "Make the key" }).click();
    await dialog.getByText("Keep it now").waitFor();
    const secret = await dialog.locator("code").innerText();
    const asked = (): Promise<Response> =>
      fetch(`${theatre.url}/api/status?portfolio_id=*`, { headers: { Authorization: `Bearer ${secret}` } });
    expect((await asked()).status).toBe(200);
    await dialog.getByRole("button", { name: "I have it" }).click();
    await page.getByRole("button", { name: "Revoke" }).click();
    await page.getByText("revoked", { exact: true }).waitFor();
    expect((await asked()).status).toBe(401);
    expect(await page.content()).not.toContain(secret);
  });

  test("[DASH-11] a strategy is stopped and started with a reason", { timeout }, async () => {
    const theatre = await Theatre.open();
    const page = await theatre.page("/strategies?portfolio=trend");
    await page.getByRole("button", { name: "Stop…" }).click();
    await page.getByRole("dialog").getByLabel("Why").fill("to look at it");
    await page.getByRole("dialog").getByRole("button", { name: "Stop", exact: true }).click();
    await page.getByText("stopped", { exact: true }).waitFor();
    await page.getByRole("button", { name: "Start…" }).click();
    await page.getByRole("dialog").getByLabel("Why").fill("looked at");
    await page.getByRole("dialog").getByRole("button", { name: "Start", exact: true }).click();
    await page.getByText("running", { exact: true }).waitFor();
  });

  test("[DASH-12] the log comes as it is written, each line once, and is narrowed by words, level and portfolio (S3.7)", {
    timeout,
  }, async () => {
    const theatre = await Theatre.open();
    const page = await theatre.page("/activity");
    await page.getByRole("log").getByRole("button").first().waitFor();
    const wish = { portfolio_id: "reckless", instrument: "ACME", side: "buy", quantity: "9000", reason: "a wish to be found" };
    expect((await theatre.ask("/api/orders", wish)).status).toBe(422);
    const line = page.getByRole("log").getByText(/a wish to be found|9000 ACME/);
    await line.first().waitFor();
    const count = await line.count();
    await page.getByLabel("Words in the line").fill("9000");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.getByRole("log").getByRole("button").count()).toBe(count);
    await page.getByRole("log").getByRole("button").first().click();
    await page.getByRole("dialog").getByText("Copy a link to it").waitFor();
    expect(page.url()).toMatch(/line=\d+/);
  });
});

const SMALL = `[account]
starting_cash = "100000"

[[portfolio]]
id = "only"
starting_cash = "50000"
symbols = ["ACME"]
strategy = "buy-and-hold"
`;
