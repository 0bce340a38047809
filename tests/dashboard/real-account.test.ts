import { type Gateway, startGateway } from "@bulkhead/tws-gateway";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import type { Page } from "../browser/launch.ts";
import { DeskProcess } from "./desk-process.ts";
import { askDesk, closeBrowser, noTheatre, openPage, rowsOf, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);
const timeout = 300_000;

const tomlOf = (port: number, access: "read-only" | "trade"): string => `
[account]
venue = "ibkr"
mode = "paper"
access = "${access}"
[account.ibkr]
port = ${port}
client_id = 7
account = "DU1234567"
[feed]
source = "ibkr"
symbols = ["AAPL"]
[[portfolio]]
id = "momentum"
name = "Momentum"
starting_cash = "20000"
[[portfolio]]
id = "grid"
name = "Grid Bot"
`;

type Stage = Readonly<{ gateway: Gateway; desk: DeskProcess; toml: string; page: Page; held: (portfolio: string) => Promise<string> }>;

/** A desk in a process of its own that looks on at an account with 100 AAPL, over the wire of TWS; and a page of its dashboard. */
async function attached(access: "read-only" | "trade" = "read-only"): Promise<Stage> {
  const gateway = await startGateway({
    masterClient: 7,
    prices: { AAPL: "201.94" },
    cash: { USD: "100000" },
    positions: [{ symbol: "AAPL", quantity: "100", averageCost: "150" }],
  });
  onTestFinished(() => gateway.close());
  const toml = tomlOf(gateway.port, access);
  const desk = await DeskProcess.start(toml);
  const page = await openPage(`${desk.url}/reconcile`);
  await page.getByText("ready", { exact: true }).waitFor();
  const held = async (portfolio: string): Promise<string> => {
    const rows = await rowsOf(desk.url, `/api/positions?portfolio_id=${portfolio}`);
    return String(rows.find(({ symbol }) => symbol === "AAPL")?.["quantity"] ?? "0");
  };
  await expect.poll(() => held("unattributed")).toBe("100");
  return { gateway, desk, toml, page, held };
}

const rowOf = (page: Page, text: string) => page.getByRole("table").first().locator("tbody tr").filter({ hasText: text });

/** Says why in the dialog that is open, presses its button, and waits until it is done. */
async function answer(page: Page, reason: string, button: string | RegExp): Promise<void> {
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Why").fill(reason);
  await dialog.getByRole("button", { name: button, exact: true }).click();
  await dialog.waitFor({ state: "detached" });
}

