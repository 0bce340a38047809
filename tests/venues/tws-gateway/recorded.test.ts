import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { future, type Gateway, manualClock, startGateway } from "@bulkhead/tws-gateway";
import { expect, test } from "vitest";
import { placeOrder, type RawClient, rawClient } from "./raw-client.ts";

const FOLDER = fileURLToPath(new URL("../../../../shared/data/brokers/ibkr/tws-transcripts/", import.meta.url));

type Said = Readonly<Record<string, unknown>>;
type Line = Readonly<{ who: "handshake" | "client" | "server" | "disconnect"; what: string; body: Said }>;

/** A recorded session: `who what {json}` per line. */
function linesOf(file: string): Line[] {
  return readFileSync(`${FOLDER}${file}`, "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#") && !line.startsWith("sleep"))
    .map((line) => {
      const [, who = "", what = "", json = "{}"] = /^(\w+)(?: ([a-z_]+))?(?: (\{.*\}))?$/.exec(line) ?? [];
      return { who: who as Line["who"], what, body: JSON.parse(json) as Said };
    });
}

const text = (value: unknown): string => (value === undefined || value === null ? "" : String(value));
const inside = (body: Said, key: string): Said => (body[key] ?? {}) as Said;

/** What both versions say of a message, under one name; what was sanitized or counts on (ids, instants) is left out. */
function common(what: string, body: Said): Said {
  const contract = inside(body, "contract");
  const keys: Readonly<Record<string, readonly string[]>> = {
    open_order: ["order_id", "account", "action", "order_type", "quantity", "tif", "client_id", "origin", "status"],
    order_status: ["order_id", "status", "filled", "remaining", "parent_id", "client_id", "why_held", "mkt_cap_price"],
    execution_detail: ["order_id", "account", "symbol", "side", "shares"],
    api_error: ["req_id", "code", "message"],
    completed_order: ["action", "order_type", "status", "quantity"],
    position: ["account", "position"],
    contract_details: ["market_name", "long_name"],
  };
  const numbers = ["lmt_price", "aux_price", "avg_fill_price", "last_fill_price", "price", "commission", "avg_cost", "min_tick"];
  const native = what === "execution_detail" && !text(body["time"]).includes("T") ? ["time"] : [];
  const texts = [...(keys[what] ?? []), ...native].filter((key) => body[key] !== undefined).map((key) => [key, text(body[key])]);
  const figures = numbers.filter((key) => body[key] !== undefined && body[key] !== "").map((key) => [key, Number(body[key])]);
  const named = ["con_id", "symbol", "sec_type", "exchange", "currency", "local_symbol", "trading_class"]
    .filter((key) => contract[key] !== undefined && contract[key] !== "")
    .map((key) => [`contract.${key}`, text(contract[key])]);
  return { what, ...Object.fromEntries([...texts, ...figures, ...named]) };
}

