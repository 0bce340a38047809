import { afterAll, describe, expect, test } from "vitest";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);

const TWO = ["first", "second"]
  .map(
    (id) => `[[portfolio]]\nid = "${id}"\nname = "The ${id}"\nstarting_cash = "50000"\nsymbols = ["DUSKUSD"]\nstrategy = "buy-and-hold"\n`,
  )
  .join("");

describe.skipIf(noTheatre !== null)(`colours${theatreNote}`, () => {
  test("[DASH-59] S0.42: a position carries its portfolio's name and a colour that the portfolio has wherever it stands; its equity says how old the prices are (C22)", {
    timeout: 60_000,
  }, async () => {
    const theatre = await Theatre.open({ toml: `[account]\nstarting_cash = "100000"\n${TWO}`, hours: 1 });
    const colours = async (path: string): Promise<Readonly<Record<string, string>>> => {
      const page = await theatre.page(path);
      const dots = page.locator("main table tbody [data-portfolio]");
      await dots.first().waitFor();
      const found = await page.evaluate<string>(
        `JSON.stringify(Object.fromEntries([...document.querySelectorAll("main table tbody [data-portfolio]")].map((dot) => [dot.dataset.portfolio + " " + dot.parentElement.innerText.trim(), getComputedStyle(dot).backgroundColor])))`,
      );
      return JSON.parse(found) as Readonly<Record<string, string>>;
    };
    const positions = await colours("/positions");
    expect(Object.keys(positions).toSorted()).toEqual(["first The first", "second The second"]);
    expect(new Set(Object.values(positions)).size).toBe(2);
    expect(await colours("/positions")).toEqual(positions);
    expect(await colours("/capital")).toMatchObject(positions);
    const page = await theatre.page("/p/first");
    await page
      .getByText(/^priced \d+ ?s|^priced (now|just)|^priced .* ago/)
      .first()
      .waitFor();
  });
});
