import { zoneOf } from "@bulkhead/market";
import type { SecType } from "@stoqey/ib";
import { type VenueClock, WALL_CLOCK } from "./clock.ts";
import { meaningOf } from "./codes.ts";
import type { Library } from "./connection.ts";
import { parseGatewayTime } from "./gateway-time.ts";
import { Line, type LineListener, masked } from "./line.ts";
import { MarketLines } from "./market-lines.ts";
import { isQuestionId } from "./questions.ts";

/** One thing that must be so before an account can be traded. `ok` null: it could not be seen. `todo` is empty where nothing is to be done. */
export type CheckResult = Readonly<{ check: IbkrCheck; ok: boolean | null; says: string; todo: string }>;
export type IbkrCheck =
  | "port"
  | "api"
  | "client-id"
  | "own-client-ids"
  | "account"
  | "time-zone"
  | "orders"
  | "positions"
  | "cash"
  | "market-data"
  | "competing-session";

export type IbkrCheckOptions = Readonly<{
  host: string;
  port: number;
  clientId: number;
  /** Client ids of portfolios' own, tried beside it. */
  extraClients?: readonly number[];
  /** Null: the only one that the login has. */
  expectedAccount: string | null;
  mode: "paper" | "live";
  /** The zone that the gateway is set to, IANA. */
  zone: string;
  /** What market data is asked of; AAPL unless said. */
  symbol?: string;
  clock?: VenueClock;
  /** Until an answer is given up, ms. */
  answerMs?: number;
}>;

/**
 * Looks whether an account can be attached and traded, asks nothing that changes anything, and says what to click. In the order in which
 * things must work: what cannot be seen because of an earlier one has `ok` null.
 */
export async function checkIbkr(options: IbkrCheckOptions): Promise<readonly CheckResult[]> {
  const { clock = WALL_CLOCK, answerMs = 10_000, clientId, extraClients = [] } = options;
  const library = await import("@stoqey/ib");
  const tries: Try[] = [];
  const attempt = async (id: number): Promise<Try> => {
    const one = tryOf(options, library, id);
    tries.push(one);
    await one.open();
    return one;
  };
  try {
    const { line, market, codes } = await attempt(clientId);
    const sees = (code: number): boolean => codes.some((each) => each.code === code);
    const connected = connectionResults(options, line, sees);
    const unseen = extraClients.length === 0 ? UNSEEN : (["own-client-ids", ...UNSEEN] as const);
    if (!line.isUp) return [...connected, ...unseen.map((check) => result(check, null, "Not looked at: there is no session.", ""))];
    return [
      ...connected,
      ...ownResults(await Promise.all(extraClients.map(attempt))),
      zoneResult(options, line, clock.now()),
      ...(await accountResults(line, answerMs)),
      ...(await dataResults(options, line, market, clock)),
    ];
  } finally {
    for (const { line } of tries) line.close();
  }
}

/** One client id's connection, and what it heard. */
type Try = Readonly<{ line: Line; market: MarketLines; codes: { code: number; message: string; id: number }[]; open: () => Promise<void> }>;

function tryOf(options: IbkrCheckOptions, library: Library, clientId: number): Try {
  const { clock = WALL_CLOCK, answerMs = 10_000, host, port, expectedAccount, mode } = options;
  const codes: { code: number; message: string; id: number }[] = [];
  const timings = { handshakeMs: answerMs, heartbeatMs: answerMs, backOffMs: 3_600_000, backOffMaxMs: 3_600_000, alarmAfterMs: 3_600_000 };
  const shared = { library, clock, chance: () => 1, timings, messagesPerSecond: 40 };
  let turned = (): void => {};
  const market = new MarketLines(() => line);
  const line: Line = new Line(
    { ...shared, host, port, clientId, expectedAccount, mode },
    listenerOf(
      () => line,
      market,
      codes,
      () => turned(),
    ),
  );
  const open = (): Promise<void> =>
    new Promise((resolve) => {
      turned = () => {
        if (line.state !== "connecting") resolve();
      };
      line.open();
    });
  return { line, market, codes, open };
}

