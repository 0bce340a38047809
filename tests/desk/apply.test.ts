import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadConfig } from "@bulkhead/contract";
import type { JournalRecord } from "@bulkhead/core";
import { type Serving, serve } from "@bulkhead/server";
import { afterEach, describe, expect, test } from "vitest";
import { soon } from "../kit/soon.ts";
import { MAIN, newFolder, removeFolder } from "./paper.ts";

const open: Serving[] = [];
const folders: string[] = [];
afterEach(async () => {
  for (const serving of open.splice(0)) await serving.stop();
  for (const folder of folders.splice(0)) removeFolder(folder);
});

const FIRST = `[account]
starting_cash = "150000"
fee = { model = "percent", rate = "0.05%" }

[defaults]
max_position_pct = "50%"

[[portfolio]]
id = "alpha"
starting_cash = "50000"
symbols = ["ACME", "BOLT"]
strategy = "sma-cross"
params = { fast = 5, slow = 20 }

[[portfolio]]
id = "beta"
starting_cash = "40000"

[[rebalance]]
id = "even"
targets = { alpha = "50%", beta = "50%" }
schedule = "0 9 1 * *"
`;

type Row = Readonly<Record<string, unknown>>;
type Answer = Readonly<{ status: number; data: Readonly<Record<string, unknown>>; body: Row }>;

/** A desk behind its port, configured by a file that a test writes anew. */
class Bench {
  readonly serving: Serving;
  readonly file: string;
  #keys = 0;

  private constructor(serving: Serving, file: string) {
    this.serving = serving;
    this.file = file;
  }

  static async open(text: string | null = FIRST, environment: Readonly<Record<string, string>> = {}, data = newFolder()): Promise<Bench> {
    const file = join(data, "bulkhead.toml");
    folders.push(data);
    if (text !== null) writeFileSync(file, text);
    const serving = await serve({ data: join(data, "data"), environment, workingFolder: data, port: 0 });
    open.push(serving);
    return new Bench(serving, file);
  }

  write(text: string): void {
    writeFileSync(this.file, text);
  }

  async ask(path: string, body?: unknown): Promise<Answer> {
    this.#keys += 1;
    const headers = { "Content-Type": "application/json", "X-Bulkhead-Client": "test", "Idempotency-Key": `k${this.#keys}` };
    const init = body === undefined ? { headers } : { method: "POST", headers, body: JSON.stringify(body) };
    const response = await fetch(`${this.serving.url}${path}`, init);
    const answer = (await response.json()) as Row;
    return { status: response.status, data: (answer["data"] ?? {}) as Answer["data"], body: answer };
  }

  /** "id: from → to (applies)". */
  async difference(): Promise<readonly string[]> {
    const { data } = await this.ask("/api/config");
    return (data["difference"] as readonly Row[]).map(
      (each) => `${each["change_id"]}: ${each["from"]} → ${each["to"]} (${each["applies"]})`,
    );
  }

  get account() {
    const account = this.serving.desk.accounts.get(MAIN);
    if (account === undefined) throw new Error("no account");
    return account;
  }

  records(): readonly JournalRecord[] {
    return [...this.account.books.journal.read(1)];
  }

  /** People's commands since a record. */
  commandsSince(seq: number): readonly string[] {
    const types = new Set(["ConfigureAccount", "ConfigurePortfolio", "CreatePortfolio", "PausePortfolio", "ArchivePortfolio", "Deposit"]);
    return this.records().flatMap(({ seq: at, command }) => (at > seq && types.has(command.type) ? [command.type] : []));
  }

  async stop(): Promise<void> {
    await this.serving.stop();
    open.splice(open.indexOf(this.serving), 1);
  }
}

const outcomes = ({ data }: Answer): readonly string[] =>
  (data["outcomes"] as readonly Row[]).map(
    (each) => `${each["change_id"]} ${each["result"]}${each["code"] === null ? "" : ` ${each["code"]}`}`,
  );

const CHANGED = FIRST.replace('max_position_pct = "50%"', 'max_position_pct = "45%"')
  .replace("fast = 5", "fast = 6")
  .replace('id = "beta"\nstarting_cash = "40000"', 'id = "beta"\nstarting_cash = "1"\nactive = false\nmax_open_positions = 2')
  .replace('rate = "0.05%"', 'rate = "0.1%"')
  .replace('schedule = "0 9 1 * *"', 'schedule = "0 9 * * *"')
  .concat('[[portfolio]]\nid = "gamma"\nstarting_cash = "30000"\nsymbols = "CRUX"\n');

