import { AxeBuilder } from "@axe-core/playwright";
import { afterAll, describe, expect, test } from "vitest";
import type { Page } from "../browser/launch.ts";
import { runs, seed } from "../count.ts";
import { AtABroker } from "./at-a-broker.ts";
import { closeBrowser, noTheatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);
const timeout = 120_000;
const ACME = "ACME@DEMO";

/** What the desk says that portfolios hold of an instrument. */
async function heldOf({ theatre }: AtABroker, portfolio: string): Promise<string> {
  const rows = await theatre.rows(`/api/positions?portfolio_id=${portfolio}`);
  return String(rows.find(({ instrument }) => instrument === ACME)?.["quantity"] ?? "0");
}
const rowOf = (page: Page, text: string) => page.getByRole("table").first().locator("tbody tr").filter({ hasText: text });

describe.skipIf(noTheatre !== null)(`an account at a broker${theatreNote}`, () => {
  test("[DASH-43] an account is attached to look on: all of it is nobody's; a position is given to a portfolio with its preview", {
    timeout,
  }, async () => {
    const before = (broker: AtABroker["broker"]): void => void broker.trade(ACME, 100, 50);
    const stage = await AtABroker.open(before, AtABroker.readOnly);
    await stage.pass(61_000);
    const page = await stage.theatre.page("/");
    await page.getByRole("link", { name: "Reconcile" }).first().click();
    await page.getByText("read-only: sends no orders").waitFor();
    expect(await heldOf(stage, "unattributed")).toBe("100");
    await page.getByRole("tab", { name: /Nobody's 1/ }).click();
    await page.getByRole("button", { name: "Give to… ACME" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("To", { exact: true }).selectOption("momentum");
    await dialog.getByLabel("Quantity").fill("60");
    await dialog
      .getByLabel("What it would do")
      .getByText(/Lot of/)
      .waitFor();
    await dialog.getByLabel("Why").fill("it bought them");
    await dialog.getByRole("button", { name: "Move it" }).click();
    await dialog.waitFor({ state: "detached" });
    expect([await heldOf(stage, "momentum"), await heldOf(stage, "unattributed")]).toEqual(["60", "40"]);
  });

  test("[DASH-44] what the venue has otherwise is claimed with one press and its preview, split, written off, and taken back", {
    timeout,
  }, async () => {
    const stage = await AtABroker.open();
    stage.broker.trade(ACME, 10, 50);
    stage.broker.deposit("USD", 3);
    await stage.pass(65_000);
    const page = await stage.theatre.page("/reconcile");
    await rowOf(page, "Somebody else's order traded 10")
      .getByRole("button", { name: /^Claim/ })
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.locator("p", { hasText: "To whom?" }).waitFor();
    expect(await dialog.getByRole("button", { name: "Give 10" }).isDisabled()).toBe(true);
    await dialog.getByLabel("To", { exact: true }).selectOption("momentum");
    expect((await dialog.getByLabel("What it would do").innerText()).replaceAll(/\s+/g, " ")).toContain(
      "Momentum 0 → 10 +10 Unattributed 10 → 0 \u221210",
    );
    await dialog.getByRole("button", { name: /Give 10/ }).click();
    await dialog.waitFor({ state: "detached" });
    expect([await heldOf(stage, "momentum"), await heldOf(stage, "unattributed")]).toEqual(["10", "0"]);

    await page.getByRole("button", { name: "All that is not settled" }).click();
    await rowOf(page, "10 to momentum").getByRole("button", { name: "Undo…" }).click();
    await dialog.getByLabel("Why").fill("it was not theirs");
    await dialog.getByRole("button", { name: "Undo it" }).click();
    await dialog.waitFor({ state: "detached" });
    expect([await heldOf(stage, "momentum"), await heldOf(stage, "unattributed")]).toEqual(["0", "10"]);

    await page.getByRole("button", { name: "Open", exact: true }).click();
    await rowOf(page, "3 USD")
      .getByRole("button", { name: /^Split/ })
      .click();
    expect(await dialog.getByLabel("To, share 2").count()).toBe(1);
    await dialog.getByRole("button", { name: /Split over 2 portfolios/ }).click();
    await dialog.waitFor({ state: "detached" });
    await rowOf(page, "Somebody else's order traded 10")
      .getByRole("button", { name: /^Write off/ })
      .click();
    await dialog.getByRole("button", { name: /Write off 10/ }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Everything is explained").waitFor();
    expect(await stage.theatre.rows("/api/inbox")).toMatchObject([{ status: "written_off", category: "trade" }, { status: "assigned" }]);
    expect(await heldOf(stage, "unattributed")).toBe("10");
  });

  test("[DASH-45] an order of others is claimed, and the rule that would have said so is offered; comparisons are kept", {
    timeout,
  }, async () => {
    const stage = await AtABroker.open((broker) => void broker.trade(ACME, 1, 50));
    stage.placeElsewhere(ACME, "OtherBot-17");
    await stage.pass(65_000);
    const page = await stage.theatre.page("/reconcile?tab=orders");
    await page.getByRole("button", { name: `Claim… ${ACME}` }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Whose").selectOption("steady");
    await dialog.getByLabel("Why").fill("it runs there");
    await dialog.getByRole("button", { name: "Claim its fills" }).click();
    await dialog.getByText(/a reference that begins with OtherBot/).waitFor();
    expect(await dialog.locator("pre").innerText()).toContain('reference_prefix = "OtherBot');
    await dialog.getByRole("button", { name: "Only this order" }).click();
    await page.getByRole("cell", { name: "Steady Hands" }).waitFor();
    await page.getByRole("tab", { name: "Rules" }).click();
    await page.getByText("No rule").waitFor();
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByText("adopted", { exact: true }).waitFor();
    await page.getByText("agrees", { exact: true }).first().waitFor();
  });

  test("[DASH-46] S3.6 a lost connection is told on every page, comes back by itself, and is cut and made again by a person", {
    timeout,
  }, async () => {
    const stage = await AtABroker.open();
    const page = await stage.theatre.page("/positions");
    stage.venue.lose("the line was cut");
    await stage.pass(2_000);
    await page.getByText("ibkr disconnected").first().waitFor();
    await page.getByText(/Not ready/).waitFor();
    stage.venue.reconnect();
    await stage.pass(5_000);
    await page.getByText("ibkr disconnected").first().waitFor({ state: "detached" });
    await page.goto(`${stage.theatre.url}/reconcile`);
    const dialog = page.getByRole("dialog");
    const press = async (name: string): Promise<void> => {
      await page.getByRole("button", { name: `${name}…` }).click();
      await dialog.getByLabel("Why").fill("the broker's maintenance");
      await dialog.getByRole("button", { name, exact: true }).click();
      await dialog.waitFor({ state: "detached" });
    };
    await press("Disconnect");
    await stage.pass(2_000);
    await page.getByRole("button", { name: "Connect…" }).waitFor();
    expect(await stage.theatre.rows("/api/connections")).toMatchObject([{ state: "disconnected", wanted: false }]);
    await press("Connect");
    await stage.pass(5_000);
    await page.getByText("ready", { exact: true }).waitFor();
    stage.broker.appear(ACME, 4, 20);
    await page.getByRole("button", { name: "Compare now…" }).click();
    await dialog.getByLabel("Why").fill("I sold something");
    await dialog.getByRole("button", { name: "Compare", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await stage.pass(3_000);
    await page
      .getByText(/The venue has 4/)
      .first()
      .waitFor();
  });

  test("[DASH-1, DASH-43] axe finds nothing on any part of it, and nothing sticks out", { timeout: 180_000 }, async () => {
    const stage = await AtABroker.open((broker) => void broker.trade(ACME, 100, 50));
    stage.placeElsewhere(ACME, "OtherBot-17");
    stage.broker.appear("BOLT@DEMO", 12, 20);
    await stage.pass(65_000);
    const looks = (["light", "dark"] as const).flatMap((scheme) => [390, 1_440].map((width) => ({ scheme, width })));
    const found: string[] = [];
    for (const look of runs(100) === 100 ? looks : looks.slice(seed() % looks.length).slice(0, 1)) {
      const page = await stage.theatre.page("/", look);
      for (const [tab, text] of [
        ["inbox", "probably a trade by hand"],
        ["orders", "limit 10"],
        ["nobodys", "ACME"],
        ["rules", "No rule"],
        ["history", "adopted"],
      ] as const) {
        await page.goto(`${stage.theatre.url}/reconcile?tab=${tab}`);
        await page.getByText(text).filter({ visible: true }).first().waitFor();
        const { violations } = await new AxeBuilder({ page }).analyze();
        for (const { id, nodes } of violations)
          found.push(`${look.scheme} ${look.width} ${tab}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
        const over = await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (over > 0) found.push(`${tab}: ${over} px wider than the window`);
      }
    }
    expect(found).toEqual([]);
  });
});
