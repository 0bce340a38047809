import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { type LogLevel, Logs } from "@bulkhead/store";
import { describe, expect, onTestFinished, test } from "vitest";
import { Stage } from "../http/stage.ts";
import { soon } from "../kit/soon.ts";
import { at, bulkhead, type Json, type Ran, type RunOptions, temporary } from "./command.ts";

type Told = Readonly<{ stage: Stage; tell: (line: string, options?: RunOptions) => Promise<Ran> }>;

async function desk(listen: object = {}): Promise<Told> {
  const stage = await Stage.open({ listen });
  const tell = (line: string, options: RunOptions = {}): Promise<Ran> =>
    bulkhead(
      line.split(" ").map((word) => word.replaceAll("+", " ")),
      { ...options, environment: { BULKHEAD_URL: stage.listening.url, ...options.environment } },
    );
  return { stage, tell };
}

/** Sums of a column over rows whose first cell is not the sum's. */
function columnsAddUp(text: string, column: string): void {
  const lines = text.split("\n").filter((line) => /^\w+ {2,}/.test(line));
  const [head = "", ...body] = lines.slice(lines.findIndex((line) => line.startsWith("Portfolio")));
  const index = head.split(/ {2,}/).indexOf(column);
  const cells = body
    .map((line) => line.split(/ {2,}/))
    .map((cells) => [cells[0], Number((cells[index] ?? "").replaceAll(",", ""))] as const);
  const parts = cells.filter(([id]) => id !== "account").map(([, value]) => Math.round(value * 1e6));
  const total = cells.find(([id]) => id === "account")?.[1] ?? Number.NaN;
  expect(parts.length).toBeGreaterThan(2);
  expect(parts.reduce((sum, part) => sum + part, 0)).toBe(Math.round(total * 1e6));
}