describe("configuration of a running desk", () => {
  test("[APPLY-1] a desk that runs as configured differs in nothing, and says what is in force with where it was written", async () => {
    const bench = await Bench.open();
    expect(await bench.difference()).toEqual([]);
    const { data } = await bench.ask("/api/config");
    expect(data).toMatchObject({ source: "file", file: "bulkhead.toml", loads: true, problems: [] });
    const settings = data["settings"] as readonly Row[];
    const of = (key: string): Row | undefined => settings.find((each) => each["key"] === key);
    expect(of("portfolio.alpha.max_position_pct")).toMatchObject({ words: "50 % of equity per position at most", from: "bulkhead.toml:6" });
    expect(of("portfolio.alpha.time_zone")).toMatchObject({ value: "UTC", from: "default" });
    expect(of("account.main.fee")).toMatchObject({ words: "charges 0.05 % of the value", from: "bulkhead.toml:3" });
    expect(of("rebalance.even.schedule")).toMatchObject({ from: "bulkhead.toml:22" });
    await bench.account.submit({
      type: "ConfigurePortfolio",
      by: "screen",
      portfolio: "alpha",
      settings: { ...bench.account.state.portfolios.get("alpha" as never)?.settings, timeZone: "Asia/Tokyo" },
    } as never);
    const again = (await bench.ask("/api/config")).data["settings"] as readonly Row[];
    expect(again.find((each) => each["key"] === "portfolio.alpha.time_zone")).toMatchObject({ value: "Asia/Tokyo", from: "the books" });
    expect(await bench.difference()).toEqual(["portfolio.alpha.time_zone: Asia/Tokyo → null (now)"]);
  });

  test("[APPLY-2] the difference is told change by change: to create, set otherwise, scheduled, and what counts from the next start on", async () => {
    const bench = await Bench.open();
    await bench.ask("/api/portfolios", { portfolio_id: "screen", starting_cash: "1000" });
    bench.write(CHANGED);
    const found = await bench.difference();
    expect(found).toEqual([
      "account.main.fee_reserve_pct: 0.05% → 0.1% (now)", // It follows from the fee where nobody says it.
      'portfolio.alpha.strategy: {"strategy":"sma-cross","params":{"fast":5,"slow":20,"side":"long","reserve":"2%"}} → {"strategy":"sma-cross","params":{"fast":6,"slow":20,"side":"long","reserve":"2%"}} (now)',
      "portfolio.alpha.max_position_pct: 50% → 45% (now)",
      "portfolio.beta.max_position_pct: 50% → 45% (now)",
      "portfolio.beta.max_open_positions: null → 2 (now)",
      "portfolio.beta.active: true → false (now)",
      "portfolio.gamma: null → 30000 USD (now)",
      "portfolio.screen: null → null (never)",
      'rebalance.even: {"targets":{"alpha":"50%","beta":"50%"},"schedule":"0 9 1 * *"} → {"targets":{"alpha":"50%","beta":"50%"},"schedule":"0 9 * * *"} (now)',
      'account.main.fee: {"model":"percent","rate":"0.0005"} → {"model":"percent","rate":"0.001"} (at_start)',
    ]);
  });

  test("[APPLY-3] chosen changes become commands, the others stay; starting cash of what exists is never touched, and nothing is archived", async () => {
    const bench = await Bench.open();
    bench.write(CHANGED);
    const { seq } = bench.account.state;
    const previewed = await bench.ask("/api/config/apply/preview", { changes: ["portfolio.gamma", "portfolio.alpha.max_position_pct"] });
    expect(outcomes(previewed)).toEqual(["portfolio.alpha.max_position_pct applied", "portfolio.gamma applied"]);
    expect(bench.commandsSince(seq)).toEqual([]);
    const chosen = await bench.ask("/api/config/apply", { changes: ["portfolio.gamma", "portfolio.alpha.max_position_pct"] });
    expect([chosen.status, chosen.data["applied"], chosen.data["refused"]]).toEqual([200, 2, 0]);
    expect(bench.commandsSince(seq)).toEqual(["ConfigurePortfolio", "CreatePortfolio"]);
    expect((await bench.ask("/api/portfolios/gamma")).data).toMatchObject({
      initial_balance: "30000",
      symbols: ["CRUX@DEMO"],
      max_position_pct: "0.45",
    });
    const whole = await bench.ask("/api/config/apply", {});
    expect(outcomes(whole)).toContain("account.main.fee left");
    expect((await bench.difference()).map((line) => line.split(":")[0])).toEqual(["account.main.fee"]);
    expect((await bench.ask("/api/portfolios/beta")).data).toMatchObject({
      initial_balance: "40000",
      status: "paused",
      max_open_positions: 2,
    });
    expect((await bench.ask("/api/capital")).data["schedules"]).toMatchObject([{ id: "even", schedule: "0 9 * * *" }]);
    // Schedules come and go likewise.
    bench.write(
      CHANGED.replace(/\[\[rebalance\]\][^[]*/, '[[sweep]]\nid = "profit"\nfrom = "alpha"\nabove = "60000"\nschedule = "@weekly"\n'),
    );
    expect(outcomes(await bench.ask("/api/config/apply", { changes: ["sweep", "rebalance.even"] }))).toEqual([
      "rebalance.even applied",
      "sweep.profit applied",
    ]);
    expect((await bench.ask("/api/capital")).data["schedules"]).toMatchObject([{ kind: "sweep", id: "profit", above: "60000" }]);
    // Again: nothing is left to do, and nothing is recorded.
    const before = bench.commandsSince(0).length;
    await bench.ask("/api/config/apply", {});
    expect(bench.commandsSince(0)).toHaveLength(before);
  });

  test("[APPLY-4] a configuration that does not load is refused with its lines, and changes nothing; so is a change that is none", async () => {
    const bench = await Bench.open();
    bench.write(FIRST.replace('max_position_pct = "50%"', "max_position_pct = 50\nmax_open_position = 3"));
    const { seq } = bench.account.state;
    const refused = await bench.ask("/api/config/apply", {});
    expect([refused.status, refused.body["code"]]).toEqual([422, "CONFIG_BROKEN"]);
    expect(String(refused.body["detail"])).toContain("bulkhead.toml:6");
    expect(String(refused.body["detail"])).toContain("bulkhead.toml:7");
    expect(String(refused.body["detail"])).not.toContain(bench.file.replace("bulkhead.toml", ""));
    const shown = await bench.ask("/api/config");
    expect(shown.data).toMatchObject({ loads: false, difference: [] });
    expect((shown.data["problems"] as readonly Row[]).map((each) => [each["place"], each["code"]])).toEqual([
      ["bulkhead.toml:6", "CONFIG_PERCENT_UNCLEAR"],
      ["bulkhead.toml:7", "CONFIG_KEY_UNKNOWN"],
    ]);
    bench.write(FIRST);
    expect((await bench.ask("/api/config/apply", { changes: ["portfolio.nobody"] })).body["code"]).toBe("CONFIG_CHANGE_UNKNOWN");
    expect(bench.commandsSince(seq)).toEqual([]);
  });

  test("[APPLY-5] what cannot be is told, change by change, and everything else is applied: symbols, strategies, capital that is not there (C29)", async () => {
    const bench = await Bench.open();
    bench.write(
      FIRST.replace('starting_cash = "150000"', 'starting_cash = "900000"')
        .replace('symbols = ["ACME", "BOLT"]', 'symbols = ["ACME", "NOWHERE"]\ntime_zone = "Asia/Tokyo"')
        .concat(
          '[[portfolio]]\nid = "rich"\nstarting_cash = "60001"\n[[portfolio]]\nid = "lost"\nstrategy = "./gone.ts"\nstarting_cash = "1"\n',
        ),
    );
    const difference = (await bench.ask("/api/config")).data["difference"] as readonly Row[];
    const of = (id: string): Row | undefined => difference.find((each) => each["change_id"] === id);
    expect(of("portfolio.alpha.symbols")).toMatchObject({ applies: "never" });
    expect(String(of("portfolio.alpha.symbols")?.["detail"])).toContain("NOWHERE");
    expect(of("portfolio.lost")).toMatchObject({ applies: "never" });
    const preview = await bench.ask("/api/config/apply/preview", {});
    expect(outcomes(preview)).toContain("portfolio.rich refused CAPITAL_INSUFFICIENT");
    const applied = await bench.ask("/api/config/apply", {});
    expect(outcomes(applied)).toEqual(outcomes(preview));
    expect(outcomes(applied)).toContain("portfolio.alpha.time_zone applied");
    expect((await bench.ask("/api/portfolios/alpha")).data).toMatchObject({ symbols: ["ACME@DEMO", "BOLT@DEMO"], time_zone: "Asia/Tokyo" });
    expect((await bench.ask("/api/portfolios/rich")).status).toBe(404);
  });

  test("[APPLY-6] the books, exported, start another desk with the same settings and differ from themselves in nothing", async () => {
    const bench = await Bench.open();
    await bench.ask("/api/portfolios", {
      portfolio_id: "screen",
      name: 'The "new" one',
      starting_cash: "1000",
      symbols: ["DUSKUSD"],
      max_order_notional: "250.5",
      loss_limits: [
        { window: "day", pct: "0.03" },
        { window: "lifetime", amount: "500" },
      ],
      trailing_stop_pct: "0.075",
      active: false,
    });
    await bench.ask("/api/portfolios/alpha/transfer", { to_portfolio_id: "beta", amount: "123.45", reason: "test" });
    const { data } = await bench.ask("/api/config/export");
    expect(data["notes"]).toEqual([]);
    const text = String(data["text"]);
    expect(loadConfig({ file: { name: "export", text } })).toMatchObject({ ok: true });
    bench.write(text);
    expect(await bench.difference()).toEqual([]);
    const second = await Bench.open(text);
    expect(await second.difference()).toEqual([]);
    const capital = async (each: Bench): Promise<readonly unknown[]> =>
      ((await each.ask("/api/capital")).data["portfolios"] as readonly Row[]).map((row) => [
        row["portfolio_id"],
        row["capital"],
        row["status"],
      ]);
    expect((await capital(second)).toSorted()).toEqual((await capital(bench)).toSorted());
    const settings = async (each: Bench): Promise<unknown> => (await each.ask("/api/portfolios/screen")).data["loss_limits"];
    expect(await settings(second)).toEqual(await settings(bench));
  });

  test("[APPLY-7] a strategy that is applied runs, found where the file says; what the file says of others does not count until it is applied", async () => {
    const bench = await Bench.open();
    const folder = bench.file.replace("/bulkhead.toml", "");
    writeFileSync(
      join(folder, "mine.ts"),
      'import { exit, strategy } from "bulkhead";\nexport default strategy({ name: "mine", params: {}, onBar: ({ position }) => (position ? exit({ why: "x" }) : undefined) });\n',
    );
    bench.write(
      FIRST.replace('id = "beta"', 'id = "beta"\nstrategy = "./mine.ts"').replace(
        'strategy = "sma-cross"\nparams = { fast = 5, slow = 20 }',
        'strategy = "./gone.ts"',
      ),
    );
    expect(outcomes(await bench.ask("/api/config/apply", { changes: ["portfolio.beta.strategy"] }))).toEqual([
      "portfolio.beta.strategy applied",
    ]);
    await soon(async () => {
      const rows = (await bench.ask("/api/strategies")).data as unknown as readonly Row[];
      expect(rows.map((row) => [row["portfolio_id"], row["strategy"], row["source"], row["state"]])).toEqual(
        expect.arrayContaining([
          ["alpha", "sma-cross", "sma-cross", "running"],
          ["beta", "mine", "./mine.ts", "running"],
        ]),
      );
    });
    // The export names the file, and so starts with it again.
    expect(String((await bench.ask("/api/config/export")).data["text"])).toContain('strategy = "./mine.ts"');
  });

  test("[APPLY-6] [APPLY-2] several accounts: each portfolio says whose it is, and an account comes and goes with a start", async () => {
    const two = `[[account]]
id = "one"
[[account]]
id = "two"
base_currency = "EUR"
over_allocation = true
[[portfolio]]
id = "alpha"
account = "one"
starting_cash = "10"
[[portfolio]]
id = "beta"
account = "two"
starting_cash = "20"
[[rebalance]]
id = "r"
account = "two"
targets = { beta = "100%", unattributed = 0 }
schedule = "@daily"
`;
    const bench = await Bench.open(two);
    expect(await bench.difference()).toEqual([]);
    const text = String((await bench.ask("/api/config/export")).data["text"]);
    const second = await Bench.open(text);
    expect(await second.difference()).toEqual([]);
    expect(
      second.serving.config.accounts.map(({ id, baseCurrency, portfolios, schedules }) => [
        id,
        baseCurrency,
        portfolios[0]?.id,
        schedules.length,
      ]),
    ).toEqual([
      ["one", "USD", "alpha", 0],
      ["two", "EUR", "beta", 1],
    ]);
    bench.write(
      `${two.replace('[[account]]\nid = "one"\n', '[[account]]\nid = "three"\n').replace('account = "one"', 'account = "three"')}`,
    );
    expect(await bench.difference()).toEqual(["account.three: null → null (at_start)", "account.one: null → null (at_start)"]);
  });

  test("[DESK-15] what differs at a start is said, and the books go on", async () => {
    const bench = await Bench.open();
    const data = bench.file.replace("/bulkhead.toml", "");
    await bench.stop();
    const again = await Bench.open(CHANGED, {}, data);
    expect(again.account.notes).toEqual(
      expect.arrayContaining([
        "Portfolio alpha: max_position_pct is 50% in the books and 45% in the configuration.",
        "Portfolio gamma is in the configuration and not in the books.",
      ]),
    );
    expect((await again.ask("/api/portfolios/alpha")).data).toMatchObject({ max_position_pct: "0.5" });
  });
});
