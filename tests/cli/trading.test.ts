import { describe, expect, test } from "vitest";
import { rows, Stage } from "../http/stage.ts";
import { at, bulkhead, type Ran, type RunOptions } from "./command.ts";

type Told = Readonly<{ stage: Stage; tell: (line: string, options?: RunOptions) => Promise<Ran> }>;

/** A desk on a port, and a command that speaks to it; words are parted by blanks, `_` stands for one inside a word. */
async function desk(): Promise<Told> {
  const stage = await Stage.open();
  const tell = (line: string, options: RunOptions = {}): Promise<Ran> =>
    bulkhead(
      line.split(" ").map((word) => word.replaceAll("_", " ")),
      { ...options, environment: { BULKHEAD_URL: stage.listening.url, ...options.environment } },
    );
  return { stage, tell };
}

describe("orders", () => {
  test("[CLI-31] an order is tried, placed, looked at, replaced and canceled", async () => {
    const { stage, tell } = await desk();
    const { seq } = stage;
    const tried = await tell("order place buy 50 LONG --portfolio alpha --preview");
    expect([tried.code, tried.err, stage.seq]).toEqual([0, "", seq]);
    expect(tried.out).toMatch(/^alpha: would be placed: buy 50 LONG@X\n.*worth 500\.00 at 10\.00.*\nNothing was placed\.\n$/);
    const placed = await tell("order buy 50 LONG --portfolio alpha --limit 9.5 --time-in-force gtc --reason for_a_test");
    expect([placed.code, placed.err, placed.out]).toEqual([0, "", "Order 1 of alpha: buy 50 LONG@X, sending\n"]);
    expect((await tell("order list")).out).toMatch(
      /^Order\s+Portfolio\s+Side.*\n\s+1\s+alpha\s+buy\s+50\s+0\s+LONG@X\s+limit\s+9\.50\s+-\s+gtc/,
    );
    expect((await tell("order show 1")).out).toContain("limit price      9.5");
    stage.account.with((books) => books.run(books.ack(1 as never)));
    expect((await tell("order replace 1 --quantity 40 --limit 9.4")).code).toBe(0);
    expect((await tell("order cancel 1 --reason enough")).out).toMatch(/^Order 1 asked to cancel/);
    expect(stage.account.state.orders.get(1 as never)?.status).toBe("canceling");
  });

  test("[CLI-31] what the gate denies is 1 with its sentence and receipt, tried or placed", async () => {
    const { tell } = await desk();
    const tried = await tell("order place buy 5000 LONG --portfolio alpha --preview --json");
    expect([tried.code, at(tried.json(), "data.would")]).toEqual([1, "deny"]);
    const placed = await tell("order place buy 5000 LONG --portfolio alpha");
    expect([placed.code, placed.out]).toEqual([1, ""]);
    expect(placed.err).toMatch(/^available_cash: .+\n {2}asked 5000, allowed \d+, rule available_cash of portfolio\n$/);
    const asJson = await tell("order place buy 5000 LONG --portfolio alpha --json");
    expect(asJson.json()).toMatchObject({
      error: { code: "available_cash", status: 422, details: [expect.stringContaining("asked 5000")] },
    });
  });

  test.each([
    ["order place hold 5 LONG", "an order is to buy or to sell"],
    ["order place buy 5 LONG --time-in-force ever", "ever is not one of day, gtc"],
    ["order cancel first", "an order is named by its number"],
    ["order replace 1", "say --quantity, --limit or --stop"],
    ["orders --limit none", "--limit takes a whole number"],
  ])("[CLI-8] %s is a wrong command line", async (line, said) => {
    const { tell } = await desk();
    const ran = await tell(line);
    expect([ran.code, ran.out]).toEqual([2, ""]);
    expect(ran.err).toContain(said);
  });
});

