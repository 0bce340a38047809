import { afterAll, describe, expect, test } from "vitest";
import { manyPortfolios } from "./many.ts";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);
const timeout = 300_000;

describe.skipIf(noTheatre !== null)(`many${theatreNote}`, () => {
  test("[DASH-16, DASH-2] S1.5, S1.94: 100 portfolios with 50 positions each are all there, and add up", { timeout }, async () => {
    const theatre = await Theatre.open({ toml: manyPortfolios(100, 51), hours: 0.1 });
    const rows = await theatre.rows("/api/portfolios?limit=500");
    expect(rows).toHaveLength(101);
    const page = await theatre.page("/");
    await page.getByText("Portfolio 99").first().waitFor();
    expect(await page.getByRole("table").first().locator("tbody tr").count()).toBe(101);
    const heads = (await page.getByRole("table").first().locator("thead th").allInnerTexts()).map((text) => text.trim());
    const column = async (part: string, name: string): Promise<readonly number[]> => {
      const cells = page
        .getByRole("table")
        .first()
        .locator(`${part} tr td:nth-child(${heads.indexOf(name) + 1})`);
      return (await cells.allInnerTexts()).map((text) => Number(text.replace("\u2212", "-").replace(/[^\d.-]/g, "")));
    };
    for (const name of ["Equity", "Cash"]) {
      const [foot = 0] = await column("tfoot", name);
      const sum = (await column("tbody", name)).reduce((all, each) => all + each, 0);
      expect(Math.abs(sum - foot)).toBeLessThan(1.01);
    }
    await page.goto(`${theatre.url}/positions`);
    const table = page.getByRole("table").first();
    await table.waitFor();
    const positions = (
      await Promise.all(rows.map(({ portfolio_id: id }) => theatre.rows(`/api/positions?portfolio_id=${id}&limit=500`)))
    ).flat();
    expect(positions.length).toBeGreaterThanOrEqual(5_000);
    await expect.poll(() => table.getAttribute("aria-rowcount")).toBe(String(positions.length));
    // No more of them are drawn than are seen, wherever one scrolls to.
    expect(await table.locator("tbody tr").count()).toBeLessThan(120);
    await page.getByRole("region", { name: "Positions" }).press("End");
    await expect.poll(() => table.locator("tbody tr").last().innerText()).not.toBe("");
    expect(await table.locator("tbody tr").count()).toBeLessThan(120);
  });
});
