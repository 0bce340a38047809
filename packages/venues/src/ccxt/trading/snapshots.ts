import type { InstantMs, SnapshotSection, VenueCash, VenueOrderReport, VenuePosition, VenueSnapshot } from "@bulkhead/core";
import { add, type Money, parseMoney, parsePrice, parseQuantity, type Quantity, type Scale } from "@bulkhead/money";
import { isCash } from "./cash-codes.ts";
import type { Conversation } from "./conversation.ts";
import type { BalanceText, OrderText, PositionText } from "./messages.ts";
import { AskFailed } from "./trading-link.ts";

export type SnapshotWork = Readonly<{
  snapshotId: string;
  sections: readonly SnapshotSection[];
  since: InstantMs;
  /** Undefined: not connected; every section is no information then. */
  talk: Conversation | undefined;
  now: () => InstantMs;
}>;

/**
 * What the exchange says it has. Trades are asked for around cash and positions: before, so that those speak of what was told, and after, so
 * that one in between is noticed. A section that fails is null, and only that one.
 */
export async function snapshotOf({ snapshotId, sections, since, talk, now }: SnapshotWork): Promise<VenueSnapshot> {
  const from = now();
  if (talk === undefined) return { ...NOTHING, snapshotId, from, to: from };
  const wants = (section: SnapshotSection): boolean => sections.includes(section);
  const isHeld = wants("positions") || wants("cash");
  const fresh = (from - 1_000) as InstantMs;
  const executionsSince = wants("executions") ? await answered(talk.trades(since)) : null;
  const open = wants("orders") ? await answered(talk.openOrders()) : null;
  const ended = wants("orders") ? await answered(talk.endedOrders(since)) : null;
  const isReadBefore = !isHeld || executionsSince !== null || (await answered(talk.trades(fresh))) !== null;
  const told = talk.executions.count;
  const positions = wants("positions") ? await answered(positionsOf(talk)) : null;
  const cash = wants("cash") ? await answered(cashOf(talk)) : null;
  const isReadAfter = !isHeld || (await answered(talk.trades(fresh))) !== null;
  return {
    snapshotId,
    from,
    to: now(),
    quiet: isReadBefore && isReadAfter && talk.executions.count === told,
    positions,
    cash,
    openOrders: open === null ? null : reportsOf(talk, open),
    endedOrders: ended === null ? null : reportsOf(talk, ended),
    executionsSince,
  };
}

const NOTHING = { quiet: false, positions: null, cash: null, openOrders: null, endedOrders: null, executionsSince: null } as const;

/** No answer is no information: null. */
async function answered<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof AskFailed) return null;
    throw error;
  }
}

/** Orders in markets that the books cannot hold are said, and left out: their cash and coins show all the same. */
function reportsOf(talk: Conversation, orders: readonly OrderText[]): readonly VenueOrderReport[] {
  const reports: VenueOrderReport[] = [];
  for (const order of orders) {
    const report = talk.orders.reportOf(order);
    if (report !== undefined) reports.push(report);
    else talk.noteOnce("warn", `Orders in ${order.symbol ?? "a market without a name"} cannot be shown: the books cannot hold it.`);
  }
  return reports;
}

/** Cash of every currency that the account has or had: nothing of it is a statement too. */
async function cashOf(talk: Conversation): Promise<readonly VenueCash[]> {
  const { balances } = await talk.balances();
  const cash = new Map<string, VenueCash>();
  for (const [code, totals] of byCode(balances.filter(({ code }) => isCash(code)))) {
    const asset = talk.listings.asset(code);
    if (asset === undefined) continue;
    const amounts = totals.map((total) => parseMoney(total, asset.scale, "half-even"));
    const amount = sum(amounts.map((each) => (each.ok ? each.value : undefined)));
    if (amount === undefined) throw unreadable(`the balance of ${code} cannot be kept exactly`);
    cash.set(code, { asset: asset.id, amount });
  }
  return [...cash.values()];
}

/** Coins by the market that they are commonly traded in, and perpetuals. A coin without such a market is said and left out. */
async function positionsOf(talk: Conversation): Promise<readonly VenuePosition[]> {
  const positions: VenuePosition[] = [];
  if (talk.kinds.includes("spot")) {
    const { balances } = await talk.balances();
    for (const [code, totals] of byCode(balances.filter(({ code }) => !isCash(code)))) {
      if (totals.every((total) => !/[1-9]/.test(total.replace(/e.*$/i, "")))) continue;
      const traded = talk.listings.homeOf(code);
      if (traded === undefined) {
        talk.noteOnce("warn", `${code} is held at the exchange and has no market against cash: the books cannot hold it.`);
        continue;
      }
      const { instrument, base } = talk.listings.define(traded);
      const quantity = sum(totals.map((total) => parsedQuantity(total, base.scale)));
      if (quantity === undefined) throw unreadable(`the balance of ${code} cannot be kept exactly`);
      positions.push({ instrument: instrument.id, quantity, averageCost: null });
    }
  }
  if (talk.kinds.includes("linear")) positions.push(...contractsOf(talk, (await talk.positions()).positions));
  return positions;
}

function contractsOf(talk: Conversation, texts: readonly PositionText[]): readonly VenuePosition[] {
  return texts.flatMap((text): readonly VenuePosition[] => {
    if (!/[1-9]/.test(text.contracts.replace(/e.*$/i, ""))) return [];
    const traded = talk.listings.bySymbol(text.symbol);
    if (traded === undefined) {
      talk.noteOnce(
        "warn",
        `A position in ${text.symbol} cannot be held in the books: it is an inverse contract, or of a kind that is not modelled.`,
      );
      return [];
    }
    const { instrument, base } = talk.listings.define(traded);
    const quantity = parsedQuantity(text.contracts, base.scale);
    if (quantity === undefined) throw unreadable(`the position in ${text.symbol} cannot be kept exactly`);
    const averageCost = text.entryPrice === null ? undefined : parsePrice(text.entryPrice, instrument.priceScale, "half-even");
    return [{ instrument: instrument.id, quantity, averageCost: averageCost?.ok === true ? averageCost.value : null }];
  });
}

function byCode(balances: readonly BalanceText[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { code, total } of balances) found.set(code, [...(found.get(code) ?? []), total]);
  return found;
}

function parsedQuantity(text: string, scale: Scale): Quantity | undefined {
  const parsed = parseQuantity(text, scale, "half-even");
  return parsed.ok ? parsed.value : undefined;
}

/** Undefined where one of them is missing. */
function sum<T extends Money | Quantity>(amounts: readonly (T | undefined)[]): T | undefined {
  return amounts.reduce((total, each) => (total === undefined || each === undefined ? undefined : (add(total, each) as T)));
}

const unreadable = (words: string): AskFailed => new AskFailed({ name: "Unreadable", mayHaveLeft: false, status: 200, code: null, words });