/** Our frame in the recording's words. */
function told(f: readonly string[]): Said {
  const contract = (at: number, exchange: number): Said => ({
    ...{ con_id: f[at], symbol: f[at + 1], sec_type: f[at + 2], exchange: f[exchange], currency: f[exchange + 1] },
    ...{ local_symbol: f[exchange + 2], trading_class: f[exchange + 3] },
  });
  const status = f.find((field, index) => index > 60 && /^(PreSubmitted|Submitted|Filled|Cancelled|Inactive)$/.test(field));
  const order = (at: number) => ({
    action: f[at],
    quantity: f[at + 1],
    order_type: f[at + 2],
    lmt_price: f[at + 3],
    aux_price: f[at + 4],
    tif: f[at + 5],
  });
  const bodies: Readonly<Record<string, () => readonly [string, Said]>> = {
    "3": () => [
      "order_status",
      {
        ...{ order_id: f[1], status: f[2], filled: f[3], remaining: f[4], avg_fill_price: f[5], parent_id: f[7], last_fill_price: f[8] },
        ...{ client_id: f[9], why_held: f[10], mkt_cap_price: f[11] },
      },
    ],
    "4": () => ["api_error", { req_id: f[2], code: f[3], message: f[4] }],
    "5": () => [
      "open_order",
      { order_id: f[1], contract: contract(2, 9), ...order(13), account: f[20], origin: f[22], client_id: f[24], status },
    ],
    "11": () => [
      "execution_detail",
      { order_id: f[2], account: f[16], symbol: f[4], side: f[18], shares: f[19], price: f[20], time: f[15] },
    ],
    "59": () => ["commission_report", { commission: f[3] }],
    "61": () => ["position", { account: f[2], contract: contract(3, 10), position: f[14], avg_cost: f[15] }],
    "101": () => ["completed_order", { contract: contract(1, 8), ...order(12), status }],
    "10": () => ["contract_details", { contract: details(), market_name: f[11], min_tick: f[14], long_name: f[20] }],
  };
  const details = (): Said => ({
    ...{ con_id: f[13], symbol: f[2], sec_type: f[3], exchange: f[8], currency: f[9], local_symbol: f[10], trading_class: f[12] },
  });
  const ENDS: Readonly<Record<string, string>> = {
    "53": "open_order_end",
    "62": "position_end",
    "102": "completed_order_end",
    "52": "contract_details_end",
  };
  const [what, body] = bodies[f[0] ?? ""]?.() ?? [ENDS[f[0] ?? ""] ?? "", {}];
  return common(what, body);
}

/** Asks what the recorded client asked. */
function ask(raw: RawClient, { what, body }: Line): void {
  const contract = inside(body, "contract");
  const symbol = text(contract["symbol"]) || "AAPL";
  if (what === "place_order") {
    const order = { symbol, action: text(body["action"]) as "BUY", quantity: text(body["total_quantity"]), type: text(body["order_type"]) };
    const terms = {
      limit: text(body["lmt_price"]),
      tif: text(body["tif"]),
      account: text(body["account"]),
      transmit: body["transmit"] !== false,
    };
    raw.send(...placeOrder(193, Number(body["order_id"]), { ...order, ...terms }));
  }
  if (what === "cancel_order") raw.send(4, text(body["order_id"]), "", "", "2147483647");
  if (what === "req_open_orders") raw.send(body["scope"] === "all" ? 16 : 5, 1);
  if (what === "req_completed_orders") raw.send(99, body["api_only"] === true ? 1 : 0);
  if (what === "req_positions") raw.send(61, 1);
  if (what === "req_contract_details") raw.send(9, 8, 4, 0, symbol, "STK", "", 0, "", "", "SMART", "", "USD", "", "", 0, "", "", "");
}

/** Lets the market be where the next recorded execution of that order was. */
function setPrice(gateway: Gateway, lines: readonly Line[], from: number): void {
  const line = lines[from];
  if (line?.what !== "place_order") return;
  const { body } = line;
  const isFill = (one: Line): boolean => one.what === "execution_detail" && text(one.body["order_id"]) === text(body["order_id"]);
  const fill = lines.slice(from).find(isFill);
  const symbol = text(inside(body, "contract")["symbol"]) || "AAPL";
  const price = text(fill?.body["price"]) || "265";
  gateway.control.manual(symbol, fill === undefined);
  gateway.control.quote(symbol, { bid: price, ask: price, last: price });
}

/** The one contract of the recordings that no gateway has from the beginning. */
const YW = { ...future("YW", 715358256, "XWZ6", "20261214", "1000"), tradingClass: "XW" };

// File, and the client id of each connection in it.
const RECORDED = [
  ["place_order_fill_native_execution_time.txt", [94]],
  ["api_dollar_cost_averaging_aapl.txt", [1]],
  ["api_pairs_trading_aapl_msft.txt", [1]],
  ["api_ioc_fok_aapl.txt", [1]],
  ["api_completed_orders_variants_aapl.txt", [1]],
  ["api_transmit_false_then_transmit_aapl.txt", [1]],
  ["api_order_handle_reconnect_cancel_aapl.txt", [1, 1]],
  ["api_reconnect_active_order_aapl.txt", [1, 1]],
  ["api_client_id0_order_observation_aapl.txt", [1, 0]],
  ["place_order_invalid_type_live_error.txt", [1]],
  ["grounded_positions.txt", [1]],
  ["grounded_contract_details_aapl.txt", [1]],
  ["error_empty_results.txt", [1]],
] as const;

