import { expect, test } from "vitest";
import { confirmationOf } from "./broker.ts";
import { loadConfig } from "./load.ts";

const load = (text: string) => loadConfig({ file: { name: "bulkhead.toml", text } });

function account(text: string) {
  const loaded = load(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.config.accounts[0];
}

const problems = (text: string): readonly string[] => {
  const loaded = load(text);
  return loaded.ok ? [] : loaded.problems.map(({ code, path }) => `${code} ${path.replace("account[1]", "account")}`);
};

test("[LIVE-1] an account is kept by the simulated venue unless a broker is named, and a name in capitals is the simulated one's (S0.2)", () => {
  expect(account("")?.broker).toBeNull();
  expect(account('[account]\nvenue = "simulated"')).toMatchObject({ broker: null, venue: null });
  expect(account('[account]\nvenue = "XNYS"')).toMatchObject({ broker: null, venue: "XNYS" });
  expect(account('[account]\nvenue = "ibkr"')).toMatchObject({
    venue: "ibkr",
    broker: { kind: "ibkr", host: "127.0.0.1", port: 4002, clientId: 1, account: null, timeZone: "America/New_York", marketData: "live" },
  });
});

test("[LIVE-1] a broker's table says how it is reached", () => {
  const text =
    '[account]\nvenue = "ibkr"\nmode = "live"\nconfirm_live = "U1234567"\n[account.ibkr]\nport = 4001\nclient_id = 7\naccount = "U1234567"\nreset_hours = "23:30-01:00"';
  const found = account(text);
  expect(found).toMatchObject({
    mode: "live",
    confirmLive: "U1234567",
    broker: { port: 4001, clientId: 7, resetHours: { from: 1410, to: 60 } },
  });
  expect(found?.broker === null || found?.broker === undefined ? null : confirmationOf(found.broker)).toBe("U1234567");
});

const WITH_CLIENTS = '[account]\nvenue = "ibkr"\n[account.ibkr]\nclient_id = 7\n';
const client = (text: string): string => `[[account.ibkr.client]]\n${text}\n`;

test("[LIVE-52] S3.4 C15 portfolios and strategies may have client ids of their own", () => {
  const text = `${WITH_CLIENTS}${client('client_id = 11\nportfolios = ["momentum"]')}${client('client_id = 12\nstrategies = ["trend"]')}`;
  expect(account(text)?.broker).toMatchObject({
    clientId: 7,
    extraClients: [
      { clientId: 11, portfolios: ["momentum"], strategies: [] },
      { clientId: 12, portfolios: [], strategies: ["trend"] },
    ],
  });
});

test.each([
  ["the account's own id again", client('client_id = 7\nportfolios = ["a"]'), "CONFIG_CLIENT_TWICE account.ibkr"],
  ["an id for nobody", client("client_id = 8"), "CONFIG_CLIENT_UNUSED account.ibkr"],
  [
    "a portfolio with two ids",
    client('client_id = 8\nportfolios = ["a"]') + client('client_id = 9\nportfolios = ["a"]'),
    "CONFIG_CLIENT_UNCLEAR account.ibkr",
  ],
  ["client 0", client('client_id = 0\nportfolios = ["a"]'), "CONFIG_OUT_OF_RANGE account.ibkr.client[1].client_id"],
  [
    "a portfolio that cannot be one",
    client('client_id = 8\nportfolios = ["A B"]'),
    "CONFIG_ID_INVALID account.ibkr.client[1].portfolios[1]",
  ],
] as const)("[LIVE-52] is refused by name: %s", (_what, text, expected) => {
  expect(problems(WITH_CLIENTS + text)).toEqual([expected]);
});

test("[LIVE-1] keys of an exchange are named and never written into the file (SEC-SECRET)", () => {
  const exchange = '[account]\nvenue = "ccxt"\n[account.ccxt]\nexchange = "kraken"\nenvironment = "sandbox"\n';
  const found = account(`${exchange}api_key = { env = "KRAKEN_KEY" }\nsecret = { secret = "kraken" }`);
  expect(found?.broker).toMatchObject({
    kind: "ccxt",
    exchange: "kraken",
    environment: "sandbox",
    markets: ["spot"],
    apiKey: { env: "KRAKEN_KEY" },
    secret: { secret: "kraken" },
  });
  expect(problems(`${exchange}secret = "abc"`)).toEqual(["CONFIG_SECRET_PLAIN account.ccxt.secret"]);
});

test.each([
  ["a broker's table without the broker", "[account]\n[account.ibkr]\nport = 4001", ["CONFIG_BROKER_UNUSED account.ibkr"]],
  ["an exchange that is not named", '[account]\nvenue = "ccxt"', ["CONFIG_KEY_MISSING account.venue"]],
  ["an unknown broker", '[account]\nvenue = "ib"', ["CONFIG_TYPE_WRONG account.venue"]],
  ["a port that is none", '[account]\nvenue = "ibkr"\n[account.ibkr]\nport = 0', ["CONFIG_OUT_OF_RANGE account.ibkr.port"]],
  [
    "client 0, which sees everything of everybody",
    '[account]\nvenue = "ibkr"\n[account.ibkr]\nclient_id = 0',
    ["CONFIG_OUT_OF_RANGE account.ibkr.client_id"],
  ],
  ["an unknown key", '[account]\nvenue = "ibkr"\n[account.ibkr]\nhots = "a"', ["CONFIG_KEY_UNKNOWN account.ibkr.hots"]],
  [
    "an address without encryption",
    '[account]\nvenue = "ccxt"\n[account.ccxt]\nexchange = "kraken"\nurl = "http://example.com"',
    ["CONFIG_TYPE_WRONG account.ccxt.url"],
  ],
] as const)("[LIVE-1] is refused by name: %s", (_what, text, expected) => {
  expect(problems(text)).toEqual(expected);
});

test("[LIVE-2] what a broker's account starts with is what it holds there: nothing is invented, and portfolios begin with nothing", () => {
  const found = account('[account]\nvenue = "ibkr"\n[[portfolio]]\nid = "a"\n[[portfolio]]\nid = "b"\nstarting_cash = "5000"');
  expect(found?.startingCash).toBe(0);
  expect(found?.portfolios.map(({ startingCash }) => startingCash)).toEqual([0, 5_000_000_000]);
});
