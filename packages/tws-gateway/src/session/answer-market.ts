import { type Contract, marketRule } from "../broker/contract.ts";
import type { ContractQuery } from "../broker/directory.ts";
import type { Quote } from "../broker/quotes.ts";
import { errorMessage, marketRuleAnswer, symbolSamples } from "../wire/answers.ts";
import { contractDetails, contractDetailsEnd } from "../wire/contract-details.ts";
import * as say from "../wire/market-answers.ts";
import type { BarsAsked } from "../wire/requests.ts";
import { instantOf, localTime } from "../zone.ts";
import type { AnswerGround } from "./ground.ts";
import { hoursOf } from "./hours.ts";
import type { Session } from "./session.ts";

const UNKNOWN = "No security definition has been found for the request";

/** The one contract that is meant; says so where it is none or several. */
function theContract(session: Session, { directory }: AnswerGround, reqId: number, query: ContractQuery): Contract | undefined {
  const [contract, ...others] = directory.find(query);
  if (contract !== undefined && others.length === 0) return contract;
  session.say(errorMessage(reqId, 200, contract === undefined ? UNKNOWN : "The contract description specified is ambiguous."));
  return undefined;
}

export function contracts(session: Session, { directory, clock, zone }: AnswerGround, reqId: number, query: ContractQuery): void {
  const found = directory.find(query);
  if (found.length === 0) return void session.say(errorMessage(reqId, 200, UNKNOWN));
  for (const contract of found) session.say(contractDetails(reqId, contract, hoursOf(contract, clock.now(), zone)));
  session.say(contractDetailsEnd(reqId));
}

export function matchingSymbols(session: Session, { directory }: AnswerGround, reqId: number, pattern: string): void {
  session.say(symbolSamples(reqId, directory.search(pattern)));
}

export function rule(session: Session, id: number): void {
  const found = marketRule(id);
  session.say(found === undefined ? errorMessage(-1, 321, "Error validating request: unknown market rule") : marketRuleAnswer(id, found));
}

/** Starts prices of a contract: live, delayed where the client said so, or 354 where the account lacks the subscription. */
export function marketData(session: Session, ground: AnswerGround, reqId: number, query: ContractQuery, snapshot: boolean): void {
  const contract = theContract(session, ground, reqId, query);
  if (contract === undefined) return;
  if (ground.faults.take("competing-session", { symbol: contract.symbol })) {
    return void session.say(errorMessage(reqId, 10197, "No market data during competing live session"));
  }
  const rights = ground.rights(contract.symbol);
  const wantsDelayed = session.watches.marketDataType >= 3;
  if (rights === "none" || (rights === "delayed" && !wantsDelayed)) {
    return void session.say(errorMessage(reqId, 354, "Requested market data is not subscribed."));
  }
  const kind = rights === "delayed" ? "delayed" : "live";
  if (kind === "delayed") {
    session.say(errorMessage(reqId, 10167, "Requested market data is not subscribed. Displaying delayed market data."));
  }
  session.say(say.tickParameters(reqId, contract));
  session.say(say.marketDataType(reqId, kind));
  for (const tick of say.ticks(reqId, ground.broker.quotes.of(contract.conId), kind)) session.say(tick);
  if (snapshot) session.say(say.tickSnapshotEnd(reqId));
  else session.watches.prices.set(reqId, { conId: contract.conId, kind });
}

/** Tells who watches a contract its new quote, and the bar that is being made of it. */
export function quoted(session: Session, ground: AnswerGround, contract: Contract, quote: Quote): void {
  for (const [reqId, { conId, kind }] of session.watches.prices) {
    if (conId === contract.conId) for (const tick of say.ticks(reqId, quote, kind)) session.say(tick);
  }
  const now = ground.clock.now();
  for (const [reqId, { conId, stepMs, realTime }] of session.watches.bars) {
    const bar = conId === contract.conId ? ground.broker.quotes.bars(conId, now - stepMs, now, stepMs).at(-1) : undefined;
    if (bar === undefined) continue;
    session.say(realTime ? say.realTimeBar(reqId, bar) : say.historicalUpdate(reqId, bar, barTime(ground, session, bar.at, false)));
  }
}

const UNITS: Readonly<Record<string, number>> = { S: 1_000, D: 86_400_000, W: 7 * 86_400_000, M: 30 * 86_400_000, Y: 365 * 86_400_000 };
const STEPS: Readonly<Record<string, number>> = { sec: 1_000, min: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

/** Bars over a time that ends when the client says, or now; then goes on where that was asked for. */
export function historicalData(session: Session, ground: AnswerGround, reqId: number, query: ContractQuery, asked: BarsAsked): void {
  const contract = theContract(session, ground, reqId, query);
  if (contract === undefined) return;
  const [, count = "", unit = ""] = /^(\d+) ([SDWMY])$/.exec(asked.duration.trim()) ?? [];
  const [, steps = "", step = ""] = /^(\d+) (sec|min|hour|day|week)s?$/.exec(asked.barSize.trim()) ?? [];
  const [spanMs, stepMs] = [Number(count) * (UNITS[unit] ?? 0), Number(steps) * (STEPS[step] ?? 0)];
  if (spanMs <= 0 || stepMs <= 0)
    return void session.say(errorMessage(reqId, 321, "Error validating request.-'bO' : cause - Invalid step or duration"));
  const until = endOf(asked.end, ground.zone) ?? ground.clock.now();
  const bars = ground.broker.quotes.bars(contract.conId, until - spanMs, until, stepMs);
  if (bars.length === 0)
    return void session.say(errorMessage(reqId, 162, "Historical Market Data Service error message:HMDS query returned no data"));
  const daily = stepMs >= 86_400_000;
  session.say(
    say.historicalData(reqId, bars, (at) => (asked.epochDates ? String(Math.floor(at / 1000)) : barTime(ground, session, at, daily))),
  );
  if (asked.keepUpToDate) session.watches.bars.set(reqId, { conId: contract.conId, query, stepMs, realTime: false });
}

export function realTimeBars(session: Session, ground: AnswerGround, reqId: number, query: ContractQuery): void {
  const contract = theContract(session, ground, reqId, query);
  if (contract !== undefined) session.watches.bars.set(reqId, { conId: contract.conId, query, stepMs: 5_000, realTime: true });
}

export function headTimestamp(session: Session, ground: AnswerGround, reqId: number, query: ContractQuery, epoch: boolean): void {
  if (theContract(session, ground, reqId, query) === undefined) return;
  session.say(say.headTimestamp(reqId, epoch ? "345475800" : "19801212-14:30:00"));
}

function barTime({ zone }: AnswerGround, { version }: Session, at: number, daily: boolean): string {
  const { date, time } = localTime(at, zone);
  if (daily) return date;
  return version < 174 ? `${date}  ${time}` : `${date} ${time} ${zone}`;
}

function endOf(text: string, zone: string): number | undefined {
  const match = /^(\d{8})([- ]{1,2})(\d\d:\d\d:\d\d)(?: (\S+))?$/.exec(text.trim());
  if (match === null) return undefined;
  return instantOf(match[1] ?? "", match[3] ?? "", match[2] === "-" ? "UTC" : (match[4] ?? zone));
}