describe("once", () => {
  test("[CLI-32] every change has a key; the same one again does nothing again", async () => {
    const { stage, tell } = await desk();
    const first = await tell("order place buy 50 LONG --portfolio alpha --json");
    const key = String(at(first.json(), "idempotency_key"));
    expect([key.startsWith("cli-"), at(first.json(), "repeated")]).toEqual([true, false]);
    const { seq } = stage;
    const again = await tell(`order place buy 50 LONG --portfolio alpha --json --idempotency-key ${key}`);
    expect(again.json()).toMatchObject({ idempotency_key: key, repeated: true, data: { order: { order_id: 1 } } });
    expect((await tell(`order place buy 50 LONG --portfolio alpha --idempotency-key ${key}`)).out).toContain("done before");
    expect(stage.seq).toBe(seq);
    const other = await tell(`order place buy 60 LONG --portfolio alpha --idempotency-key ${key}`);
    expect([other.code, other.err.startsWith("IDEMPOTENCY_KEY_REUSED: ")]).toEqual([1, true]);
  });

  test("[CLI-32] a busy desk is asked again with the same key, and the order is placed once", async () => {
    const { stage, tell } = await desk();
    stage.account.unavailable = "busy";
    setTimeout(() => {
      stage.account.unavailable = undefined;
    }, 300);
    const placed = await tell("order place buy 50 LONG --portfolio alpha");
    expect([placed.code, placed.err]).toEqual([0, ""]);
    expect(stage.account.state.orders.size).toBe(1);
  });
});

describe("exits of positions", () => {
  test("[CLI-33] stop set, list and clear; the others stay as they are", async () => {
    const { stage, tell } = await desk();
    stage.account.with((books) => books.hold("alpha", "LONG@X", "buy 100", "10"));
    expect((await tell("stop set LONG --portfolio alpha --price 9 --target 12")).out).toBe("alpha LONG@X: stop 9.00, target 12.00\n");
    expect((await tell("stop set LONG --portfolio alpha --trailing 0.5 --json")).json()).toMatchObject({
      data: { stop_price: "9", take_profit_price: "12", trailing_distance: "0.5" },
    });
    expect((await tell("stop list")).out).toMatch(/alpha\s+LONG@X\s+long\s+9\.00\s+0\.50\s+9\.50\s+12\.00/);
    expect((await tell("stop clear LONG --portfolio alpha --target")).out).not.toContain("target");
    expect((await tell("stop clear LONG --portfolio alpha")).out).toBe("LONG: nothing is armed any more.\n");
    expect((await tell("stop list")).out).toBe("Nothing is armed.\n");
  });

  test("[CLI-33] the word alone stops nothing and says which words there are", async () => {
    const { stage, tell } = await desk();
    const { seq } = stage;
    for (const line of ["stop", "stop everything", "stop LONG now"]) {
      const ran = await tell(line);
      expect([ran.code, ran.out]).toEqual([2, ""]);
      expect(ran.err).toMatch(/^CLI_STOP_UNCLEAR: .*stop set.*kill.*shutdown/);
    }
    expect(stage.seq).toBe(seq);
  });
});

