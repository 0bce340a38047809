import { afterAll, describe, expect, test } from "vitest";
import type { Page } from "../browser/launch.ts";
import { DeskProcess } from "./desk-process.ts";
import { askDesk, closeBrowser, noTheatre, openPage, rowsOf, Theatre, theatreNote } from "./theatre.ts";

afterAll(closeBrowser);
const timeout = 300_000;

/** What a page said on its sockets. */
function saidOn(page: Page): string[] {
  const said: string[] = [];
  page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => said.push(String(payload))));
  return said;
}

/** A desk that takes orders far from the price: they stay open. */
const PATIENT = `[account]
starting_cash = "100000"
collar_pct = "99%"

[[portfolio]]
id = "trend"
starting_cash = "50000"
symbols = ["DUSKUSD"]

[[portfolio]]
id = "reckless"
starting_cash = "50000"
symbols = ["ACME"]
`;
const resting = (quantity: string): object => ({
  portfolio_id: "trend",
  instrument: "DUSKUSD",
  side: "buy",
  quantity,
  order_type: "limit",
  limit_price: "100.00",
  time_in_force: "gtc",
  allow_duplicate: true,
});
const TOO_LARGE = { portfolio_id: "reckless", instrument: "ACME", side: "buy", quantity: "9000", reason: "a line of the log" };

