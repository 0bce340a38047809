import { classOf, elsewhere, Impossible } from "../exchange.ts";
import { Budget } from "./budget.ts";
import type { MarketKind, TradingSetup } from "./messages.ts";
import type { ExchangeProfile } from "./profile.ts";
import type { CcxtMarket } from "./texts.ts";
import { calls, wireOf } from "./wire.ts";

/** What is used of a ccxt exchange. Figures are text (`number = String`). */
export type Ccxt = {
  number: unknown;
  urls: { api?: unknown; test?: unknown };
  hostname?: string;
  options: Record<string, unknown>;
  has: Record<string, unknown>;
  features?: unknown;
  markets: Record<string, CcxtMarket> | undefined;
  precisionMode: unknown;
  rateLimit: number;
  fetchImplementation: unknown;
  throttle: (cost?: number) => Promise<void>;
  setSandboxMode(isOn: boolean): void;
  enableDemoTrading?: (isOn: boolean) => void;
  loadMarkets(isAnew?: boolean): Promise<Record<string, CcxtMarket>>;
  loadHttpProxyAgent(): Promise<unknown>;
  priceToPrecision(symbol: string, price: string): string;
  amountToPrecision(symbol: string, amount: string): string;
  fetchTime(): Promise<unknown>;
  fetchTicker(symbol: string): Promise<unknown>;
  fetchBalance(params: object): Promise<unknown>;
  fetchPositions(symbols: undefined, params: object): Promise<unknown>;
  fetchPositionMode(symbol: undefined, params: object): Promise<unknown>;
  createOrder(symbol: string, type: string, side: string, amount: string, price: string | undefined, params: object): Promise<unknown>;
  editOrder(
    id: string,
    symbol: string,
    type: string,
    side: string,
    amount: string,
    price: string | undefined,
    params: object,
  ): Promise<unknown>;
  cancelOrder(id: string | undefined, symbol: string, params: object): Promise<unknown>;
  fetchOrder(id: string | undefined, symbol: string, params: object): Promise<unknown>;
  fetchOpenOrders: List;
  fetchClosedOrders: List;
  fetchOrders: List;
  fetchCanceledAndClosedOrders: List;
  fetchMyTrades: List;
  watchOrders: List;
  watchMyTrades: List;
  close(): Promise<unknown>;
};
type List = (symbol: string | undefined, since: number | undefined, limit: number | undefined, params: object) => Promise<unknown>;

export type WireNews = Readonly<{ onHeard: () => void; onSilence: (ms: number, reason: string) => void }>;

/** Opens the exchange's own part of ccxt with the keys, in the environment that is asked for, with our `fetch` and our budget in it. */
export async function openCcxt(setup: TradingSetup, profile: ExchangeProfile, news: WireNews): Promise<{ ccxt: Ccxt; budget: Budget }> {
  const Class = (await classOf(setup.exchange)) as new (config: object) => Ccxt;
  const ccxt = new Class({
    ...setup.keys,
    enableRateLimit: true,
    timeout: setup.requestMs,
    options: { ...optionsOf(setup), ...profile.options },
  });
  ccxt.number = String;
  narrowMarkets(ccxt, setup.kinds);
  // Deposits and withdrawals are nobody's business here, and keys without such rights may not ask for currencies.
  if (!profile.asksCurrencies) ccxt.has["fetchCurrencies"] = false;
  insistOnAbilities(ccxt, setup);
  enter(ccxt, setup);
  const hosts = hostsOf(ccxt);
  const budget = new Budget(ccxt.rateLimit, profile.burst);
  const isSandbox = setup.environment !== "live";
  ccxt.fetchImplementation = wireOf({ profile, budget, hosts: () => hosts, isSandbox, ...news });
  // One bucket for everything of the account, in the order of their importance: ccxt's own would put a cancel behind a hundred questions.
  ccxt.throttle = (cost = 1) => {
    const call = calls.getStore();
    return budget.take(cost, call?.lane ?? "question", call?.notAfter ?? Number.POSITIVE_INFINITY);
  };
  // Without it ccxt refuses plain sockets.
  if (setup.url?.startsWith("http:") === true) await ccxt.loadHttpProxyAgent();
  return { ccxt, budget };
}

/** Parameters of the questions that ask for all that is traded: one for each kind where the exchange wants that, else one. */
export const askedBy = (
  { typed }: ExchangeProfile,
  kinds: readonly MarketKind[],
  what: ExchangeProfile["typed"][number],
): readonly Readonly<{ kind: MarketKind | null; params: Readonly<Record<string, string>> }>[] =>
  !typed.includes(what)
    ? [{ kind: null, params: {} }]
    : kinds.map((kind) => ({ kind, params: kind === "spot" ? { type: "spot" } : { type: "swap", subType: "linear" } }));

/** Nothing is sent again by ccxt, nothing is asked for that is not needed, and units are units. */
const optionsOf = ({ kinds }: TradingSetup): object => ({
  maxRetriesOnFailure: 0,
  defaultType: kinds.includes("spot") ? "spot" : "swap",
  newUpdates: true,
  warnOnFetchOpenOrdersWithoutSymbol: false,
  fetchMargins: false,
});

/** Futures, options and inverse contracts are hundreds of kilobytes that nobody asked for. */
function narrowMarkets({ options }: Ccxt, kinds: readonly MarketKind[]): void {
  const asked = options["fetchMarkets"] as { types?: unknown } | undefined;
  if (!Array.isArray(asked?.types)) return;
  const wanted = kinds.flatMap((kind) => (kind === "spot" ? ["spot"] : ["linear", "swap"]));
  asked.types = asked.types.filter((type: unknown) => wanted.includes(String(type)));
}

/** Paper is another world of the exchange, with its own addresses; where there is none, there is no paper. */
function enter(ccxt: Ccxt, { environment, exchange, url }: TradingSetup): void {
  if (environment === "sandbox") {
    if (ccxt.urls.test === undefined) throw new Impossible(`${exchange} has no sandbox`);
    ccxt.setSandboxMode(true);
  } else if (environment === "demo") {
    if (ccxt.enableDemoTrading === undefined) throw new Impossible(`${exchange} has no demo trading`);
    ccxt.enableDemoTrading(true);
  }
  if (url !== null) ccxt.urls.api = elsewhere(ccxt.urls.api, url);
}

function hostsOf(ccxt: Ccxt): ReadonlySet<string> {
  const hosts = new Set<string>();
  const visit = (value: unknown): void => {
    if (typeof value === "object" && value !== null) Object.values(value).forEach(visit);
    if (typeof value !== "string") return;
    const url = URL.parse(value.replaceAll("{hostname}", ccxt.hostname ?? ""));
    if (url !== null) hosts.add(url.host);
  };
  visit(ccxt.urls.api);
  return hosts;
}

function insistOnAbilities({ has, urls }: Ccxt, { exchange, kinds, keys }: TradingSetup): void {
  if ((urls as { api?: unknown }).api === undefined) throw new Impossible(`${exchange} has no address`);
  if (has["dex"] === true) throw new Impossible(`${exchange} is no centralised exchange`);
  const needed = [
    "createOrder",
    "cancelOrder",
    "fetchBalance",
    "fetchOpenOrders",
    "fetchMyTrades",
    ...(kinds.includes("linear") ? ["fetchPositions"] : []),
  ];
  const missing = needed.filter((name) => has[name] !== true && has[name] !== "emulated");
  if (missing.length > 0) throw new Impossible(`ccxt cannot trade on ${exchange}: it has no ${missing.join(", ")}`);
  if (keys.apiKey === "" || keys.secret === "") throw new Impossible("the key of the exchange is empty");
}