describe("looking", () => {
  test("[CLI-36] status says whether the desk may trade; rows add up to the account", async () => {
    const { stage, tell } = await desk();
    stage.account.with((books) => books.hold("alpha", "LONG@X", "buy 100", "10"));
    const said = await tell("status");
    expect([said.code, said.err]).toEqual([0, ""]);
    expect(said.out).toContain(`${stage.listening.url}: ready to trade`);
    for (const column of ["Equity", "Cash", "Net P&L", "Positions"]) columnsAddUp(said.out, column);
    const json = (await tell("status --json")).json();
    expect(json).toMatchObject({
      ready: true,
      accounts: [{ account_id: "main", mode: expect.any(String), kills: [], total: { equity: expect.any(String) } }],
    });
    stage.account.readiness = { ready: false, reasons: ["stops: 2 expected, 1 armed"] };
    expect((await tell("status")).out).toContain("not ready: stops: 2 expected, 1 armed");
  });

  test("[CLI-36] portfolio list and pnl add up too, and say who was asked", async () => {
    const { stage, tell } = await desk();
    stage.account.with((books) => books.hold("beta", "LONG@X", "buy 50", "10"));
    const listed = await tell("portfolio list");
    expect(listed.out).toContain("from the running desk");
    for (const column of ["Equity", "Cash", "Realized", "Unrealized", "Fees"]) columnsAddUp(listed.out, column);
    columnsAddUp((await tell("pnl")).out, "Net");
    const json = (await tell("portfolio list --json")).json();
    expect(json).toMatchObject({ source: "desk", account_id: "main", data: expect.any(Array), total: expect.any(Object) });
    expect((at(json, "data") as Json[]).map((row) => row["portfolio_id"]).toSorted()).toEqual(["alpha", "beta", "unattributed"]);
    expect((await tell("portfolio list --status archived")).out).toContain("No portfolios.");
  });

  const LISTS =
    "positions pnl performance equity days trades executions signals receipts ledger transfers breaks lots instruments orders".split(" ");
  test.each(LISTS)("[CLI-37] %s in text and in JSON, every page of it, and nothing of a foreign portfolio", async (name) => {
    const { stage, tell } = await desk();
    stage.account.with((books) => books.hold("alpha", "LONG@X", "buy 100", "10"));
    await stage.post("/api/orders", {
      portfolio_id: "alpha",
      instrument: "LONG",
      side: "buy",
      quantity: "50",
      limit_price: "9",
      order_type: "limit",
    });
    const text = await tell(name);
    expect([text.code, text.err]).toEqual([0, ""]);
    const json = (await tell(`${name} --json --limit 1000`)).json();
    expect(json).toMatchObject({
      account_id: "main",
      mode: expect.any(String),
      as_of_seq: expect.any(Number),
      data: expect.any(Array),
      next_cursor: null,
    });
    const count = (at(json, "data") as unknown[]).length;
    const sums = "total" in json ? 1 : 0;
    expect(text.out.trim().split("\n").length).toBe(count === 0 ? 1 : 1 + count + sums);
    if (count > 1) expect(await tell(`${name} --limit 1`)).toMatchObject({ code: 0, err: expect.stringContaining("There are more") });
    if (name === "instruments") return;
    const { headers } = await stage.key(["read"], ["beta"]);
    const key = String(headers["Authorization"]).slice("Bearer ".length);
    const seen = (await tell(`${name} --json`, { environment: { BULKHEAD_KEY: key } })).json();
    expect(JSON.stringify(seen)).not.toContain('"alpha"');
    const foreign = await tell(`${name} --portfolio alpha`, { environment: { BULKHEAD_KEY: key } });
    expect([foreign.code, foreign.err.split(":")[0]]).toEqual([1, "PORTFOLIO_UNKNOWN"]);
  });

  test("[CLI-37] filters are the API's; orders --all knows those that ended", async () => {
    const { stage, tell } = await desk();
    stage.account.with((books) => books.hold("alpha", "LONG@X", "buy 100", "10"));
    const filtered = (await tell("ledger --ledger-account fees --json")).json();
    expect((at(filtered, "data") as Json[]).every((row) => row["account"] === "fees")).toBe(true);
    expect((await tell("trades --status open")).out).toContain("LONG@X");
    expect((await tell("trades --status closed")).out).toBe("No trades.\n");
    expect((await tell("orders")).out).toBe("No open orders.\n");
    expect((await tell("orders --all")).out).toContain("filled");
  });

  test("[CLI-38] why and explain: what holds a portfolio back, and from a figure to its postings", async () => {
    const { stage, tell } = await desk();
    await stage.post("/api/orders", { portfolio_id: "alpha", instrument: "LONG", side: "buy", quantity: "5000" });
    expect((await tell("why alpha")).out).toMatch(/^Nothing holds alpha back\.\nThe latest denials:\n/);
    expect((await tell("why alpha LONG")).out).toContain("The smallest buy: would be placed");
    expect(await tell("why nobody")).toMatchObject({ code: 1, err: expect.stringMatching(/^PORTFOLIO_UNKNOWN: /) });
    expect((await tell("explain cash --portfolio alpha")).out).toMatch(/^cash of alpha: 10,000\.00 USD, the sum of 1 postings/);
    expect((await tell("explain capital --portfolio alpha")).out).toMatch(
      /10,000\.00 USD, the sum of 1 postings, its sign turned: .*\n[\s\S]* -10,000\.00 /,
    );
    const sum = (await tell("explain equity --portfolio alpha")).out;
    expect(sum).toMatch(/^equity of alpha: 10,000\.00 USD, the sum of 1 parts/);
    expect(sum).toMatch(/alpha +cash +USD.*10,000\.00/);
    expect((await tell("explain cash --json")).json()).toMatchObject({ data: { portfolio_id: "*", figure: "cash" } });
    expect(await tell("explain luck")).toMatchObject({ code: 1, err: expect.stringMatching(/^REQUEST_INVALID: /) });
  });

  test("[CLI-39] logs, and with -f every new line once until it is ended", async () => {
    const folder = temporary();
    const logs = new Logs(join(folder, "logs.sqlite"));
    onTestFinished(() => logs.close());
    const { tell } = await desk({ logs: () => logs });
    const say = (message: string, level: LogLevel = "info"): void =>
      void logs.append([{ seq: 1, at: 1_800_000_000_000, level, source: "host", portfolioId: "alpha", runId: "r", message, fields: "{}" }]);
    for (let i = 0; i < 60; i++) say(`line ${i}`, i % 2 === 0 ? "info" : "warn");
    const last = (await tell("logs --limit 2")).out;
    expect(last).toBe("2027-01-15 08:00:00 info  alpha host: line 58\n2027-01-15 08:00:00 warn  alpha host: line 59\n");
    expect((await tell("logs --level warn --limit 500")).out.trim().split("\n")).toHaveLength(30);
    const ended = new AbortController();
    let heard = "";
    const hear = (text: string): void => {
      heard += text;
    };
    const following = tell("logs -f --json --limit 1", { stopped: ended.signal, hear });
    await soon(() => expect(heard).toContain("line 59"));
    for (let i = 60; i < 69; i++) say(`line ${i}`);
    await soon(() => expect(heard).toContain("line 68"));
    say("line 69");
    await soon(() => expect(heard).toContain("line 69"));
    ended.abort();
    const { code, out } = await following;
    const messages = out
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as Json)["message"]);
    expect([code, messages]).toEqual([0, Array.from({ length: 11 }, (_, i) => `line ${59 + i}`)]);
  });
});

