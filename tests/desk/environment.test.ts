import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PortfolioId } from "@bulkhead/core";
import { formatRatio, type Ratio } from "@bulkhead/money";
import { type Serving, serve } from "@bulkhead/server";
import { afterEach, describe, expect, test } from "vitest";
import { startProgram } from "../kit/program.ts";
import { accountOf, MINUTE, newFolder, removeFolder, START } from "./paper.ts";
import { VirtualClock } from "./virtual-clock.ts";

/** The worked example, field by field as people have it in their environment. */
const WORKED = JSON.stringify([
  {
    id: "aggressive",
    name: "Aggressive Growth",
    starting_cash: 50000,
    symbols: ["NVDA", "TSLA", "AMD", "MARA"],
    max_position_pct: 0.04,
    use_trailing_stop: true,
    trailing_stop_pct: 0.07,
  },
  {
    id: "conservative",
    name: "Conservative",
    starting_cash: 50000,
    symbols: "AAPL,MSFT,JNJ,PG,KO",
    max_position_pct: 0.02,
    use_trailing_stop: true,
    trailing_stop_pct: 0.04,
  },
]);

const open: Serving[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const serving of open.splice(0)) await serving.stop();
  for (const folder of folders.splice(0)) removeFolder(folder);
});

const freshFolder = (): string => {
  const folder = newFolder();
  folders.push(folder);
  return folder;
};

/** The real start with an environment, on a clock that a test moves. */
async function start(
  environment: Readonly<Record<string, string>>,
  folder = freshFolder(),
  at = START,
): Promise<Readonly<{ serving: Serving; clock: VirtualClock; folder: string }>> {
  const clock = new VirtualClock(at);
  const serving = await serve({ data: join(folder, "data"), environment, workingFolder: folder, clock, port: 0 });
  open.push(serving);
  return { serving, clock, folder };
}

type Row = Readonly<Record<string, unknown>>;
async function ask({ url }: Serving, path: string, body?: unknown): Promise<Readonly<{ status: number; data: never }>> {
  const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": `k${performance.now()}` };
  const response = await fetch(`${url}${path}`, body === undefined ? {} : { method: "POST", headers, body: JSON.stringify(body) });
  return { status: response.status, data: ((await response.json()) as { data: never }).data };
}