describe.skipIf(noTheatre !== null)(`a real account on the screen${theatreNote}`, () => {
  test("[DASH-54] S3.29 C30 a desk looks on at an account with positions: all is nobody's, nothing can be sent; then it is adopted", {
    timeout,
  }, async () => {
    const { gateway, desk, page, held } = await attached();
    await page.getByText("read-only: sends no orders").waitFor();
    await page.getByText("Everything is explained").waitFor();
    await page.keyboard.press("b");
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Portfolio").selectOption("momentum");
    await dialog.getByLabel("Instrument").selectOption({ label: "AAPL" });
    await dialog.getByLabel("How much").fill("1");
    await dialog.getByText(/read-only: the account is only looked at/).waitFor();
    expect(await dialog.getByRole("button", { name: /^Buy/ }).isDisabled()).toBe(true);
    await page.keyboard.press("Escape");

    await page.getByRole("tab", { name: "Nobody's 1" }).click();
    await page.getByRole("button", { name: "Give to… AAPL" }).click();
    await dialog.getByLabel("To", { exact: true }).selectOption("momentum");
    await dialog.getByLabel("Quantity").fill("60");
    await dialog
      .getByLabel("What it would do")
      .getByText(/Lot of/)
      .waitFor();
    await answer(page, "it bought them", "Move it");
    expect([await held("momentum"), await held("unattributed")]).toEqual(["60", "40"]);
    await rowOf(page, "AAPL").getByText("40").waitFor();
    await page.goto(`${desk.url}/p/momentum?tab=positions`);
    await rowOf(page, "AAPL").getByText("60").filter({ visible: true }).first().waitFor();

    const wish = { portfolio_id: "momentum", instrument: "AAPL", side: "sell", quantity: "1" };
    expect((await askDesk(desk.url, "/api/orders", wish)).status).toBeGreaterThanOrEqual(400);
    expect(gateway.control.truth().orders).toEqual([]);
    expect(gateway.control.truth().positions).toMatchObject([{ symbol: "AAPL", quantity: "100" }]);
  });

  test("[DASH-55] S0.52 another bot's order is claimed, its rule is taken from the screen and applied, and sorts what the bot does next", {
    timeout,
  }, async () => {
    const { gateway, desk, toml, page, held } = await attached();
    const bot = { symbol: "AAPL", side: "BUY", client: 12 } as const;
    gateway.control.manual("AAPL");
    gateway.control.place({ ...bot, quantity: "5", limit: "190", reference: "grid-1" });
    await page.getByRole("button", { name: "Compare now…" }).click();
    await answer(page, "the bot just began", "Compare");
    await page.getByRole("tab", { name: "Orders of others 1" }).click();
    await page.getByRole("button", { name: /^Claim… AAPL/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Whose").selectOption("grid");
    await dialog.getByLabel("Why").fill("my other bot");
    await dialog.getByRole("button", { name: "Claim its fills" }).click();
    await dialog.getByText(/a reference that begins with grid-/).waitFor();
    desk.configure(`${toml}\n${await dialog.locator("pre").innerText()}`);
    await dialog.getByRole("button", { name: "Only this order" }).click();
    await page.goto(`${desk.url}/settings?tab=config`);
    await page.getByRole("button", { name: /^Apply all 1/ }).click();
    await page.getByText("The configuration and the books agree").waitFor();

    await page.goto(`${desk.url}/reconcile?tab=rules`);
    await rowOf(page, "grid-").getByText("Grid Bot").waitFor();
    gateway.control.trade({ ...bot, quantity: "8", price: "201", reference: "grid-2" });
    gateway.control.fill({ reference: "grid-1" }, { price: "190" });
    await expect.poll(() => held("grid"), { timeout: 60_000 }).toBe("13");
    expect(await held("unattributed")).toBe("100");
    await page.getByRole("tab", { name: "Inbox 0" }).click();
    await page.getByText("Everything is explained").waitFor();
  });

  test("[DASH-56] A2 a trade by hand comes into the inbox with what it probably is, is claimed with a press, and taken back", {
    timeout,
  }, async () => {
    const { gateway, page, held } = await attached();
    gateway.control.trade({ symbol: "AAPL", side: "BUY", quantity: "7", price: "202" });
    const item = rowOf(page, "probably a trade by hand");
    await item.getByRole("button", { name: /^Claim/ }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("To", { exact: true }).selectOption("momentum");
    await dialog.getByRole("button", { name: /^Give 7 AAPL/ }).click();
    await dialog.waitFor({ state: "detached" });
    await page.getByText("Everything is explained").waitFor();
    expect([await held("momentum"), await held("unattributed")]).toEqual(["7", "100"]);

    await page.getByRole("button", { name: "Given", exact: true }).click();
    await rowOf(page, "7 to momentum").getByRole("button", { name: "Undo…" }).click();
    await answer(page, "it was mine", "Undo it");
    expect([await held("momentum"), await held("unattributed")]).toEqual(["0", "107"]);
    await page.getByRole("button", { name: "Open", exact: true }).click();
    await item.waitFor();
  });

  test("[DASH-57] S3.6 B20 a connection that is lost says that only cancels are sent, and is regained; a person cuts it and makes it again", {
    timeout,
  }, async () => {
    const { gateway, desk, page, held } = await attached("trade");
    const mode = async () => (await rowsOf(desk.url, "/api/status"))[0];
    gateway.control.loseBroker();
    await page.getByText(/Not ready: main: only cancels are taken, not connected to ibkr/).waitFor();
    await page.getByText(/The gateway lost its connection.*only cancels are taken/).waitFor();
    expect(await mode()).toMatchObject({ mode_in_force: "cancel_only", ready: false });
    gateway.control.trade({ symbol: "AAPL", side: "SELL", quantity: "3", price: "202" });
    gateway.control.regainBroker("lost");
    await page.getByText(/Not ready/).waitFor({ state: "detached" });
    await expect.poll(() => held("unattributed"), { timeout: 60_000 }).toBe("97");
    await rowOf(page, "probably a trade by hand").waitFor();

    gateway.control.disconnect();
    await page.getByText(/Not ready/).waitFor();
    await page.getByText(/Not ready/).waitFor({ state: "detached" });

    await page.getByRole("button", { name: "Disconnect…" }).click();
    await answer(page, "I need the gateway", "Disconnect");
    await page.getByText("disconnected", { exact: true }).waitFor();
    await expect.poll(() => gateway.clients()).toEqual([]);
    await page.getByRole("button", { name: "Connect…" }).click();
    await answer(page, "done with it", "Connect");
    await page.getByText("ready", { exact: true }).waitFor();
    await expect.poll(mode, { timeout: 60_000 }).toMatchObject({ ready: true });
    expect(gateway.clients()).toContain(7);
  });
});
