import type { MarketKind } from "./messages.ts";
import type { ExchangeProfile } from "./profile.ts";

const DAY_MS = 86_400_000;
const NOTHING_RESTS: Readonly<Record<MarketKind, readonly []>> = { spot: [], linear: [] };

/** What is assumed of an exchange that nobody looked at: nothing is deduplicated, nothing rests there, only poverty and keys are refusals. */
const PLAIN: Omit<ExchangeProfile, "id" | "name"> = {
  kinds: ["spot", "linear"],
  clientId: { param: "clientOrderId", max: 18 },
  dedupesForMs: 0,
  findsOurs: "scan",
  findsTheirs: "order",
  narrows: { clientId: "clientOrderId", id: "id" },
  cancelsByClientId: false,
  replaces: "no",
  stops: NOTHING_RESTS,
  timesInForce: ["gtc"],
  marketBuyAbove: null,
  trades: { page: 50, windowMs: DAY_MS, historyMs: 7 * DAY_MS, needsSymbol: true, clientId: null },
  openOrders: { page: 50, cursor: null },
  endedOrders: null,
  typed: [],
  asksCurrencies: true,
  options: {},
  settles: [],
  wallets: {},
  balancePages: null,
  isUnified: true,
  envelope: null,
  lists: null,
  errorAt: [],
  refusals: [],
  refusalNames: ["InsufficientFunds", "AuthenticationError", "PermissionDenied", "AccountSuspended", "BadSymbol"],
  sandboxHeader: null,
  isInTurn: false,
  messagesPerSecond: 2,
  messagesPerMinute: 60,
  burst: null,
};

const BINANCE: ExchangeProfile = {
  ...PLAIN,
  id: "binance",
  name: "Binance",
  clientId: { param: "clientOrderId", max: 36 },
  findsOurs: "order",
  cancelsByClientId: true,
  stops: { spot: ["stop", "stop_limit"], linear: [] },
  timesInForce: ["gtc", "ioc", "fok"],
  trades: { page: 1_000, windowMs: DAY_MS, historyMs: Number.POSITIVE_INFINITY, needsSymbol: true, clientId: null },
  openOrders: { page: null, cursor: null },
  typed: ["trades", "orders", "balances", "positions"],
  asksCurrencies: false,
  isUnified: false,
  wallets: { linear: { list: ["assets", ""], code: "asset", amounts: [["walletBalance", "balance"]] } },
  lists: /\/(openOrders|myTrades|userTrades|positionRisk)\b/,
  errorAt: ["code"],
  // biome-ignore format: codes in groups.
  refusals: [
    "-1002", "-1003", "-1013", "-1014", "-1015", "-1020", "-1021", "-1022", "-1100", "-1101", "-1102", "-1103", "-1104", "-1105", "-1106",
    "-1111", "-1112", "-1114", "-1115", "-1116", "-1117", "-1118", "-1119", "-1120", "-1121", "-1130", "-1131", "-2010", "-2014", "-2015",
    "-2018", "-2019", "-2020", "-2021", "-2022", "-2023", "-2024", "-2025", "-2027", "-2028", "-4001", "-4002", "-4003", "-4004", "-4005",
    "-4013", "-4014", "-4015", "-4016", "-4023", "-4024", "-4029", "-4030", "-4061", "-4131", "-4140", "-4164", "-5021", "-5022",
  ],
  messagesPerSecond: 10,
  messagesPerMinute: 300,
};