describe.skipIf(noTheatre !== null)(`links that end${theatreNote}`, () => {
  test("[DASH-12, DASH-13] killed -9 and started again: the page says stale, greys, comes back by itself, misses nothing, doubles nothing", {
    timeout,
  }, async () => {
    const desk = await DeskProcess.start(PATIENT);
    const page = await openPage("about:blank");
    const said = saidOn(page);
    await page.goto(`${desk.url}/p/trend?tab=orders`);
    await page.getByText("connected", { exact: true }).waitFor();
    expect(await askDesk(desk.url, "/api/orders", resting("0.1"))).toMatchObject({ status: 201 });
    const line = (quantity: string) => page.getByRole("row").filter({ hasText: `Buy ${quantity} DUSKUSD` });
    await line("0.1").waitFor();
    const log = await page.context().newPage();
    await log.goto(`${desk.url}/activity?q=9000`);
    expect(await askDesk(desk.url, "/api/orders", TOO_LARGE)).toMatchObject({ status: 422 });
    const written = log.getByRole("log").getByRole("button");
    await written.first().waitFor();
    await page.evaluate("window.isSamePage = true");
    await desk.kill();
    await page.getByText(/stale: desk lost/).waitFor();
    expect(await page.locator("main[data-stale=true]").count()).toBe(1);
    expect(await line("0.1").count()).toBe(1);
    await desk.again();
    expect(await askDesk(desk.url, "/api/orders", resting("0.2"))).toMatchObject({ status: 201 });
    await page.getByText("connected", { exact: true }).waitFor();
    await line("0.2").waitFor();
    expect(await page.locator("main[data-stale=true]").count()).toBe(0);
    expect(await page.evaluate("window.isSamePage")).toBe(true);
    expect(await askDesk(desk.url, "/api/orders", TOO_LARGE)).toMatchObject({ status: 422 });
    await expect
      .poll(() => written.count(), { timeout: 60_000 })
      .toBe((await rowsOf(desk.url, "/api/logs?portfolio_id=*&text=9000")).length);
    const open = await rowsOf(desk.url, "/api/orders?portfolio_id=trend");
    await expect.poll(() => page.getByRole("row").filter({ hasText: "DUSKUSD" }).count(), { timeout: 60_000 }).toBe(open.length);
    expect([await line("0.1").count(), await line("0.2").count()]).toEqual([1, 1]);
    const resumed = said.map((text) => JSON.parse(text) as Readonly<{ since?: number }>).findLast(({ since }) => since !== undefined);
    expect(resumed?.since).toBeGreaterThan(0);
  });

  test("[DASH-14] two tabs: what is done in one is seen in the other, without a reload", { timeout }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const left = await theatre.page("/p/steady");
    const right = await left.context().newPage();
    await right.goto(`${theatre.url}/`);
    await right.getByText("Steady Hands").first().waitFor();
    // A tab that nobody looks at draws nothing.
    await left.bringToFront();
    await left.getByRole("button", { name: "More" }).click();
    await left.getByRole("menuitem", { name: "Pause…" }).click();
    await left.getByRole("dialog").getByLabel("Why").fill("seen over there");
    await left.getByRole("dialog").getByRole("button", { name: "Pause" }).click();
    await right.bringToFront();
    await right.getByRole("row").filter({ hasText: "Steady Hands" }).getByText("reducing").waitFor();
    await right.getByRole("button", { name: "Stop", exact: true }).click();
    await right.getByRole("dialog").getByLabel("Why").fill("stop it all");
    await right.getByRole("button", { name: "Pause entries in the whole account" }).click();
    await left.bringToFront();
    await left.getByText(/Stopped \(pause\):.*stop it all/).waitFor();
    await theatre.ask("/api/portfolios/trend", { name: "Renamed elsewhere" }, "PATCH");
    await right.bringToFront();
    await right.getByRole("button", { name: "Close", exact: true }).last().click();
    await right.getByText("Renamed elsewhere").first().waitFor();
  });

  test("[DASH-15] a page that cannot keep up shows older figures, never wrong ones, and then the newest", { timeout }, async () => {
    const theatre = await Theatre.open({ hours: 1 });
    const page = await theatre.page("/");
    await page.getByText("Steady Hands").first().waitFor();
    const slow = await page.context().newCDPSession(page);
    await slow.send("Emulation.setCPUThrottlingRate", { rate: 8 });
    const capital = async (): Promise<number> =>
      Number((await theatre.rows("/api/portfolios")).find(({ portfolio_id }) => portfolio_id === "steady")?.["current_balance"]);
    const before = await capital();
    // Each transfer takes one dollar: whatever the page shows must be one of these steps, and never go back up.
    await page.evaluate(WATCH_CASH);
    const moves = 200;
    const asked = Array.from({ length: moves }, (_, index) =>
      theatre.ask("/api/portfolios/steady/transfer", { to_portfolio_id: "trend", amount: "1", reason: `step ${index}` }),
    );
    // The page does nothing at all for a while; its socket is not read.
    await page.evaluate("{ const until = performance.now() + 1500; while (performance.now() < until); }");
    expect((await Promise.all(asked)).every(({ status }) => status < 300)).toBe(true);
    expect(await capital()).toBeCloseTo(before - moves, 6);
    const money = (value: number): string => value.toFixed(2);
    const shown = async (): Promise<readonly number[]> => page.evaluate<number[]>("window.shownCash");
    await expect.poll(async () => money((await shown()).at(-1) ?? 0), { timeout: 60_000 }).toBe(money(before - moves));
    const seen = await shown();
    expect(seen).toEqual([...seen].sort((a, b) => b - a));
    const steps = new Set(Array.from({ length: moves + 1 }, (_, index) => money(before - index)));
    expect(seen.map(money).filter((each) => !steps.has(each))).toEqual([]);
  });
});

/** Writes down every figure that the cash of Steady Hands is shown as. */
const WATCH_CASH = `{
  window.shownCash = [];
  const column = [...document.querySelectorAll("thead th")].findIndex((th) => th.textContent.includes("Cash"));
  const look = () => {
    const row = [...document.querySelectorAll("tbody tr")].find((tr) => tr.textContent.includes("Steady Hands"));
    const value = Number((row?.children[column]?.textContent ?? "").replace(/[^\\d.]/g, ""));
    if (value !== window.shownCash.at(-1)) window.shownCash.push(value);
  };
  new MutationObserver(look).observe(document.querySelector("table"), { subtree: true, childList: true, characterData: true });
}`;