/** Of portfolios' own client ids, which are all open at once here, as they are while a desk runs. */
function ownResults(tries: readonly Try[]): readonly CheckResult[] {
  const bad = tries.filter(({ line }) => !line.isUp);
  const ids = tries.map(({ line }) => line.clientId).join(", ");
  if (tries.length === 0) return [];
  if (bad.length === 0)
    return [result("own-client-ids", true, `${tries.length === 1 ? `Client id ${ids} is` : `Client ids ${ids} are`} free as well.`, "")];
  return [
    result(
      "own-client-ids",
      false,
      bad.map(({ line }) => line.reason).join(" "),
      "Close the other program, or a second desk; or change the client_id of that [[account.ibkr.client]]. Until then its portfolios send no orders, exits aside.",
    ),
  ];
}

const UNSEEN = ["time-zone", "orders", "positions", "cash", "market-data", "competing-session"] as const;

function connectionResults(
  { host, port, clientId }: IbkrCheckOptions,
  line: Line,
  sees: (code: number) => boolean,
): readonly CheckResult[] {
  const where = `${host}:${port}`;
  const isThere = !sees(502);
  const isServed = line.isUp || line.greeting !== "" || sees(326);
  const isRefused = line.state === "refused";
  const api = isServed
    ? result("api", true, `The API answers (${line.greeting || "and closed"}).`, "")
    : result(
        "api",
        isThere ? false : null,
        isThere ? "Something listens there, and the API does not answer." : "Not looked at: nothing listens there.",
        isThere
          ? 'In the gateway: Configure, Settings, API, Settings: tick "Enable ActiveX and Socket Clients", and add this machine to the trusted IPs. Answer any dialog that waits.'
          : "",
      );
  return [
    result(
      "port",
      isThere,
      isThere ? `${where} can be reached.` : `Nothing answers at ${where}.`,
      isThere
        ? ""
        : "Start IB Gateway or TWS and log in. Compare the port with Configure, Settings, API, Settings: IB Gateway 4002 paper, 4001 live; TWS 7497 paper, 7496 live.",
    ),
    api,
    sees(326)
      ? result("client-id", false, `Client id ${clientId} is in use.`, "Close the other program, or a second desk; or change client_id.")
      : result("client-id", isServed ? true : null, isServed ? `Client id ${clientId} is free.` : "Not looked at.", ""),
    result(
      "account",
      line.isUp ? true : isRefused ? false : null,
      line.isUp
        ? `The login has ${line.accounts.map(masked).join(", ")}; ${masked(line.account)} is meant.`
        : isRefused
          ? line.reason
          : "Not looked at.",
      isRefused
        ? "Log in with the user of the account that is meant, or change its number, its mode or the port in the configuration."
        : "",
    ),
  ];
}

/** What the gateway's clock says, read in the zone that it is said to be set to, is now. */
function zoneResult({ zone }: IbkrCheckOptions, line: Line, now: number): CheckResult {
  const home = zoneOf(zone);
  const told = home === undefined ? undefined : parseGatewayTime(line.greeting.replace(/^server version \d+, /, ""), home);
  if (home === undefined || told === undefined)
    return result("time-zone", null, `The gateway's time could not be read (${line.greeting}).`, "");
  const bare = parseGatewayTime(line.greeting.replace(/^server version \d+, /, "").slice(0, 17), home);
  const offMs = Math.abs((bare ?? told).at - now);
  if (offMs > SKEW_MS)
    return result(
      "time-zone",
      false,
      `The gateway says ${line.greeting}, which is ${Math.round(offMs / 60_000)} minutes away from now in ${zone}.`,
      "Set time_zone to the zone that the gateway's login window shows, and the machine's clock right.",
    );
  return result("time-zone", true, `The gateway's time is that of ${zone}.`, "");
}

async function accountResults(line: Line, answerMs: number): Promise<readonly CheckResult[]> {
  const orders = await line.ask("openOrders", answerMs, (ib) => ib.reqAllOpenOrders());
  const positions = await line.ask("positions", answerMs, (ib) => ib.reqPositions());
  const cash = await line.ask("account", answerMs, (ib) => ib.reqAccountUpdates(true, line.account));
  line.send("question", (connection) => connection.ask((ib) => ib.reqAccountUpdates(false, line.account)));
  const isReadOnly = orders.code === READ_ONLY;
  const read = (check: "positions" | "cash", why: string, count: number): CheckResult =>
    why === ""
      ? result(check, true, `${check === "cash" ? "Account values" : "Positions"} were told (${count}).`, "")
      : result(check, false, `They were not told: ${why}.`, "Wait until the gateway has finished its start, and look again.");
  return [
    orders.why === ""
      ? result("orders", true, "Orders can be seen; the API is not read-only.", "")
      : result(
          "orders",
          false,
          isReadOnly ? "The API is read-only: orders can neither be sent nor seen." : `Orders were not told: ${orders.why}.`,
          isReadOnly
            ? 'To trade: in the gateway, Configure, Settings, API, Settings: take the tick from "Read-Only API". To look on only, leave it.'
            : "",
        ),
    read("positions", positions.why, positions.rows.length),
    read("cash", cash.why, cash.rows.length),
  ];
}

