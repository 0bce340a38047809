import { BROKERS, type BrokerConfig, type CcxtConfig, type IbkrConfig } from "./broker.ts";
import type { AccountTable } from "./file.ts";
import type { Reader } from "./reader.ts";
import { shownReference } from "./secret-reference.ts";

const IBKR_PORT = 4002;
/** Of the American servers; elsewhere it is at another hour of one's own zone. */
const RESET_HOURS: IbkrConfig["resetHours"] = { from: 23 * 60 + 40, to: 55 };

/** Who keeps an account; null: the simulated venue. */
export function readBroker(reader: Reader<AccountTable>): BrokerConfig | null {
  const venue = reader.value("venue");
  const kind = BROKERS.find((each) => each === venue);
  for (const other of BROKERS)
    if (other !== kind && reader.value(other) !== undefined) reader.problem(other, "CONFIG_BROKER_UNUSED", { table: other, venue: other });
  if (kind === undefined) return null;
  return kind === "ibkr" ? readIbkr(reader) : readCcxt(reader);
}

function readIbkr(reader: Reader<AccountTable>): IbkrConfig {
  const table = reader.value("ibkr") ?? {};
  const config: IbkrConfig = {
    kind: "ibkr",
    host: table.host ?? "127.0.0.1",
    port: table.port ?? IBKR_PORT,
    clientId: table.client_id ?? 1,
    extraClients: (table.client ?? []).map(({ client_id: clientId, portfolios = [], strategies = [] }) => ({
      ...{ clientId, portfolios, strategies },
    })),
    account: table.account ?? null,
    timeZone: table.time_zone ?? "America/New_York",
    marketData: table.market_data ?? "live",
    resetHours: table.reset_hours ?? RESET_HOURS,
  };
  const { host, port, clientId, account } = config;
  const which = account === null ? "the only account of the gateway" : `account ${account}`;
  reader.say("ibkr", `${host}:${port}`, `${which} of Interactive Brokers at ${host}:${port}, client ${clientId}`, reader.origin("ibkr"));
  readClients(reader, config);
  return config;
}

/** Each connection has an id of its own and is for somebody, and nobody has two. */
function readClients(reader: Reader<AccountTable>, { clientId, extraClients }: IbkrConfig): void {
  const ids = new Set([clientId]);
  const named = new Set<string>();
  for (const { clientId: id, portfolios, strategies } of extraClients) {
    const who = [...portfolios.map((each) => `portfolio ${each}`), ...strategies.map((each) => `strategy ${each}`)];
    if (ids.has(id)) reader.problem("ibkr", "CONFIG_CLIENT_TWICE", { value: id });
    if (who.length === 0) reader.problem("ibkr", "CONFIG_CLIENT_UNUSED", { value: id });
    for (const each of who) if (named.has(each)) reader.problem("ibkr", "CONFIG_CLIENT_UNCLEAR", { value: each });
    ids.add(id);
    for (const each of who) named.add(each);
    reader.say("ibkr.client", String(id), `orders of ${who.join(", ")} go over client ${id}`, reader.origin("ibkr"));
  }
}

function readCcxt(reader: Reader<AccountTable>): CcxtConfig | null {
  const table = reader.value("ccxt");
  if (table === undefined) {
    reader.problem("venue", "CONFIG_KEY_MISSING", { key: "[account.ccxt] exchange" });
    return null;
  }
  const { exchange, environment = "live", markets = ["spot"], stream = true, account = null, url = null } = table;
  const { api_key: apiKey = null, secret = null, password = null, uid = null } = table;
  const where = environment === "live" ? exchange : `the ${environment} place of ${exchange}`;
  const keys = [apiKey, secret].map((each) => (each === null ? "none" : shownReference(each))).join(" and ");
  reader.say("ccxt", exchange, `an account of ${where}, with the key of ${keys}`, reader.origin("ccxt"));
  return { kind: "ccxt", exchange, environment, markets: [...new Set(markets)], stream, account, apiKey, secret, password, uid, url };
}