const BYBIT: ExchangeProfile = {
  ...PLAIN,
  id: "bybit",
  name: "Bybit (unified account)",
  clientId: { param: "clientOrderId", max: 36 },
  findsOurs: "lists",
  findsTheirs: "lists",
  narrows: { clientId: "orderLinkId", id: "orderId" },
  cancelsByClientId: true,
  replaces: "in-place",
  timesInForce: ["gtc", "ioc", "fok"],
  trades: { page: 100, windowMs: 7 * DAY_MS, historyMs: 730 * DAY_MS, needsSymbol: false, clientId: "orderLinkId" },
  openOrders: { page: 50, cursor: { param: "cursor", from: "nextPageCursor", of: "any" } },
  endedOrders: { by: "fetchCanceledAndClosedOrders", forAll: true },
  typed: ["trades", "orders", "balances", "positions"],
  asksCurrencies: false,
  settles: ["USDT", "USDC"],
  envelope: "retCode",
  errorAt: ["retCode"],
  // biome-ignore format: codes in groups.
  refusals: [
    "10001", "10002", "10003", "10004", "10005", "10006", "10009", "10010", "10018", "10024", "10027", "10028", "10029", "110003", "110004",
    "110006", "110007", "110009", "110012", "110013", "110014", "110017", "110020", "110021", "110022", "110023", "110030", "110032",
    "110033", "110038", "110039", "110040", "110044", "110045", "110046", "110051", "110052", "110053", "110055", "110057", "110058",
    "110059", "110060", "110061", "110066", "110067", "110068", "110092", "110093", "110094", "170001", "170115", "170116", "170117",
    "170121", "170124", "170130", "170131", "170132", "170133", "170134", "170135", "170136", "170137", "170139", "170140", "170148",
    "170149", "170150", "170151", "170201", "170202", "170203", "170204", "170206", "170207", "170208", "170209", "170210", "170217",
    "170218", "170219", "170220", "170229", "170241",
  ],
  messagesPerSecond: 10,
  messagesPerMinute: 600,
};

const OKX: ExchangeProfile = {
  ...PLAIN,
  id: "okx",
  name: "OKX",
  clientId: { param: "clientOrderId", max: 32 },
  findsOurs: "order",
  cancelsByClientId: true,
  replaces: "in-place",
  timesInForce: ["gtc", "ioc", "fok"],
  trades: { page: 100, windowMs: 90 * DAY_MS, historyMs: 90 * DAY_MS, needsSymbol: false, clientId: "clOrdId" },
  openOrders: { page: 100, cursor: { param: "after", from: "ordId", of: "least" } },
  typed: ["trades"],
  asksCurrencies: false,
  wallets: {
    spot: { list: ["data.0.details"], code: "ccy", amounts: [["cashBal"]] },
    linear: { list: ["data.0.details"], code: "ccy", amounts: [["cashBal"]] },
  },
  envelope: "code",
  errorAt: ["data.0.sCode", "code"],
  // biome-ignore format: codes in groups.
  refusals: [
    "50011", "50061", "50013", "50014", "50024", "50030", "50035", "50100", "50101", "50102", "50103", "50104", "50105", "50110", "50111",
    "50112", "50113", "50114", "50119", "50120", "51000", "51001", "51003", "51004", "51005", "51006", "51007", "51008", "51010", "51011",
    "51014", "51015", "51017", "51020", "51021", "51022", "51023", "51024", "51025", "51028", "51030", "51031", "51032", "51033", "51046",
    "51047", "51048", "51049", "51050", "51051", "51058", "51102", "51103", "51104", "51105", "51106", "51107", "51108", "51109", "51110",
    "51111", "51112", "51113", "51116", "51117", "51118", "51119", "51120", "51121", "51122", "51124", "51127", "51131", "51136", "51137",
    "51138", "51139", "51155", "51156",
  ],
  sandboxHeader: "x-simulated-trading",
  messagesPerSecond: 20,
  messagesPerMinute: 600,
};