describe("portfolios", () => {
  test("[CLI-40] are created, shown, configured, paused, resumed, moved between and archived", async () => {
    const { stage, tell } = await desk();
    stage.account.with((books) =>
      books.run({ type: "Deposit", by: "t", asset: "USD", amount: 5_000_000_000, transferId: "d", reason: "t" } as never),
    );
    const created = await tell("portfolio create Nova --starting-cash 1000 --set max_position_pct=12.5% --set symbols=LONG,SPY");
    expect([created.code, created.err, created.out]).toEqual([0, "", "Portfolio nova has 1,000.00 USD and is active.\n"]);
    const shown = (await tell("portfolio show nova --json")).json();
    expect(at(shown, "data")).toMatchObject({ max_position_pct: "0.125", symbols: ["LONG@X", "SPY@X"] });
    const set =
      'portfolio configure nova --set max_open_positions=3 --set max_position_pct=none --set loss_limits=[{"window":"day","pct":"0.05"}]';
    expect((await tell(set)).out).toMatch(/max open positions\s+3\n/);
    const old = await tell("portfolio configure nova --set name=x --if-version 1");
    expect([old.code, old.err.split(":")[0]]).toEqual([1, "VERSION_MISMATCH"]);
    expect((await tell("portfolio pause nova --reason earnings+week")).out).toBe("Portfolio nova is paused (reducing: earnings week).\n");
    expect((await tell("portfolio resume nova --reason over")).out).toContain("is active");
    const preview = await tell("portfolio transfer alpha nova 250 --reason more --preview");
    expect(preview.out).toContain("nova: equity 1,000.00, then 1,250.00");
    expect((await tell("portfolio transfer alpha nova 250 --reason more")).out).toContain("nova: cash 1,250.00");
    expect((await tell("portfolio archive nova --reason x --dry-run")).out).toContain("can be archived");
    const nobody = await tell("portfolio archive nova --reason x");
    expect([nobody.code, nobody.err.split(":")[0]]).toEqual([2, "CLI_CONFIRM_NEEDED"]);
    expect((await tell("portfolio archive nova --reason x --yes")).out).toBe("Portfolio nova is archived.\n");
  });

  test("[CLI-8] what the desk does not take is said with its code", async () => {
    const { tell } = await desk();
    for (const [line, code, exit] of [
      ["portfolio create alpha --starting-cash 1", "PORTFOLIO_EXISTS", 1],
      ["portfolio create x --starting-cash lots", "REQUEST_INVALID", 1],
      ["portfolio create x", "CLI_USAGE", 2],
      ["portfolio configure alpha", "CLI_USAGE", 2],
      ["portfolio configure alpha --set colour=red", "REQUEST_INVALID", 1],
      ["portfolio configure alpha --set nothing", "CLI_USAGE", 2],
      ["portfolio transfer alpha beta 1000000 --reason x", "CAPITAL_INSUFFICIENT", 1],
      ["portfolio show nobody", "PORTFOLIO_UNKNOWN", 1],
      ["portfolio lst", "CLI_USAGE", 2],
      ["portfolio pause alpha", "CLI_USAGE", 2],
    ] as const) {
      const ran = await tell(line);
      expect([line, ran.code, ran.err.split(":")[0], ran.out]).toEqual([line, exit, code, ""]);
    }
  });
});