test.skipIf(!existsSync(FOLDER)).each(RECORDED)(
  "[TWSG-9] S3.1: %s: in the recorded order with the recorded values",
  async (file, clients) => {
    const lines = linesOf(file);
    const clock = manualClock(Date.UTC(2026, 3, 13, 19, 27, 4));
    const gateway = await startGateway({ clock, account: "DU9000001", contracts: [YW] });
    for (const { body } of lines.filter(({ what }) => what === "position")) hold(gateway, body);
    const heard: Said[] = [];
    let connection = -1;
    let raw: RawClient | undefined;
    for (const [index, line] of lines.entries()) {
      if (line.who === "handshake") raw = await rawClient(gateway, clients[++connection] ?? 1);
      if (line.who === "client" && raw !== undefined) {
        setPrice(gateway, lines, index);
        ask(raw, line);
        if (lines[index + 1]?.who !== "client") heard.push(...(await raw.settle()).map(told));
      }
      if (line.who === "disconnect" && raw !== undefined) {
        raw.close();
        while (gateway.clients().length > 0) await new Promise((resolve) => setImmediate(resolve));
      }
    }
    const start = ["managed_accounts", "next_valid_id"];
    const expected = lines
      .filter(({ who, what, body }) => who === "server" && !start.includes(what) && !(what === "api_error" && Number(body["code"]) > 2000))
      .map(({ what, body }) => common(what, body));
    // Recordings leave out what their writers did not need: what is in them must come in their order, other words may come between.
    let at = -1;
    for (const one of expected) {
      const next = heard.findIndex((candidate, index) => index > at && expect.objectContaining(one).asymmetricMatch(candidate));
      expect(
        next,
        `${JSON.stringify(one)} after ${JSON.stringify(heard[at])}; heard: ${JSON.stringify(heard.slice(at + 1), null, 1)}`,
      ).toBeGreaterThan(at);
      at = next;
    }
    expect(expected.length).toBeGreaterThan(0);
    await gateway.close();
  },
);

/** The account holds what the recorded one did. */
function hold(gateway: Gateway, body: Said): void {
  gateway.control.hold(text(inside(body, "contract")["local_symbol"]), text(body["position"]), text(body["avg_cost"]));
}

test.skipIf(!existsSync(FOLDER))("[TWSG-9, TWSG-52] S3.11: recorded bars are told as they were, with their times and weights", async () => {
  const bars = linesOf("grounded_historical_bars.txt").filter(({ what }) => what === "historical_bar");
  const gateway = await startGateway({ clock: manualClock(Date.UTC(2026, 3, 2, 21)) });
  const figures = ["open", "high", "low", "close", "volume"] as const;
  gateway.control.bars(
    "AAPL",
    bars.map(({ body }) => {
      const [, hour = "", minute = ""] = / (\d\d):(\d\d):/.exec(text(body["time"])) ?? [];
      const at = Date.UTC(2026, 3, 2, Number(hour) + 4, Number(minute));
      const [open = "", high = "", low = "", close = "", volume = ""] = figures.map((name) => text(body[name]));
      return { at, open, high, low, close, volume, average: text(body["wap"]), count: Number(body["count"]) };
    }),
  );
  const raw = await rawClient(gateway);
  raw.send(20, 1, 0, "AAPL", "STK", "", 0, "", "", "SMART", "", "USD", "", "", 0, "", "1 hour", "1 D", 1, "TRADES", 1, 0, "");
  const [answer = []] = await raw.settle();
  const said = bars.map((_, index) => answer.slice(5 + 8 * index, 13 + 8 * index));
  const recorded = bars.map(({ body }) => [text(body["time"]), ...[...figures, "wap", "count"].map((name) => Number(body[name]))]);
  expect(said.map(([time, ...rest]) => [time, ...rest.map(Number)])).toEqual(recorded);
  expect(bars).toHaveLength(7);
  await gateway.close();
});
