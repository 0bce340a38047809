// node tools/screenshots.ts [FOLDER] [WORD] [PART]    pictures of every screen, to look at: light, dark, on a phone, of many portfolios, of an empty desk, of errors.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { AccountId } from "@bulkhead/core";
import { syntheticFeed, tradedOf } from "@bulkhead/market";
import { type ServeOptions, type Serving, serve } from "@bulkhead/server";
import { type Browser, noBrowser, openBrowser, type Page } from "../tests/browser/launch.ts";
import { manyPortfolios } from "../tests/dashboard/many.ts";
import { SCREENS } from "../tests/dashboard/screens.ts";
import { VirtualClock } from "../tests/desk/virtual-clock.ts";
import { ATTACHED } from "../tests/kit/attached-account.ts";
import { FakeBroker } from "../tests/kit/fake-broker.ts";
import { FakeVenue } from "../tests/kit/fake-venue.ts";

const [folder = "reports/screenshots", only = "", parted = ""] = process.argv.slice(2);
const MINUTE = 60_000;
const STEP = 60;
const EMPTY = `[account]\nstarting_cash = "100000"\n`;

type Look = Readonly<{ name: string; scheme: "light" | "dark"; width: number; height: number }>;
const DESK: Look = { name: "dark", scheme: "dark", width: 1_440, height: 900 };
const LOOKS: readonly Look[] = [
  DESK,
  { name: "light", scheme: "light", width: 1_440, height: 900 },
  { name: "phone", scheme: "light", width: 390, height: 844 },
];

/** A desk of its own for some pictures, so many minutes old. */
async function withDesk(
  toml: string | undefined,
  minutes: number,
  use: (desk: Serving) => Promise<void>,
  more: Partial<ServeOptions> & Readonly<{ clock?: VirtualClock }> = {},
): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), "bulkhead-screenshots-"));
  if (toml !== undefined) writeFileSync(join(home, "bulkhead.toml"), toml);
  const clock = more.clock ?? new VirtualClock(Date.now() - minutes * MINUTE);
  const desk = await serve({ data: join(home, "data"), environment: {}, workingFolder: home, port: 0, seed: 7, ...more, clock });
  try {
    for (let minute = 0; minute < minutes; minute += STEP) {
      clock.advance(Math.min(STEP, minutes - minute) * MINUTE);
      // What else the desk does has its turn in between, as in a life that is not pressed together.
      await new Promise((resolve) => setTimeout(resolve));
    }
    await use(desk);
  } finally {
    await desk.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

async function pageOf(browser: Browser, { scheme, width, height }: Look): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale: "en-US",
    timezoneId: "Europe/Berlin",
  });
  return await context.newPage();
}