describe("the kill switch", () => {
  test("[CLI-34] is looked at, tried, engaged and cleared; what it did is told", async () => {
    const { stage, tell } = await desk();
    await tell("order place buy 50 LONG --portfolio alpha --limit 9 --time-in-force gtc");
    stage.account.with((books) => books.run(books.ack(1 as never)));
    const { seq } = stage;
    const tried = await tell("kill preview cancel --portfolio alpha");
    expect(tried.out).toContain("1 order would be canceled: 1 of alpha (buy 50 LONG@X)");
    expect(stage.seq).toBe(seq);
    const engaged = await tell("kill engage cancel --portfolio alpha --reason strange_fills");
    expect(engaged.out).toMatch(
      /^Kill switch on portfolio:alpha, level cancel\nNo new risk for alpha\n1 order not confirmed by the venue yet: 1 of alpha/,
    );
    expect((await tell("kill")).out).toMatch(/portfolio:alpha\s+cancel\s+strange fills/);
    expect((await tell("status")).out).toContain("Kill switch on portfolio:alpha: cancel, strange fills");
    expect((await tell("why alpha")).out).toContain("The kill switch of the portfolio is engaged (cancel: strange fills)");
    expect((await tell("kill clear --portfolio alpha --reason looked_at")).out).toBe("Cleared. No kill switch is engaged.\n");
    expect((await tell("kill preview pause --all-accounts")).out).toContain("Nothing was done");
    expect((await tell("kill engage pause --all-accounts --reason all")).out).toContain("Account main: Kill switch on account");
    expect((await tell("kill clear --all-accounts --reason over")).out).toBe("Account main: cleared\n");
  });

  test("[CLI-35] flattening is asked about: a person says yes, a script --yes, and else nothing is done", async () => {
    const { stage, tell } = await desk();
    const { seq } = stage;
    const nobody = await tell("kill engage flatten --reason x");
    expect([nobody.code, nobody.err.split(":")[0]]).toEqual([2, "CLI_CONFIRM_NEEDED"]);
    const no = await tell("kill engage flatten --reason x", { answers: [false] });
    expect([no.code, no.err.split(":")[0]]).toEqual([1, "CLI_NOT_CONFIRMED"]);
    expect(stage.seq).toBe(seq);
    expect((await tell("kill engage flatten --reason x", { answers: [true] })).code).toBe(0);
    expect(stage.account.state.kills.get("account")?.level).toBe("flatten");
    expect((await tell("kill engage flatten --reason x --yes --portfolio beta")).code).toBe(0);
  });

  test("[CLI-8] a level that there is not, and a reason that is missing", async () => {
    const { tell } = await desk();
    expect(await tell("kill engage everything --reason x")).toMatchObject({
      code: 2,
      err: expect.stringContaining("pause, cancel, flatten"),
    });
    expect(await tell("kill engage pause")).toMatchObject({ code: 2, err: expect.stringContaining("--reason") });
  });
});

test("[CLI-31] what was done is what the API says was done", async () => {
  const { stage, tell } = await desk();
  await tell("order place buy 50 LONG --portfolio beta --reason from_the_command");
  expect(rows(await stage.ask("/api/orders?portfolio_id=beta"))).toMatchObject([{ order_id: 1, quantity: "50", origin: "person" }]);
  const history = rows(await stage.ask("/api/order-history?portfolio_id=beta"));
  expect(history).toMatchObject([{ why: "from the command", placed_by: "local" }]);
});

test("[CLI-49] --dry-run is on every change, tells what would be done, and does nothing", async () => {
  const { stage, tell } = await desk();
  stage.account.with((books) => books.hold("alpha", "LONG@X", "buy 100", "10"));
  await tell("order place buy 50 LONG --portfolio beta --limit 9 --time-in-force gtc");
  const { seq } = stage;
  const CHANGES = [
    "order place buy 50 LONG --portfolio alpha",
    "order replace 2 --limit 9.5",
    "order cancel 2",
    "stop set LONG --portfolio alpha --price 9",
    "stop clear LONG --portfolio alpha",
    "kill engage flatten --reason x",
    "kill clear --reason x",
    "mode set ready --reason x",
    "portfolio create nova --starting-cash 5",
    "portfolio configure alpha --set name=x",
    "portfolio pause alpha --reason x",
    "portfolio resume alpha --reason x",
    "portfolio archive alpha --reason x",
    "portfolio transfer alpha beta 5 --reason x",
    "capital deposit 5 --reason x",
    "keys create bot",
    "keys revoke 0123456789abcdef",
    "strategy stop alpha --reason x",
    "alarms test",
    "rebuild",
    "backup create",
  ];
  for (const line of CHANGES) {
    const tried = await tell(`${line} --dry-run`);
    expect([line, tried.code, tried.err]).toEqual([line, 0, ""]);
    expect(tried.out).toMatch(/Nothing was (?:done|placed|moved)\.\n$/);
    expect((await tell(`${line} --dry-run --json`)).json()).toBeTypeOf("object");
  }
  expect(stage.seq).toBe(seq);
  expect((await tell("keys list")).out).toBe("No keys.\n");
  const wrong = await tell("portfolio create nova --starting-cash lots --dry-run");
  expect([wrong.code, wrong.err.split(":")[0]]).toEqual([1, "REQUEST_INVALID"]);
});
