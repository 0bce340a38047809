import type { AccountId } from "@bulkhead/core";
import { afterAll, describe, expect, test } from "vitest";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);
const timeout = 300_000;
const EMPTY = `[account]\nstarting_cash = "100000"\n`;
const PAGES = [
  "/",
  "/positions",
  "/trades",
  "/capital",
  "/strategies",
  "/activity",
  "/activity?tab=cycles",
  "/reconcile",
  "/reconcile?tab=history",
  "/settings",
  "/settings?tab=keys",
];

describe.skipIf(noTheatre !== null)(`states of a desk${theatreNote}`, () => {
  test("[DASH-17] an empty desk says on every page what is missing and breaks nowhere", { timeout }, async () => {
    const theatre = await Theatre.open({ toml: EMPTY, hours: 0.1 });
    const page = await theatre.page("/");
    await page.getByRole("row").filter({ hasText: "unattributed" }).waitFor();
    for (const path of PAGES) {
      await page.goto(`${theatre.url}${path}`);
      await page.getByRole("main").getByRole("heading").first().waitFor();
      await page.getByText("connected", { exact: true }).waitFor();
      expect([path, await page.getByRole("main").getByRole("alert").allInnerTexts()]).toEqual([path, []]);
    }
    await page.goto(`${theatre.url}/?order=`);
    await page.getByRole("dialog").getByLabel("Portfolio").waitFor();
    // What a desk begins with is taken away too: only what nobody owns is left.
    const { status } = await theatre.ask("/api/portfolios/default/transfer", {
      to_portfolio_id: "unattributed",
      amount: "100000",
      reason: "all",
    });
    expect([status, (await theatre.ask("/api/portfolios/default/archive", { reason: "not wanted" })).status]).toEqual([200, 200]);
    await page.goto(`${theatre.url}/`);
    await page.getByRole("link", { name: "New portfolio" }).waitFor();
    await expect.poll(() => page.getByRole("table").first().locator("tbody tr").count(), { timeout: 60_000 }).toBe(1);
    await page.goto(`${theatre.url}/p/nobody`);
    await page
      .getByText(/nobody/)
      .first()
      .waitFor();
  });

  test("[DASH-17] an account that may only be read says so, and an order is denied with the reason", { timeout }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const page = await theatre.page("/");
    await page.getByText("Steady Hands").first().waitFor();
    expect((await theatre.ask("/api/modes", { mode: "read_only", reason: "looked at by a person" })).status).toBe(200);
    await expect.poll(() => page.getByRole("row").getByText("read only").count(), { timeout: 60_000 }).toBeGreaterThanOrEqual(3);
    await page.goto(`${theatre.url}/?order=steady`);
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Instrument").selectOption({ label: "ACME" });
    await dialog.getByLabel("How much").fill("1");
    await dialog.getByText(/takes no such orders \(read_only: .*looked at by a person\)/).waitFor();
    expect(await dialog.getByRole("button", { name: /^Buy/ }).isDisabled()).toBe(true);
  });

  test("[DASH-17] a halted account says so on every page, and what is asked of it is refused in words", { timeout }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const page = await theatre.page("/p/steady");
    await page.getByRole("heading", { name: /Steady Hands/ }).waitFor();
    theatre.desk.desk.accounts.get("main" as AccountId)?.halt(new Error("POSTINGS_UNBALANCED: portfolio=steady"));
    const banner = page.getByText(/Not ready:.*halted/);
    await banner.waitFor();
    await page.getByRole("button", { name: "More" }).click();
    await page.getByRole("menuitem", { name: "Pause…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why").fill("to be sure");
    await dialog.getByRole("button", { name: "Pause" }).click();
    await dialog
      .getByRole("alert")
      .getByText(/ACCOUNT_HALTED|HALTED/)
      .waitFor();
    await page.goto(`${theatre.url}/settings?tab=system`);
    await banner.waitFor();
  });
});