describe("keys", () => {
  test("[CLI-41] are made, listed without their secrets, used and revoked", async () => {
    const { tell } = await desk();
    const made = (await tell("keys create my-bot --may read,trade --portfolios alpha --days 30 --json")).json();
    expect(made).toMatchObject({ data: { name: "my-bot", actions: ["read", "trade"], portfolios: ["alpha"] } });
    const secret = String(at(made, "data.secret"));
    const listed = await tell("keys");
    expect(listed.out).toContain("my-bot");
    expect(listed.out).not.toContain(secret.slice(20));
    const environment = { BULKHEAD_KEY: secret };
    expect((await tell("portfolio list --json", { environment })).json()).toMatchObject({ data: [{ portfolio_id: "alpha" }], total: null });
    const may = await tell("kill engage pause --reason x --portfolio alpha", { environment });
    expect([may.code, may.err.split(":")[0]]).toEqual([1, "ACTION_NOT_ALLOWED"]);
    const id = String(at(made, "data.key_id"));
    expect((await tell(`keys revoke ${id} --yes`)).out).toBe(`Key ${id} is revoked.\n`);
    const revoked = await tell("status", { environment });
    expect([revoked.code, revoked.err.split(":")[0]]).toEqual([1, "KEY_INVALID"]);
  });

  test("[CLI-41] one on the command line works, and the command says who can read it there", async () => {
    const { stage, tell } = await desk();
    const { headers } = await stage.key(["read"]);
    const ran = await tell(`positions --key ${String(headers["Authorization"]).slice(7)}`);
    expect([ran.code, ran.out]).toEqual([0, "No open positions.\n"]);
    expect(ran.err).toContain("BULKHEAD_KEY");
  });

  test.each([
    ["keys create x --may everything", "--may takes read"],
    ["keys create x --days soon", "--days takes a whole number"],
  ])("[CLI-8] %s is a wrong command line", async (line, said) => {
    const { tell } = await desk();
    expect(await tell(line)).toMatchObject({ code: 2, err: expect.stringContaining(said) });
  });
});

describe("where no desk answers", () => {
  test("[CLI-30] none runs: one sentence with what to do, and 4", async () => {
    const folder = temporary();
    for (const line of [
      "status",
      "orders",
      "order buy 1 LONG",
      "kill engage pause --reason x",
      "portfolio create x --starting-cash 1",
      "shutdown",
    ]) {
      const ran = await bulkhead(line.split(" "), { environment: { BULKHEAD_HOME: join(folder, "desk") } });
      expect([line, ran.code, ran.out]).toEqual([line, 4, ""]);
      expect(ran.err).toMatch(/^CLI_DESK_ABSENT: No desk runs on .*desk\. `bulkhead start` opens it/);
    }
    const asJson = await bulkhead(["status", "--json", "--data", folder]);
    expect(asJson.json()).toMatchObject({ error: { code: "CLI_DESK_ABSENT", params: { path: folder } } });
  });

  test("[CLI-30] nobody listens there, what listens is no desk, and an address that is none", async () => {
    const nobody = await bulkhead(["order", "buy", "1", "X", "--url", "http://127.0.0.1:1"]);
    expect([nobody.code, nobody.err]).toEqual([4, expect.stringMatching(/^CLI_DESK_UNREACHABLE: .*Nothing was done/)]);
    const server = createServer((_request, response) => response.end("<html>hello</html>")).listen(0);
    onTestFinished(() => void server.close());
    const other = await bulkhead(["status", "--url", `http://127.0.0.1:${(server.address() as AddressInfo).port}`]);
    expect([other.code, other.err.split(":")[0]]).toEqual([4, "CLI_ANSWER_UNKNOWN"]);
    expect(await bulkhead(["status", "--url", "localhost"])).toMatchObject({ code: 2, err: expect.stringMatching(/^CLI_URL_INVALID: /) });
  });

  test("[CLI-32] a desk that goes away in the middle: it is not known, and how to ask again is said", async () => {
    let asked: unknown;
    const server = createServer((request) => {
      asked ??= request.headers["idempotency-key"];
      request.socket.destroy();
    }).listen(0);
    onTestFinished(() => void server.close());
    const lost = await bulkhead(["order", "buy", "1", "X", "--url", `http://127.0.0.1:${(server.address() as AddressInfo).port}`]);
    expect([lost.code, lost.err.split(":")[0]]).toEqual([4, "CLI_DESK_LOST"]);
    expect(lost.err).toContain(`--idempotency-key ${String(asked)}`);
  });
});