describe("the environment", () => {
  test("[DESK-17] S0.27 S0.28 S0.31 S0.32: the worked example starts as it stands, and its portfolios trade within their limits with their stops", async () => {
    const { serving, clock } = await start({ PORTFOLIOS: WORKED });
    expect(serving.config.accounts[0]?.portfolios.map(({ id }) => id)).toEqual(["aggressive", "conservative"]);
    const portfolios = (await ask(serving, "/api/portfolios")).data as readonly Row[];
    expect(portfolios.map((each) => [each["portfolio_id"], each["initial_balance"], each["status"]])).toEqual([
      ["unattributed", "0", "active"],
      ["aggressive", "50000", "active"],
      ["conservative", "50000", "active"],
    ]);
    expect((await ask(serving, "/api/portfolios/aggressive")).data).toMatchObject({
      name: "Aggressive Growth",
      symbols: ["NVDA@DEMO", "TSLA@DEMO", "AMD@DEMO", "MARA@DEMO"],
      max_position_pct: "0.04",
      use_trailing_stop: true,
      trailing_stop_pct: "0.07",
    });
    clock.advance(5 * MINUTE);
    const order = (portfolio: string, symbol: string, quantity: string) =>
      ask(serving, "/api/orders", { portfolio_id: portfolio, instrument: symbol, side: "buy", quantity, time_in_force: "gtc" });
    expect((await order("aggressive", "NVDA", "2")).status).toBe(201);
    expect((await order("conservative", "KO", "2")).status).toBe(201);
    // 4 % of 50,000 is 2,000: no price of the embedded market is below twenty dollars.
    expect((await order("aggressive", "TSLA", "100")).status).toBe(422);
    expect((await order("aggressive", "KO", "1")).status).toBe(422);
    clock.advance(5 * MINUTE);
    const positions = (await ask(serving, "/api/positions?portfolio_id=*")).data as readonly Row[];
    expect(positions.map((each) => [each["portfolio_id"], each["symbol"], each["quantity"]])).toEqual([
      ["aggressive", "NVDA", "2"],
      ["conservative", "KO", "2"],
    ]);
    const stops = (await ask(serving, "/api/protections?portfolio_id=*")).data as readonly Row[];
    expect(stops.map((each) => [each["portfolio_id"], each["trailing_distance"] !== null])).toEqual([
      ["aggressive", true],
      ["conservative", true],
    ]);
  });

  test("[DESK-17] S0.29, S2.49: without PORTFOLIOS there is one portfolio, default, with SYMBOLS and DEFAULT_CASH", async () => {
    const { serving } = await start({ SYMBOLS: "SPY, QQQ", DEFAULT_CASH: "25000" });
    const account = accountOf(serving.desk);
    expect([...account.state.portfolios.keys()]).toEqual(["unattributed", "default"]);
    expect((await ask(serving, "/api/portfolios/default")).data).toMatchObject({
      initial_balance: "25000",
      symbols: ["SPY@DEMO", "QQQ@DEMO"],
    });
    expect(((await ask(serving, "/api/positions")) as { status: number }).status).toBe(200); // S0.38: default is who is meant.
    const cashOnly = await start({ DEFAULT_CASH: "1000", PORTFOLIOS: " " });
    expect((await ask(cashOnly.serving, "/api/portfolios/default")).data).toMatchObject({ initial_balance: "1000", symbols: null });
  });

  test("[DESK-17] S0.30: every field of a portfolio counts, and null is the global default", async () => {
    const folder = freshFolder();
    writeFileSync(join(folder, "bulkhead.toml"), '[defaults]\nmax_open_positions = 7\nstop_loss_pct = "9%"\n[[portfolio]]\nid = "gone"\n');
    const full = {
      id: "full",
      name: "Full",
      starting_cash: "1234.56",
      symbols: ["ACME"],
      active: false,
      max_position_pct: "0.5",
      max_daily_loss_pct: 0.03,
      max_open_positions: 2,
      stop_loss_pct: 0.05,
      trailing_stop_pct: 0.06,
      use_trailing_stop: false,
      enabled_strategies: ["momentum", "sma-cross"],
      min_confidence: 0.6,
    };
    const plain = { id: "plain", max_open_positions: null, stop_loss_pct: null, enabled_strategies: null, min_confidence: null };
    const { serving } = await start({ PORTFOLIOS: JSON.stringify([full, plain]) }, folder);
    expect((await ask(serving, "/api/portfolios/full")).data).toMatchObject({
      initial_balance: "1234.56",
      status: "paused",
      max_position_pct: "0.5",
      loss_limits: [{ window: "day", pct: "0.03", amount: null }],
      max_open_positions: 2,
      stop_loss_pct: "0.05",
      trailing_stop_pct: null,
      enabled_strategies: ["momentum", "sma-cross"],
      min_confidence: "0.6",
    });
    expect((await ask(serving, "/api/portfolios/plain")).data).toMatchObject({
      name: "plain",
      initial_balance: "100000",
      status: "active",
      max_open_positions: 7,
      stop_loss_pct: "0.09",
      enabled_strategies: null,
      min_confidence: null,
    });
    expect((await ask(serving, "/api/portfolios/gone")).status).toBe(404);
  });

  test("[DESK-15] [APPLY-2] S0.32: a second start with another environment changes no books; the difference says what it would", async () => {
    const first = await start({ PORTFOLIOS: WORKED });
    await first.serving.stop();
    open.pop();
    const other = JSON.parse(WORKED) as Record<string, unknown>[];
    const environment = { PORTFOLIOS: JSON.stringify([{ ...other[0], trailing_stop_pct: 0.08, starting_cash: 1 }]) };
    const { serving } = await start(environment, first.folder, START + 60 * MINUTE);
    const trailing = accountOf(serving.desk).state.portfolios.get("aggressive" as PortfolioId)?.settings.protection.trailingStopPct;
    expect(formatRatio(trailing as Ratio)).toBe("0.07");
    const config = (await ask(serving, "/api/config")).data as Readonly<{ source: string; difference: readonly Row[] }>;
    expect(config.source).toBe("environment");
    expect(config.difference.map((each) => [each["change_id"], each["from"], each["to"], each["origin"]])).toEqual([
      ["portfolio.aggressive.trailing_stop_pct", "7%", "8%", "environment PORTFOLIOS"],
      ["portfolio.conservative", null, null, ""],
    ]);
  });

  test.each([
    ["no list", '{"id": "a"}', "CONFIG_JSON"],
    ["no JSON", "[{", "CONFIG_JSON"],
    ["a field that is not known", '[{"id": "a", "max_positon_pct": 0.1}]', "CONFIG_KEY_UNKNOWN"],
    ["two of one name", '[{"id": "a"}, {"id": "a"}]', "CONFIG_ID_TWICE"],
  ])("[DESK-17] S0.27: PORTFOLIOS with %s starts nothing, and says why", async (_name, portfolios, code) => {
    const folder = freshFolder();
    const started = serve({ data: join(folder, "data"), environment: { PORTFOLIOS: portfolios }, workingFolder: folder, port: 0 });
    await expect(started).rejects.toMatchObject({ code: "DESK_CONFIG_REFUSED", details: [expect.stringContaining(code)] });
  });

  test("[DESK-20] S0.32: the process that a person starts reads its portfolios from the environment", async () => {
    const folder = freshFolder();
    const program = startProgram(["--data", folder, "--port", "0"], { folder, environment: { PORTFOLIOS: WORKED } });
    const url = await program.url;
    const { data } = (await (await fetch(`${url}/api/portfolios`)).json()) as { data: readonly Row[] };
    expect(data.map((each) => each["portfolio_id"])).toEqual(["unattributed", "aggressive", "conservative"]);
  });
});
