import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { closeBrowser, noTheatre, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);

const TWO_ACCOUNTS = `
[[account]]
id = "main"
starting_cash = "100000"
[[account]]
id = "second"
starting_cash = "50000"
[[portfolio]]
account = "main"
id = "mine"
starting_cash = "60000"
[[portfolio]]
account = "second"
id = "other"
starting_cash = "20000"
`;

describe.skipIf(noTheatre !== null)(`what decides, what it costs, what comes together${theatreNote}`, () => {
  test("[DASH-35] params change by a form made of what is declared, with the difference first; what is wrong stays and is told", {
    timeout: 300_000,
  }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const page = await theatre.page("/p/trend?tab=strategy");
    await page.getByRole("button", { name: "Change…" }).click();
    const dialog = page.getByRole("dialog");
    const fast = dialog.getByLabel("fast", { exact: true });
    await fast.fill("500");
    await dialog.getByLabel("Why").fill("quicker");
    await dialog.getByRole("button", { name: "Change 1 param" }).click();
    await dialog.getByRole("alert").waitFor();
    expect(await fast.inputValue()).toBe("500");
    await fast.fill("7");
    expect(await dialog.getByLabel("What changes").innerText()).toMatch(/fast\s+12\s+→\s+7/);
    await dialog.getByRole("button", { name: "Change 1 param" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText(/changed by/).waitFor();
    expect(await theatre.rows("/api/strategies?portfolio_id=trend")).toMatchObject([{ state: "running", params: { fast: 7, slow: 48 } }]);
  });

  test("[DASH-36] why no trade: who decides, what it has seen and wanted of each instrument, and what would have been enough", {
    timeout: 300_000,
  }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    await theatre.ask("/api/portfolios/reckless", { max_order_notional: "100" }, "PATCH");
    await theatre.ask("/api/orders", { portfolio_id: "reckless", instrument: "ACME", side: "buy", quantity: "50" });
    const page = await theatre.page("/?why=reckless");
    const dialog = page.getByRole("dialog");
    await dialog
      .getByLabel("Instrument by instrument")
      .getByText(/Warm: \d+ bars seen/)
      .first()
      .waitFor();
    await dialog.getByText(/An order that is smaller by .*, or max_order_notional of the portfolio at .* in place of 100\./).waitFor();
  });

  test("[DASH-37] the kill ladder says what closing costs, and a transfer how both would stand", { timeout: 300_000 }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const page = await theatre.page("/?kill=steady");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(/Flatten/).check();
    await dialog.getByText(/Fees of closing, about\s+[\d.,]+\s+USD/).waitFor();
    await page.goto(`${theatre.url}/capital`);
    await page.getByRole("button", { name: "Transfer…" }).click();
    await dialog.getByLabel("From").selectOption("trend");
    await dialog.getByLabel("To", { exact: true }).selectOption("steady");
    await dialog.getByLabel("Amount").fill("1000");
    await dialog.getByLabel("What it would do").getByText("Equity of trend").waitFor();
    await dialog.getByLabel("Amount").fill("9999999");
    await dialog.getByRole("alert").waitFor();
    await dialog.getByLabel("Why").fill("too much");
    expect(await dialog.getByRole("button", { name: "Move it" }).isDisabled()).toBe(true);
  });

  test("[DASH-38] S0.41 S4.30 A10: several accounts stand side by side and together; a new desk says what to do next", {
    timeout: 300_000,
  }, async () => {
    const theatre = await Theatre.open({ toml: TWO_ACCOUNTS, hours: 1 });
    const page = await theatre.page("/");
    const accounts = page.getByRole("region", { name: "Accounts" });
    await accounts.getByText("second").first().waitFor();
    expect(await page.locator("main").innerText()).toMatch(/150,000\.00\s+USD/);
    await page.getByText("First steps: 2 of 4").waitFor();
    await page.getByRole("button", { name: "Not again" }).click();
    await page.reload();
    await accounts.getByText("second").first().waitFor();
    expect(await page.getByText(/First steps/).count()).toBe(0);
  });

  test("[DASH-39] S2.46: exits by day and night, versions, prices and who did what have their places", { timeout: 300_000 }, async () => {
    const theatre = await Theatre.open({ hours: 2 });
    const [position] = await theatre.rows("/api/positions?portfolio_id=steady");
    const stop = String(Math.floor(Number(position?.["mark"]) * 0.9));
    await theatre.ask("/api/protections", { portfolio_id: "steady", instrument: position?.["instrument"], stop_price: stop });
    const page = await theatre.page("/p/steady?tab=exits");
    await page.getByRole("cell", { name: stop, exact: true }).first().waitFor();
    await page.getByRole("tab", { name: "Versions" }).click();
    await page.getByRole("cell", { name: "no label" }).waitFor();
    await page.goto(`${theatre.url}/settings?tab=feeds`);
    await page.getByText("every price is invented").waitFor();
    await page.goto(`${theatre.url}/settings?tab=you`);
    await page.getByText("The single user of this machine").waitFor();
    await theatre.ask("/api/portfolios/trend/pause", { reason: "to be seen" });
    await page.goto(`${theatre.url}/settings?tab=audit&q=trend`);
    await page.getByRole("cell", { name: "pausePortfolio" }).waitFor();
  });

  test("[DASH-40] why no trade: condition by condition at any closed bar, how far it was, and what alone would have been enough", {
    timeout: 300_000,
  }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const page = await theatre.page("/?why=trend");
    const conditions = page.getByRole("dialog").getByLabel("Its conditions");
    await conditions
      .getByText(/fast .* crosses (above|below) slow/)
      .first()
      .waitFor();
    const [first = ""] = await conditions.getByRole("listitem").allInnerTexts();
    const instrument = /\S+@DEMO/.exec(first)?.[0] ?? "";
    await page.goto(`${theatre.url}/?why=trend/${instrument}`);
    const words = async (): Promise<string> => (await conditions.innerText()).replaceAll(/\s+/g, " ");
    await expect
      .poll(words, { timeout: 60_000 })
      .toMatch(
        /the last bar.*(Would have been enough, alone:.*(more|less)|It wants to|something before them decided|No change of one line)/,
      );
    await conditions.getByRole("button", { name: "Bar before" }).click();
    await expect.poll(words, { timeout: 60_000 }).toMatch(/at the bar 1 before the last/);
    await conditions.getByRole("button", { name: "Next bar" }).click();
    await expect.poll(words, { timeout: 60_000 }).toMatch(/at the last bar/);
  });

  test("[DASH-42] S2.46: a file's own params make its form; versions stand by code, params and label, and two of them differ line by line", {
    timeout: 300_000,
  }, async () => {
    const folder = mkdtempSync(join(tmpdir(), "bulkhead-files-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const code = (why: string): string => `import { enter, p, size, strategy } from "bulkhead";
export default strategy({
  name: "once",
  params: { level: p.number(1, { min: 0, max: 9, help: "above which it buys" }), mode: p.choice("calm", ["calm", "wild"]) },
  onBar: ({ bar, params, position, waiting }) =>
    position === undefined && !waiting && bar.close > params.level ? enter.long({ size: size.units(1), why: "${why}" }) : undefined,
});
`;
    writeFileSync(join(folder, "once.ts"), code("first"));
    writeFileSync(
      join(folder, "bulkhead.toml"),
      `[account]\nstarting_cash = "100000"\n[[portfolio]]\nid = "mine"\nstarting_cash = "50000"\nsymbols = ["ACME"]\nstrategy = "./once.ts"\n`,
    );
    const theatre = await Theatre.open({ hours: 0.2, serving: { config: join(folder, "bulkhead.toml"), workingFolder: folder } });
    const page = await theatre.page("/strategies");
    await page.getByRole("button", { name: "Change…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByText("above which it buys; 0 to 9").waitFor();
    await dialog.getByLabel("mode").selectOption("wild");
    await dialog.getByLabel("Why").fill("wilder");
    await dialog.getByRole("button", { name: "Change 1 param" }).click();
    await dialog.waitFor({ state: "detached" });
    writeFileSync(join(folder, "once.ts"), code("second"));
    await page.getByRole("button", { name: "Reload…" }).click();
    await dialog.getByLabel("Why").fill("a better reason");
    await dialog.getByRole("button", { name: "Reload" }).click();
    await dialog.waitFor({ state: "detached" });
    await page.goto(`${theatre.url}/p/mine?tab=versions`);
    const difference = page.getByLabel("Difference of versions");
    await difference
      .getByText(/^\+?code = [0-9a-f]{64}$/)
      .first()
      .waitFor();
    await difference.getByLabel("From").selectOption({ index: 2 });
    const lines = await difference.locator(".font-mono p").allInnerTexts();
    expect(lines.filter((line) => /params\.mode/.test(line)).map((line) => line.replaceAll(/\s+/g, " ").trim())).toEqual([
      'before: -params.mode = "calm"',
      'now: +params.mode = "wild"',
    ]);
    expect(lines.filter((line) => /code =/.test(line))).toHaveLength(2);
    const versions = await page.getByRole("table").first().locator("tbody tr td:first-child").allInnerTexts();
    expect(versions.filter((text) => /^once 1 · [0-9a-f]{8}$/.test(text)).length).toBeGreaterThanOrEqual(3);
  });
});