async function picture(page: Page, name: string, url: string, text: string | RegExp): Promise<void> {
  if (!name.includes(only)) return;
  await page.goto(url);
  await page
    .getByText(text)
    .filter({ visible: true })
    .first()
    .waitFor({ timeout: 15_000 })
    .catch(() => console.error(`${name}: "${String(text)}" does not come`));
  // What is drawn on canvases comes some frames later.
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}.png`) });
  console.log(join(folder, `${name}.png`));
}

const fileName = (...parts: readonly string[]): string => parts.join(" ").replaceAll(/[^a-z0-9]+/gi, "-");

async function everyScreen(browser: Browser): Promise<void> {
  await withDesk(undefined, 3 * 24 * 60, async ({ url }) => {
    const [trade] = (
      (await (await fetch(`${url}/api/trades?portfolio_id=*`)).json()) as Readonly<{ data: readonly { trade_id: string }[] }>
    ).data;
    const trades = trade === undefined ? [] : [["a trade", `/trades/${trade.trade_id}`, "Signal"] as const];
    for (const look of LOOKS) {
      const page = await pageOf(browser, look);
      for (const [name, path, text] of [...SCREENS, ...trades]) await picture(page, fileName(look.name, name), `${url}${path}`, text);
      await page.context().close();
    }
  });
}

async function many(browser: Browser): Promise<void> {
  await withDesk(manyPortfolios(100, 51), 90, async ({ url }) => {
    for (const look of [DESK, ...LOOKS.filter(({ name }) => name === "phone")]) {
      const page = await pageOf(browser, look);
      await picture(page, fileName("many", look.name, "all portfolios"), `${url}/`, "Portfolio 99");
      await picture(page, fileName("many", look.name, "positions"), `${url}/positions`, "B01");
      await picture(page, fileName("many", look.name, "a portfolio"), `${url}/p/p7`, "B01");
      await picture(page, fileName("many", look.name, "capital"), `${url}/capital`, "Of no portfolio yet");
      await picture(page, fileName("many", look.name, "strategies"), `${url}/strategies`, "built in");
      await page.context().close();
    }
  });
}

async function empty(browser: Browser): Promise<void> {
  await withDesk(EMPTY, 5, async ({ url }) => {
    const page = await pageOf(browser, DESK);
    for (const [name, path] of SCREENS.filter(([, path]) => !/steady|reckless/.test(path)))
      await picture(page, fileName("empty", name), `${url}${path}`, "paper");
    await page.context().close();
  });
}

/** What goes wrong: stopped, halted, unknown, refused, lost. */
async function errors(browser: Browser): Promise<void> {
  await withDesk(undefined, 6 * 60, async ({ url, desk, stop }) => {
    const page = await pageOf(browser, DESK);
    await picture(page, "error-no-such-page", `${url}/nowhere`, /no such page/i);
    await picture(page, "error-no-such-portfolio", `${url}/p/nobody`, /nobody/);
    await write(url, "/api/kill", { portfolio_id: "reckless", level: "cancel", reason: "it loses too much" });
    await picture(page, "error-stopped", `${url}/p/reckless`, /Stopped/);
    await write(url, "/api/modes", { mode: "read_only", reason: "the venue's answers are late" });
    await picture(page, "error-read-only", `${url}/`, /Not ready/);
    desk.accounts.get("main" as AccountId)?.halt(new Error("POSTINGS_UNBALANCED: portfolio=steady, asset=USD"));
    await picture(page, "error-halted", `${url}/`, /halted/);
    await page.route("**/api/trades*", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: PROBLEM }));
    await picture(page, "error-failed", `${url}/trades`, /INTERNAL_ERROR/);
    await page.goto(`${url}/p/steady`);
    await page.getByText("connected", { exact: true }).waitFor();
    await stop();
    await page.getByText(/stale/).waitFor({ timeout: 15_000 });
    await page.screenshot({ path: join(folder, "error-lost.png") });
    await page.context().close();
  });
}

type Kept = Readonly<{
  broker: FakeBroker;
  venue: FakeVenue;
  pass: (seconds: number) => Promise<void>;
  serving: Partial<ServeOptions> & Readonly<{ clock: VirtualClock }>;
}>;

/** A broker in memory with an account, and time that passes. */
function brokerKept(): Kept {
  const clock = new VirtualClock(Date.now() - 10 * MINUTE);
  const now = () => clock.now();
  const feed = syntheticFeed({ seed: 7, from: clock.now() });
  const { assets, instruments } = tradedOf(feed.instruments, () => 6);
  const usd = { id: "USD", kind: "cash", scale: 6 };
  const broker = new FakeBroker(now, { assets: [usd as never, ...assets], instruments });
  broker.deposit("USD", 100_000);
  broker.trade("ACME@DEMO", 100, 50);
  const venue = new FakeVenue({ broker, now });
  const pass = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second++) {
      clock.advance(1_000);
      for (let turn = 0; turn < 6; turn++) await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { broker, venue, pass, serving: { clock, feed, openBroker: () => venue } };
}

const TABS = ["inbox", "orders", "nobodys", "rules", "history"] as const;
const write = (url: string, path: string, body: object): Promise<unknown> =>
  fetch(`${url}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Bulkhead-Client": "tools", "Idempotency-Key": crypto.randomUUID() },
    body: JSON.stringify(body),
  });

/** An account that a broker keeps, with differences of every kind; then without its connection. */
async function atABroker(browser: Browser): Promise<void> {
  const { broker, venue, pass, serving } = brokerKept();
  await withDesk(
    ATTACHED,
    0,
    async ({ url }) => {
      await pass(65);
      for (const look of LOOKS) {
        const page = await pageOf(browser, look);
        for (const tab of TABS) await picture(page, fileName("broker-empty", look.name, tab), `${url}/reconcile?tab=${tab}`, "ready");
        await page.context().close();
      }
      broker.trade("ACME@DEMO", 7, 51, { reference: "OtherBot-17", client: "3" });
      broker.trade("ACME@DEMO", 450, 50);
      broker.appear("BOLT@DEMO", 12, 20);
      broker.deposit("USD", 3);
      await write(url, "/api/attribution-rules", { portfolio_id: "steady", reference: "grid-", client: "7", reason: "the grid bot" });
      await write(url, "/api/attribution-rules", { portfolio_id: "momentum", instrument: "BOLT", reason: "it alone trades it" });
      await pass(130);
      for (const look of LOOKS) {
        const page = await pageOf(browser, look);
        for (const tab of TABS) await picture(page, fileName("broker", look.name, tab), `${url}/reconcile?tab=${tab}`, "ready");
        await windows(page, look.name, url);
        await page.context().close();
      }
      const page = await pageOf(browser, DESK);
      await page.route("**/api/inbox*", (route) => route.fulfill({ status: 500, contentType: "application/problem+json", body: PROBLEM }));
      await page.route("**/api/reconciliations*", (route) =>
        route.fulfill({ status: 500, contentType: "application/problem+json", body: PROBLEM }),
      );
      for (const tab of ["inbox", "history"])
        await picture(page, fileName("broker-error", tab), `${url}/reconcile?tab=${tab}`, /INTERNAL_ERROR/);
      await page.unrouteAll();
      venue.lose("the line was cut");
      await pass(3);
      await picture(page, "broker-lost", `${url}/reconcile`, /Not ready/);
      await page.context().close();
    },
    serving,
  );
}

