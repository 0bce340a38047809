import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, describe, expect, test } from "vitest";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);

/** Every screen, with something on it that shows that it has come. */
const SCREENS = [
  ["all portfolios", "/", "Steady Hands"],
  ["a portfolio", "/p/steady", "Steady Hands"],
  ["its receipts", "/p/reckless?tab=receipts", "Verdict"],
  ["its limits", "/p/reckless?tab=limits", "Largest order"],
  ["its performance", "/p/reckless?tab=performance", "Sharpe"],
  ["positions", "/positions", "By asset"],
  ["positions by asset", "/positions?tab=asset", "The account holds"],
  ["trades", "/trades", "Realized"],
  ["capital", "/capital", "Of no portfolio yet"],
  ["strategies", "/strategies", "built in"],
  ["activity", "/activity", "Download"],
  ["cycles", "/activity?tab=cycles", "Portfolios asked"],
  ["portfolios to change", "/settings", "New portfolio"],
  ["configuration", "/settings?tab=config", "The books are the truth"],
  ["keys", "/settings?tab=keys", "New key"],
  ["alarms", "/settings?tab=alarms", "Test it"],
  ["system", "/settings?tab=system", "as a whole"],
  ["backups", "/settings?tab=backups", "Back up now"],
  ["the kill ladder", "/?kill=*", "Pause entries"],
  ["the order ticket", "/?order=steady", "How much"],
  ["a figure explained", "/?explain=steady/equity", "Together"],
  ["postings", "/?explain=steady/cash", "postings"],
  ["why no trade", "/?why=reckless", "What holds it back now"],
] as const;

const LOOKS = [
  ["dark, on a desk", { scheme: "dark", width: 1_440 }],
  ["light, on a desk", { scheme: "light", width: 1_440 }],
  ["light, on a phone", { scheme: "light", width: 390, height: 844 }],
  ["dark, on a phone", { scheme: "dark", width: 390, height: 844 }],
] as const;

describe.skipIf(noTheatre !== null)(`every screen${theatreNote}`, () => {
  test.each(LOOKS)("[DASH-1] axe finds nothing, and nothing sticks out: %s", { timeout: 180_000 }, async (_name, look) => {
    const theatre = await Theatre.open();
    const page = await theatre.page("/", look);
    const found: string[] = [];
    for (const [name, path, text] of SCREENS) {
      await page.goto(`${theatre.url}${path}`);
      await page.getByText(text).first().waitFor({ timeout: 10_000 });
      const { violations } = await new AxeBuilder({ page }).analyze();
      for (const { id, nodes } of violations) found.push(`${name}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
      const over = await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
      if (over > 0) found.push(`${name}: ${over} px wider than the window`);
    }
    expect(found).toEqual([]);
  });
});