const KRAKEN: ExchangeProfile = {
  ...PLAIN,
  id: "kraken",
  name: "Kraken",
  kinds: ["spot"],
  clientId: { param: "clientOrderId", max: 18 },
  findsOurs: "lists",
  narrows: { clientId: "clientOrderId", id: "id" },
  cancelsByClientId: true,
  stops: { spot: ["stop", "stop_limit"], linear: [] },
  timesInForce: ["gtc", "ioc", "fok"],
  trades: { page: 50, windowMs: 3_650 * DAY_MS, historyMs: Number.POSITIVE_INFINITY, needsSymbol: false, clientId: null },
  openOrders: { page: null, cursor: null },
  endedOrders: { by: "fetchClosedOrders", forAll: false },
  envelope: "error",
  errorAt: ["error.0"],
  refusals: [
    ...["EOrder:Insufficient*", "EOrder:Order minimum*", "EOrder:Cost minimum*", "EOrder:Tick size*", "EOrder:Invalid*"],
    ...["EOrder:Orders limit exceeded*", "EOrder:Positions limit exceeded*", "EOrder:Rate limit exceeded*", "EOrder:Post only*"],
    ...["EOrder:Market in*", "EOrder:Cannot open*", "EOrder:Margin*", "EOrder:Reduce only*", "EOrder:Trading agreement required*"],
    ...["EOrder:Scheduled*", "EGeneral:Invalid arguments*", "EGeneral:Permission denied*", "EGeneral:Unknown*", "EAPI:*", "EQuery:*"],
    ...["EAccount:*", "ETrade:Locked*"],
  ],
  isInTurn: true,
  messagesPerSecond: 1,
  messagesPerMinute: 60,
  burst: 10,
};

const COINBASE: ExchangeProfile = {
  ...PLAIN,
  id: "coinbase",
  name: "Coinbase Advanced",
  kinds: ["spot"],
  clientId: { param: "client_order_id", max: 36 },
  dedupesForMs: Number.POSITIVE_INFINITY,
  findsOurs: "scan",
  stops: { spot: ["stop_limit"], linear: [] },
  timesInForce: ["gtc", "ioc", "fok"],
  marketBuyAbove: 0.02,
  asksCurrencies: false,
  options: { fetchTime: "v3PublicGetBrokerageTime", fetchBalance: "v3PrivateGetBrokerageAccounts" },
  trades: { page: 250, windowMs: 3_650 * DAY_MS, historyMs: Number.POSITIVE_INFINITY, needsSymbol: false, clientId: null },
  openOrders: { page: 100, cursor: { param: "cursor", from: "cursor", of: "any" } },
  endedOrders: { by: "fetchOrders", forAll: true },
  wallets: { spot: { list: ["accounts"], code: "currency", amounts: [["available_balance.value"], ["hold.value"]] } },
  balancePages: { more: "has_next", cursor: "cursor", param: "cursor" },
  lists: null,
  errorAt: ["error_response.preview_failure_reason", "error_response.new_order_failure_reason", "error_response.error", "error"],
  refusals: [
    ...["INSUFFICIENT_FUND*", "INVALID_*", "UNSUPPORTED_*", "PREVIEW_*", "MUST_*", "COMMANDER_REJECTED_NEW_ORDER", "unauthorized"],
    ...["ORDER_ENTRY_DISABLED", "INELIGIBLE_PAIR", "PERMISSION_DENIED", "INVALID_ARGUMENT"],
  ],
  messagesPerSecond: 10,
  messagesPerMinute: 300,
};

/** Exchanges that were looked at, in the order of the document. */
export const EXCHANGES: readonly ExchangeProfile[] = [BINANCE, BYBIT, OKX, KRAKEN, COINBASE];

/** What is known of an exchange, or what is assumed of one that nobody looked at. */
export const profileOf = (exchange: string): ExchangeProfile =>
  EXCHANGES.find(({ id }) => id === exchange) ?? { ...PLAIN, id: exchange, name: exchange };

/** Why an exchange is not traded through ccxt at all; undefined where it is. */
export const refusedExchange = (exchange: string): string | undefined => REFUSED[exchange];

const REFUSED: Readonly<Record<string, string | undefined>> = {
  hyperliquid:
    "ccxt attaches a builder's fee to every order on hyperliquid, and asks for the right to: it is traded by an adapter of its own",
  alpaca: "alpaca is a broker with accounts of its own kind: it is not traded through ccxt",
  polymarket: "polymarket is not traded through ccxt",
};