/** What opens over the page: a claim, one that lacks cash, a split, a rule with what it would sort, a search, a transfer. */
async function windows(page: Page, look: string, url: string): Promise<void> {
  const dialog = page.getByRole("dialog");
  const opened = async (name: string, path: string, open: () => Promise<void>): Promise<void> => {
    const file = fileName("broker", look, "window", name);
    if (!file.includes(only)) return;
    await page.goto(`${url}${path}`);
    await open();
    await page.waitForTimeout(600);
    await page.screenshot({ path: join(folder, `${file}.png`) });
    console.log(join(folder, `${file}.png`));
  };
  const answer = async (row: string, way: string): Promise<void> =>
    await page.locator("tr", { hasText: row }).getByRole("button", { name: way }).filter({ visible: true }).first().click();
  const choose = (label: string, value: string): Promise<unknown> => dialog.getByLabel(label, { exact: true }).selectOption(value);
  await opened("claim", "/reconcile", async () => {
    await answer("traded 7", "Claim");
    await choose("To", "momentum");
    await dialog.getByLabel("What it would do").getByRole("table").waitFor();
  });
  await opened("lacks", "/reconcile", async () => {
    await answer("traded 450", "Claim");
    await choose("To", "steady");
    await dialog.getByText(/lacks/).waitFor();
  });
  await opened("split", "/reconcile", async () => {
    await answer("3 USD", "Split");
    await dialog.getByLabel("What it would do").getByRole("table").waitFor();
  });
  await opened("write off", "/reconcile", () => answer("3 USD", "Write off"));
  await opened("rule", "/reconcile?tab=rules", async () => {
    await page.getByRole("button", { name: "Set a rule…" }).click();
    await dialog.getByLabel("Reference begins with").fill("Other");
    await choose("Whose it is", "steady");
    await dialog.getByText(/it would sort/).waitFor();
  });
  await opened("rule taken away", "/reconcile?tab=rules", async () => {
    await page.getByRole("button", { name: "Take away… rule 1" }).click();
    await dialog.getByLabel("What it would sort").waitFor();
  });
  await opened("search", "/reconcile?order=momentum", async () => {
    await dialog.getByRole("button", { name: "Search at the venue…" }).click();
    await dialog.getByLabel("Symbol, name or ISIN").fill("b");
    await page.keyboard.press("Enter");
    await dialog
      .getByRole("button", { name: /^Choose/ })
      .first()
      .waitFor();
  });
  await opened("transfer", "/reconcile?tab=nobodys", async () => {
    await page.getByRole("button", { name: "Give to… ACME" }).click();
    await choose("To", "momentum");
    await dialog.getByLabel("What it would do").getByRole("table").waitFor();
  });
}

/** Differences by the hundred. */
async function manyBreaks(browser: Browser): Promise<void> {
  const { broker, pass, serving } = brokerKept();
  await withDesk(
    ATTACHED,
    0,
    async ({ url }) => {
      await pass(65);
      for (let trade = 1; trade <= 200; trade++) broker.trade("ACME@DEMO", trade, 50, { reference: `bot-${trade}`, client: "3" });
      await pass(190);
      for (const look of LOOKS) {
        const page = await pageOf(browser, look);
        await picture(page, fileName("broker-many", look.name, "inbox"), `${url}/reconcile`, /Inbox 20/);
        await page.getByRole("region", { name: "Inbox" }).evaluate((node) => node.scrollTo(0, 6_000));
        await page.waitForTimeout(300);
        await page.screenshot({ path: join(folder, `broker-many-${look.name}-inbox-scrolled.png`) });
        await picture(page, fileName("broker-many", look.name, "history"), `${url}/reconcile?tab=history`, "adopted");
        await page.context().close();
      }
    },
    serving,
  );
}

const PROBLEM = JSON.stringify({
  type: "/api/problems#INTERNAL_ERROR",
  title: "internal error",
  status: 500,
  detail: "The desk failed at this request (7c1f). Nothing was changed; its log says more.",
  code: "INTERNAL_ERROR",
  params: { request: "7c1f" },
});

if (noBrowser !== null) {
  console.error(`SCREENSHOTS_SKIPPED: ${noBrowser}`);
  process.exitCode = 1;
} else {
  mkdirSync(folder, { recursive: true });
  const { browser, close } = await openBrowser();
  try {
    const parts = { everyScreen, many, empty, errors, atABroker, manyBreaks };
    for (const [name, part] of Object.entries(parts)) if (parted === "" || parted === name) await part(browser);
  } finally {
    await close();
  }
}