/** A price of any kind, or the code that says why there is none. */
async function dataResults(
  { symbol = "AAPL", answerMs = 10_000 }: IbkrCheckOptions,
  line: Line,
  market: MarketLines,
  clock: VenueClock,
): Promise<readonly CheckResult[]> {
  const contract = { symbol, secType: "STK" as SecType, exchange: "SMART", currency: "USD" };
  let end = (_: (reqId: number) => void): void => {};
  const code = await new Promise<number | null>((resolve) => {
    const callOff = clock.after(answerMs, () => resolve(NO_ANSWER));
    const settle = (said: number | null): void => {
      callOff();
      resolve(said);
    };
    end = market.keep(
      (reqId) => line.send("question", (connection) => connection.ask((ib) => ib.reqMktData(reqId, contract, "", false, false))),
      {
        price: () => settle(null),
        dataType: (type) => type >= 3 && settle(DELAYED),
        code: (meaning) => meaning.kind === "data" && settle(meaning.code),
      },
    );
  });
  end((reqId) => line.send("question", (connection) => connection.ask((ib) => ib.cancelMktData(reqId))));
  const competing = code === COMPETING;
  const why =
    code === null ? "" : code === NO_ANSWER ? "no price and no reason came; is the market closed?" : `${meaningOf(code).says} (${code})`;
  return [
    code === null
      ? result("market-data", true, `Prices of ${symbol} come live.`, "")
      : result(
          "market-data",
          code === NO_ANSWER || competing ? null : false,
          `${symbol}: ${why}.`,
          competing || code === NO_ANSWER
            ? ""
            : 'In Client Portal: Settings, Market Data Subscriptions; a paper account must be allowed to share the live one\'s. Or set market_data = "delayed" to look on.',
        ),
    result(
      "competing-session",
      competing ? false : code === null ? true : null,
      competing
        ? "Another session of the same user has the market data."
        : code === null
          ? "No other session has the market data."
          : "Not seen.",
      competing ? "Log the same user out of TWS, the mobile app or Client Portal, or trade with a second user of the account." : "",
    ),
  ];
}

const READ_ONLY = 321;
const COMPETING = 10_197;
const NO_ANSWER = -1;
const DELAYED = 10_167;
const SKEW_MS = 300_000;

const result = (check: IbkrCheck, ok: boolean | null, says: string, todo: string): CheckResult => ({ check, ok, says, todo });

/** Answers only; nothing that is told is booked. */
function listenerOf(
  lineOf: () => Line,
  market: MarketLines,
  codes: { code: number; message: string; id: number }[],
  onTurn: () => void,
): LineListener {
  const nothing = (): void => {};
  return {
    onTurn,
    onNote: nothing,
    onCode: (code, message, id) => {
      codes.push({ code, message, id });
      if (market.hearCode(id, meaningOf(code), message)) return;
      if (code === READ_ONLY && !isQuestionId(id)) lineOf().questions.fail("openOrders", message, code);
      else lineOf().questions.fail(id, message, code);
    },
    onOpenOrder: (_, order) => lineOf().questions.row("openOrders", order),
    onOrderStatus: nothing,
    onExecution: nothing,
    onCommission: nothing,
    onPosition: (account) => {
      if (account === lineOf().account) lineOf().questions.row("positions", account);
    },
    onAccountValue: (key) => lineOf().questions.row("account", key),
    onCompletedOrder: nothing,
    onContract: nothing,
    onSymbols: nothing,
    onMarketRule: nothing,
    onTickPrice: (reqId, tick, price) => market.tickPrice(reqId, tick, price),
    onTickSize: nothing,
    onDataType: (reqId, type) => market.dataType(reqId, type),
    onLiveBar: nothing,
    onPastBar: nothing,
    onEnd: (ended) => lineOf().questions.end(ended),
    onAnswered: (reqId) => lineOf().questions.end(reqId),
  };
}
