import { AxeBuilder } from "@axe-core/playwright";
import type { Asset, Instrument, InstrumentId } from "@bulkhead/core";
import { afterAll, describe, expect, test } from "vitest";
import type { Page } from "../browser/launch.ts";
import { runs, seed } from "../count.ts";
import { LOOKED_AT, WITH_CLIENT } from "../kit/attached-account.ts";
import { AtABroker } from "./at-a-broker.ts";
import { closeBrowser, noTheatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);
const timeout = 300_000;
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
    const stage = await AtABroker.open(before, LOOKED_AT);
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
    await dialog.getByRole("row", { name: "Momentum 10 now 0 500.00 now 0.00 49,500.00 now 50,000.00" }).waitFor();
    await dialog.getByRole("row", { name: "Unattributed 0 now 10 0.00 now 500.00 30,003.00 now 29,503.00" }).waitFor();
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

  test("[DASH-60] a rule is offered, tried on what waits, set together with a claim of it, changed and taken away", {
    timeout,
  }, async () => {
    const stage = await AtABroker.open();
    for (const [units, reference] of [
      [9, "grid-1"],
      [4, "grid-2"],
      [3, ""],
    ] as const)
      stage.broker.trade(ACME, units, 50, { reference, client: reference === "" ? "0" : "7" });
    await stage.pass(65_000);
    const page = await stage.theatre.page("/reconcile");
    const dialog = page.getByRole("dialog");
    await rowOf(page, "traded 9")
      .getByRole("button", { name: /^Claim/ })
      .click();
    await dialog.getByLabel("To", { exact: true }).selectOption("steady");
    await dialog.getByRole("button", { name: "Give 9" }).click();
    await dialog.getByText(/what others trade with a reference that begins with grid- is steady's/).waitFor();
    await dialog.getByRole("button", { name: "Set this rule…" }).click();
    await dialog.getByText("Of the 2 that are there now it would sort 1 trade that waits.").waitFor();
    await dialog.getByLabel("Claim what waits with it too").check();
    await dialog.getByLabel("Why").fill("the grid bot runs there");
    await dialog.getByRole("button", { name: "Set the rule and claim 1" }).click();
    await dialog.waitFor({ state: "detached" });
    await expect.poll(() => heldOf(stage, "steady")).toBe("13");
    stage.broker.trade(ACME, 5, 50, { reference: "grid-3", client: "7" });
    await stage.pass(3_000);
    expect(await heldOf(stage, "steady")).toBe("18");

    await page.getByRole("tab", { name: "Rules" }).click();
    await page.getByRole("button", { name: "Change… rule 1" }).click();
    await dialog.getByLabel("Reference begins with").fill("");
    await dialog.getByText("By what is it told?").waitFor();
    await dialog.getByLabel("Client").fill("7");
    await dialog.getByLabel("Why").fill("whatever it calls its orders");
    await dialog.getByRole("button", { name: "Change the rule" }).click();
    await dialog.waitFor({ state: "detached" });
    await rowOf(page, "client 7 is steady's").waitFor();
    await page.getByRole("button", { name: "Set a rule…" }).click();
    await dialog.getByLabel("Client").fill("7");
    await dialog.getByLabel("Whose it is").selectOption("momentum");
    await dialog.getByText(/There is a rule for just that already/).waitFor();
    expect(await dialog.getByRole("button", { name: "Set the rule" }).isDisabled()).toBe(true);
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Take away… rule 1" }).click();
    await dialog.getByLabel("What it would sort").waitFor();
    await dialog.getByLabel("Why").fill("the bot is gone");
    await dialog.getByRole("button", { name: "Take it away" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("No rule").waitFor();
    expect(await stage.theatre.rows("/api/attribution-rules")).toEqual([]);
  });

  test("[DASH-61] a claim that lacks cash says who lacks how much before it is pressed; less of it is given", { timeout }, async () => {
    const stage = await AtABroker.open();
    stage.broker.trade(ACME, 500, 50);
    await stage.pass(3_000);
    const page = await stage.theatre.page("/reconcile");
    const dialog = page.getByRole("dialog");
    await rowOf(page, "traded 500")
      .getByRole("button", { name: /^Claim/ })
      .click();
    await dialog.getByLabel("To", { exact: true }).selectOption("steady");
    await dialog.getByText("Steady Hands lacks 5,000.00 USD: this takes 25,000.00, and 20,000.00 is free.").waitFor();
    const give = dialog.getByRole("button", { name: /^Give/ });
    expect(await give.isDisabled()).toBe(true);
    await dialog.getByLabel(ACME, { exact: true }).fill("400");
    await dialog.getByRole("row", { name: /Steady Hands 400 now 0 20,000.00 now 0.00 0.00 now 20,000.00/ }).waitFor();
    await give.click();
    await dialog.waitFor({ state: "detached" });
    expect(await heldOf(stage, "steady")).toBe("400");
  });

  test("[DASH-62] comparisons are read as far back as there are any, all or those that differed; hundreds of differences are all there", {
    timeout,
  }, async () => {
    const stage = await AtABroker.open();
    for (let trade = 1; trade <= 200; trade++) stage.broker.trade(ACME, trade, 50, { reference: `bot-${trade}`, client: "3" });
    stage.broker.appear("BOLT@DEMO", 12, 20);
    await stage.pass(125_000);
    const page = await stage.theatre.page("/reconcile");
    await page.getByRole("tab", { name: "Inbox 201" }).waitFor();
    const list = page.getByRole("region", { name: "Inbox" });
    // The last of them comes into sight, and stays where it is while its neighbours are measured.
    const last = page.locator("tr", { hasText: "BOLT@DEMO" });
    for (let i = 0; i < 40 && (await last.count()) === 0; i++) {
      await list.evaluate((node) => node.scrollTo(0, node.scrollHeight));
      await page.waitForTimeout(50);
    }
    await last.getByRole("button", { name: /^Claim/ }).waitFor();
    await page.getByRole("tab", { name: "History" }).click();
    await page.getByText("adopted", { exact: true }).waitFor();
    await page.getByRole("button", { name: "That differed" }).click();
    await page.getByText("adopted", { exact: true }).waitFor({ state: "detached" });
    await rowOf(page, "differs").first().waitFor();
    expect(page.url()).toContain("outcome=differs");
    await page.reload();
    await page.getByRole("button", { name: "That differed", pressed: true }).waitFor();
  });

  test("[DASH-63] an instrument is found at the venue where an order is written, and known to the books once it is chosen", {
    timeout,
  }, async () => {
    const stage = await AtABroker.open((broker) => {
      const like = broker.instruments.get(ACME as InstrumentId) as Instrument;
      const base = { ...broker.assets.get(like.base), id: "ZINC@DEMO" } as Asset;
      broker.assets.set(base.id, base);
      broker.instruments.set("ZINC@DEMO" as InstrumentId, { ...like, id: "ZINC@DEMO" as InstrumentId, symbol: "ZINC", base: base.id });
    });
    const page = await stage.theatre.page("/reconcile?order=momentum");
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("button", { name: "Search at the venue…" }).click();
    await page.keyboard.type("nothing");
    await page.keyboard.press("Enter");
    await dialog.getByText(/knows nothing like nothing/).waitFor();
    await dialog.getByLabel("Symbol, name or ISIN").fill("zinc");
    await page.keyboard.press("Enter");
    await dialog.getByText("not in the books yet").waitFor();
    await dialog.getByRole("button", { name: "Add and choose ZINC@DEMO" }).click();
    await expect.poll(() => dialog.getByLabel("Instrument").inputValue()).toBe("ZINC@DEMO");
    expect((await stage.theatre.rows("/api/instruments")).map(({ instrument }) => instrument)).toContain("ZINC@DEMO");
  });

  test("[DASH-64] a split that the venue only shows is approved on the screen, for everybody who holds it", { timeout }, async () => {
    const stage = await AtABroker.open();
    stage.broker.trade(ACME, 10, 50);
    await stage.pass(3_000);
    const [item] = await stage.theatre.rows("/api/inbox");
    const shares = [{ portfolio_id: "momentum", amount: "10" }];
    await stage.theatre.ask(`/api/breaks/${encodeURIComponent(String(item?.["break_id"]))}/assign`, { shares, reason: "ours" });
    stage.broker.appear(ACME, 20, 50 / 3);
    await stage.pass(65_000);
    const page = await stage.theatre.page("/reconcile");
    await rowOf(page, "probably a split")
      .getByRole("button", { name: /^Approve/ })
      .click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("It cannot be undone.").waitFor();
    const comesTo = dialog.getByRole("region", { name: "What it would do" });
    await comesTo.getByText("A split of 3:1.").waitFor();
    expect(await comesTo.getByRole("row", { name: /Momentum/ }).innerText()).toMatch(/30\s+now 10/);
    expect(await violationsOf(page, "approve")).toEqual([]);
    await dialog.getByLabel("Ratio").fill("3");
    await dialog.getByLabel("Why").fill("three for one");
    expect(await dialog.getByRole("button", { name: "Book the split" }).isDisabled()).toBe(true);
    await dialog.getByLabel("Ratio").fill("3:1");
    await dialog.getByRole("button", { name: "Book the split" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Everything is explained").waitFor();
    expect(await heldOf(stage, "momentum")).toBe("30");
  });

  test("[DASH-65] B9 what the venue's history lacks is told with its stretch, and answered for with a reason", { timeout }, async () => {
    const stage = await AtABroker.open();
    const gapOf = async () => (await stage.theatre.rows("/api/connections"))[0]?.["history_gap"];
    stage.venue.lose("the line was cut");
    await stage.pass(2_000);
    stage.clock.advance(3 * 3_600_000);
    stage.broker.trade(ACME, 20, 50);
    stage.clock.advance(3 * 3_600_000);
    stage.venue.faults.historyFrom = stage.clock.now() - 60_000;
    stage.venue.reconnect();
    await stage.pass(5_000);
    expect(await gapOf()).not.toBeNull();
    const page = await stage.theatre.page("/reconcile", { scheme: "dark", width: 390 });
    await page.getByText("Nothing tells what was executed from").waitFor();
    await page.getByRole("button", { name: "Answer for it…" }).click();
    const dialog = page.getByRole("dialog");
    const answer = dialog.getByRole("button", { name: "Answer for it", exact: true });
    await dialog.getByText("It cannot be undone.").waitFor();
    expect(await violationsOf(page, "answer for a gap")).toEqual([]);
    expect(await answer.isDisabled()).toBe(true);
    await dialog.getByLabel("Why").fill("compared with the trade confirmations by hand");
    await answer.click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Nothing tells what was executed from").waitFor({ state: "detached" });
    expect(await gapOf()).toBeNull();
  });

  test("[DASH-46] S3.6 a lost connection is told on every page, comes back by itself, and is cut and made again by a person", {
    timeout,
  }, async () => {
    const stage = await AtABroker.open(() => undefined, WITH_CLIENT);
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
    stage.venue.turnClients([{ clientId: 8, state: "refused", since: stage.clock.now(), reason: "Another account.", heardAt: null }]);
    await stage.pass(5_000);
    await page.getByText("Client 8").waitFor();
    expect(await page.getByRole("list", { name: "Client ids of their own" }).innerText()).toMatch(
      /Client 8\s+refused\s+momentum, strategy trend\s+Another account\./,
    );
    await page.getByText("ready", { exact: true }).waitFor();
    stage.broker.appear(ACME, 4, 20);
    await page.getByRole("button", { name: "Compare now…" }).click();
    await dialog.getByLabel("Why").fill("I sold something");
    await dialog.getByRole("button", { name: "Compare", exact: true }).click();
    await dialog.waitFor({ state: "detached" });
    await stage.pass(3_000);
    await page
      .getByText(/differs from the books by 4/)
      .first()
      .waitFor();
  });

  test("[DASH-1, DASH-43] axe finds nothing on any part of it, and nothing sticks out", { timeout: 300_000 }, async () => {
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
        found.push(...(await violationsOf(page, `${look.scheme} ${look.width} ${tab}`)));
        const over = await page.evaluate<number>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        if (over > 0) found.push(`${tab}: ${over} px wider than the window`);
      }
    }
    expect(found).toEqual([]);
  });

  test("[DASH-1, DASH-19, DASH-31] its windows open and are answered by keyboard alone, axe finds nothing in them, and their figures hide", {
    timeout: 180_000,
  }, async () => {
    const stage = await AtABroker.open();
    stage.broker.trade(ACME, 7, 50, { reference: "grid-1", client: "7" });
    await stage.pass(3_000);
    const width = seed() % 2 === 0 ? 390 : 1_440;
    const page = await stage.theatre.page("/reconcile", { scheme: seed() % 4 < 2 ? "light" : "dark", width });
    const dialog = page.getByRole("dialog");
    const found: string[] = [];
    const claim = page
      .getByRole("button", { name: /^Claim/ })
      .filter({ visible: true })
      .first();
    const open = async (): Promise<void> => {
      await claim.focus();
      await page.keyboard.press("Enter");
      // Its first field is ready, and takes the first letters of a name.
      await dialog.waitFor();
      await page.keyboard.type("Mom");
    };
    await claim.waitFor();
    await page.keyboard.press("v");
    await open();
    await dialog.getByRole("row", { name: /Momentum.*\u2022\u2022\u2022/ }).waitFor();
    const give = dialog.getByRole("button", { name: "Give 7 ACME@DEMO" });
    await give.waitFor();
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    await page.keyboard.press("v");
    await open();
    await dialog.getByRole("row", { name: /Momentum.*49,650\.00/ }).waitFor();
    found.push(...(await violationsOf(page, "claim")));
    await give.focus();
    await page.keyboard.press("Enter");
    await dialog.getByText(/begins with grid-/).waitFor();
    await dialog.getByRole("button", { name: "Set this rule…" }).focus();
    await page.keyboard.press("Enter");
    await dialog.getByText(/Nothing of others waits/).waitFor();
    await dialog.getByRole("button", { name: "Search at the venue…" }).focus();
    await page.keyboard.press("Enter");
    await page.keyboard.type("acme");
    await page.keyboard.press("Enter");
    await dialog.getByRole("button", { name: `Choose ${ACME}` }).waitFor();
    found.push(...(await violationsOf(page, "rule and search")));
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    expect(await dialog.getByLabel("Instrument").inputValue()).toBe(ACME);
    await dialog.getByLabel("Why").focus();
    await page.keyboard.type("the grid bot");
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "detached" });
    expect(await stage.theatre.rows("/api/attribution-rules")).toMatchObject([{ reference: "grid-", instrument: ACME }]);
    expect(found).toEqual([]);
  });
});

async function violationsOf(page: Page, where: string): Promise<readonly string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${where}: ${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
}
