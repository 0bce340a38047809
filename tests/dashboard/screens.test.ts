import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, describe, expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { SCREENS } from "./screens.ts";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);

const LOOKS = [
  ["dark, on a desk", { scheme: "dark", width: 1_440 }],
  ["light, on a desk", { scheme: "light", width: 1_440 }],
  ["light, on a phone", { scheme: "light", width: 390, height: 844 }],
  ["dark, on a phone", { scheme: "dark", width: 390, height: 844 }],
] as const;

/** A twelfth that the seed chooses, one look at a third of the screens; all of both in full. */
const IS_FULL = runs(100) === 100;
const CHOSEN = IS_FULL ? LOOKS : LOOKS.slice(seed() % LOOKS.length).slice(0, 1);
const SEEN = IS_FULL ? SCREENS : SCREENS.filter((_, index) => index % 3 === seed() % 3);

describe.skipIf(noTheatre !== null)(`every screen${theatreNote}`, () => {
  test.each(CHOSEN)(
    "[DASH-1] axe finds nothing, and nothing sticks out: %s",
    { timeout: IS_FULL ? 900_000 : 300_000 },
    async (_name, look) => {
      const theatre = await Theatre.open();
      const page = await theatre.page("/", look);
      const found: string[] = [];
      for (const [name, path, text] of SEEN) {
        await page.goto(`${theatre.url}${path}`);
        await page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: 60_000 });
        const { violations } = await new AxeBuilder({ page }).analyze();
        for (const { id, nodes } of violations) found.push(`${name}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
        const over = await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (over > 0) found.push(`${name}: ${over} px wider than the window`);
      }
      expect(found).toEqual([]);
    },
  );
});
