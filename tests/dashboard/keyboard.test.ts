import { afterAll, describe, expect, test } from "vitest";
import type { Page } from "../browser/launch.ts";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);
const timeout = 300_000;
const TABS_MAX = 60;
/** How what has the focus is called: by its label, else by its text. */
const FOCUSED = `(() => {
  const { labels, textContent, ariaLabel } = document.activeElement;
  return (ariaLabel ?? labels?.[0]?.textContent ?? textContent ?? "").trim();
})()`;

/** Presses Tab until that has the focus, and sees to it that the eye can follow. */
async function tabTo(page: Page, name: string | RegExp): Promise<void> {
  const passed: string[] = [];
  for (let tabs = 0; tabs < TABS_MAX; tabs++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate<string>(FOCUSED);
    passed.push(focused.slice(0, 30));
    if (typeof name === "string" ? !focused.startsWith(name) : !name.test(focused)) continue;
    const outline = `getComputedStyle(document.activeElement.closest("label:has(.sr-only)") ?? document.activeElement).outlineStyle`;
    expect([focused, await page.evaluate<string>(outline)]).not.toEqual([focused, "none"]);
    return;
  }
  throw new Error(`Tab does not come to ${name}: ${passed.join(" → ")}`);
}

/** Types into what has the focus: into a list of choices the beginning of one. */
const type = (page: Page, text: string): Promise<void> => page.keyboard.type(text);

describe.skipIf(noTheatre !== null)(`the keyboard alone${theatreNote}`, () => {
  test("[DASH-19, DASH-5] writes and sends an order, with its stop and its reason", { timeout }, async () => {
    const theatre = await Theatre.open({ toml: ROOMY, hours: 0.1 });
    const page = await theatre.page("/p/roomy?tab=orders");
    await page.getByRole("heading", { name: /Roomy/ }).waitFor();
    await tabTo(page, "Skip to the page");
    await page.keyboard.press("b");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await tabTo(page, "Portfolio");
    await type(page, "Roomy");
    await tabTo(page, "Buy");
    await tabTo(page, "Instrument");
    await type(page, "DUSKUSD");
    await tabTo(page, "Type");
    await type(page, "Limit");
    await tabTo(page, "Limit price");
    const wish = { portfolio_id: "roomy", instrument: "DUSKUSD", side: "buy", quantity: "1" };
    const preview = (await theatre.ask("/api/orders/preview", wish)).body as Readonly<{ data: Readonly<{ quote: string }> }>;
    const mark = Number(preview.data.quote);
    await type(page, (mark * 0.97).toFixed(2));
    await tabTo(page, "How much");
    await type(page, "1");
    await tabTo(page, "Stop, target");
    await page.keyboard.press("Enter");
    await tabTo(page, "Stop");
    await type(page, (mark * 0.9).toFixed(2));
    await tabTo(page, "Why");
    await type(page, "typed with ten fingers");
    await dialog.getByText("Within every limit.").waitFor();
    await tabTo(page, /^Buy 1 DUSKUSD for Roomy/);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    const line = page.getByRole("row").filter({ hasText: "Buy 1 DUSKUSD" });
    await line.waitFor();
    await tabTo(page, /^Cancel/);
    await page.keyboard.press("Enter");
    await line.waitFor({ state: "detached" });
  });

  test("[DASH-19, DASH-4] goes down the kill ladder and up again", { timeout }, async () => {
    const theatre = await Theatre.open({ toml: ROOMY, hours: 0.1 });
    const page = await theatre.page("/");
    await page.getByRole("row").filter({ hasText: "Roomy" }).waitFor();
    await tabTo(page, /^Stop$/);
    await page.keyboard.press("Enter");
    const dialog = page.getByRole("dialog");
    await dialog.waitFor();
    await tabTo(page, "Whose trading");
    await type(page, "Roomy");
    await dialog.getByRole("button", { name: "Pause entries of roomy" }).waitFor();
    await tabTo(page, /^1\. Pause entries/);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    await tabTo(page, "Why");
    await type(page, "no hands");
    await tabTo(page, "Flatten of roomy");
    await page.keyboard.press("Enter");
    await dialog.getByText("Done, and durable.").waitFor();
    await tabTo(page, /^Close$/);
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect(await theatre.rows("/api/kill")).toMatchObject([{ scope: "portfolio:roomy", level: "flatten", reason: "no hands" }]);
    const banner = page.getByText(/Stopped \(flatten\):.*no hands/);
    await banner.waitFor();
    await tabTo(page, /^Clear…$/);
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    await tabTo(page, /^Clear…$/);
    await page.keyboard.press("Enter");
    await tabTo(page, "Why it may go on");
    await type(page, "looked at");
    await tabTo(page, "Let it trade again");
    await page.keyboard.press("Enter");
    await banner.waitFor({ state: "detached" });
  });
});

const ROOMY = `[account]
starting_cash = "100000"

[[portfolio]]
id = "roomy"
name = "Roomy"
starting_cash = "50000"
symbols = ["DUSKUSD"]
`;
