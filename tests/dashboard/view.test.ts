import { afterAll, describe, expect, test } from "vitest";
import type { Page } from "../browser/launch.ts";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);

/** How long something that comes by itself is waited for. */
const LATER = { timeout: 60_000 };

const press = async (page: Page, ...keys: readonly string[]): Promise<void> => {
  for (const key of keys) await page.keyboard.press(key);
};

describe.skipIf(noTheatre !== null)(`how the dashboard shows things${theatreNote}`, () => {
  test("[DASH-30] S0.40 S0.44: a portfolio is chosen by typing, from every page, and the choice lives in the address", {
    timeout: 300_000,
  }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const page = await theatre.page("/");
    await page.getByText("Steady Hands").first().waitFor();
    await press(page, "g", "p");
    await page.getByRole("dialog").getByPlaceholder("Its name…").fill("trend");
    await press(page, "Enter");
    await page.getByRole("heading", { name: /Trend Follower/ }).waitFor();
    expect(new URL(page.url()).pathname).toBe("/p/trend");
    // What is chosen goes along to the other pages.
    await page.getByRole("link", { name: "Positions" }).first().click();
    await page.waitForURL(/\/positions\?portfolio=trend/);
    await page.getByRole("button", { name: /Trend Follower/ }).click();
    await page.getByRole("option", { name: /Steady Hands/ }).click();
    await page.waitForURL(/\/positions\?portfolio=steady/);
    await page.goBack();
    await page.waitForURL(/\/positions\?portfolio=trend/);
    const phone = await theatre.page("/p/steady", { width: 390, height: 844 });
    await phone.getByRole("button", { name: /Portfolio: Steady Hands/ }).click();
    await phone.getByRole("option", { name: /Reckless/ }).click();
    await phone.getByRole("heading", { name: /Reckless on Purpose/ }).waitFor();
  });

  test("[DASH-31] amounts hide with one key, percentages stay, and an order still says what it does", { timeout: 300_000 }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const page = await theatre.page("/");
    const row = page.getByRole("row").filter({ hasText: "Steady Hands" });
    await expect.poll(() => row.innerText(), LATER).toMatch(/\d,\d{3}/);
    await press(page, "v");
    await expect.poll(() => row.innerText(), LATER).not.toMatch(/\d,\d{3}|\d\.\d\d(?!\s*%|\d)/);
    expect(await row.innerText()).toMatch(/%/);
    expect(await page.locator("main").innerHTML()).not.toMatch(/title="[\d,]+\.\d\d"/);
    await page.goto(`${theatre.url}/?order=steady&instrument=ACME@DEMO`);
    await page.getByRole("dialog").getByLabel("How much").fill("5");
    await page.getByRole("button", { name: "Buy 5 ACME for Steady Hands (paper)" }).waitFor();
    await press(page, "Escape", "v");
    await expect.poll(() => row.innerText(), LATER).toMatch(/\d,\d{3}/);
  });

  test("[DASH-32] theme, colours, times and their zone are a person's own, and remembered", { timeout: 300_000 }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const page = await theatre.page("/settings?tab=audit");
    await theatre.ask("/api/portfolios/steady/pause", { reason: "for a line of the audit" });
    await page.reload();
    const time = page.locator("main time").first();
    await expect.poll(() => time.innerText(), LATER).toMatch(/ GMT\+|CET|CEST/);
    await page.getByRole("button", { name: "View" }).first().click();
    for (const choice of ["UTC", "Red up, green down", "Light"])
      await page.getByRole("menuitemradio", { name: choice, exact: true }).click();
    await press(page, "Escape");
    await expect.poll(() => time.innerText(), LATER).toMatch(/UTC$/);
    await page.reload();
    await expect.poll(() => time.innerText(), LATER).toMatch(/UTC$/);
    const chosen = await page.evaluate<string>("JSON.stringify({ ...document.documentElement.dataset })");
    expect(JSON.parse(chosen)).toMatchObject({ theme: "light", colours: "red-up" });
    await page.getByRole("button", { name: "View" }).first().click();
    await page.getByRole("menuitemradio", { name: "How long ago" }).click();
    await expect.poll(() => time.innerText(), LATER).toMatch(/ago|now/);
  });

  test("[DASH-33] the tab says where one is and whether the money is real", { timeout: 300_000 }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const page = await theatre.page("/p/steady");
    await expect.poll(() => page.title(), LATER).toBe("Steady Hands · Bulkhead (paper)");
    await page.route("**/api/account*", async (route) => {
      const answer = await route.fetch();
      await route.fulfill({ response: answer, body: (await answer.text()).replace('"mode":"paper"', '"mode":"live"') });
    });
    await page.reload();
    await expect.poll(() => page.title(), LATER).toBe("LIVE: Steady Hands · Bulkhead");
    expect(await page.locator("link[rel=icon]").getAttribute("href")).toBe("/icon-live.svg");
    expect(await page.locator("[data-mode=live]").count()).toBe(1);
  });

  test("[DASH-34] a window opens with its first field ready for typing, and gives focus back", { timeout: 300_000 }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const page = await theatre.page("/capital");
    const button = page.getByRole("button", { name: "Transfer…" });
    await button.click();
    const focused = page.locator(":focus");
    await expect.poll(() => focused.getAttribute("id"), LATER).toBe(await page.getByRole("dialog").getByLabel("From").getAttribute("id"));
    await press(page, "Escape");
    await expect.poll(() => focused.innerText(), LATER).toBe("Transfer…");
  });
});
