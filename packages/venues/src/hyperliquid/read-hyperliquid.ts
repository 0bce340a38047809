import { createHash } from "node:crypto";
import type { Asset, AssetId, ExecutionId, InstantMs, Instrument } from "@bulkhead/core";
import { parsePrice, quantityOfUnits, ZERO_MONEY, ZERO_QUANTITY } from "@bulkhead/money";
import { z } from "zod";
import { instrumentIdOf } from "../ccxt/live-market.ts";
import type { FlexOptions, ReadStatement } from "../ibkr/flex/read-flex.ts";
import { isZeroText } from "../statement/decimal-text.ts";
import type { StatementProblem } from "../statement/problem.ts";
import type { Coverage, Entry, EntryOf, StatedContract, StatedPosition } from "../statement/statement.ts";
import { inChain } from "./fill-chain.ts";

const Decimal = z.string().regex(/^-?\d{1,20}(\.\d{1,20})?$/);

/** One of `userFills` or `userFillsByTime`. Replies of 2023 lack what came later; what is not named here is not looked at. */
const Fill = z.object({
  coin: z.string().min(1),
  px: Decimal,
  sz: Decimal,
  side: z.enum(["A", "B"]),
  time: z.number().int().positive(),
  startPosition: Decimal,
  dir: z.string(),
  closedPnl: Decimal,
  hash: z.string(),
  oid: z.number(),
  fee: Decimal,
  feeToken: z.string().optional(),
  tid: z.number().optional(),
  cloid: z.string().nullish(),
});
type Fill = z.output<typeof Fill>;

/** What an account holds, by `clearinghouseState`. */
const State = z.object({ assetPositions: z.array(z.object({ position: z.object({ coin: z.string(), szi: Decimal }) })) });

/** A reply as it came, or with what was asked beside it. */
const Reply = z.object({ request: z.object({ type: z.string(), user: z.string().optional() }), response: z.unknown() });

/** Directions of perpetuals; anything else moved a position in a way of its own and is refused by name. */
const DIRECTIONS: ReadonlySet<string> = new Set(["Open Long", "Open Short", "Close Long", "Close Short", "Long > Short", "Short > Long"]);

const VENUE = "HYPERLIQUID";
const COLLATERAL = "USDC";
/** Finer than any size or price that the venue takes. */
const SCALE = 8;

/**
 * Reads fills of Hyperliquid's perpetuals: the JSON of `userFills` or `userFillsByTime`, alone or in a list of recorded replies, with
 * `clearinghouseState` beside it where the end should be compared. Pure; throws nothing.
 */
export function readHyperliquid(text: string, { file, cashScale, leaveOut, account }: FlexOptions): ReadStatement {
  const parsed = partsOf(text);
  if (typeof parsed === "string")
    return { ok: false, problems: [{ code: "STATEMENT_MALFORMED", file, line: 1, figures: { problem: parsed } }] };
  const problems: StatementProblem[] = [];
  const notes: string[] = [];
  const fills: Fill[] = [];
  for (const [index, raw] of parsed.fills.entries()) {
    const line = index + 1;
    if (leaveOut.has(line)) {
      notes.push(`fill ${line} left out as asked`);
      continue;
    }
    const fill = Fill.safeParse(raw);
    if (!fill.success) {
      const [issue] = fill.error.issues;
      problems.push({
        code: "STATEMENT_VALUE_INVALID",
        file,
        line,
        figures: { element: "fill", field: issue?.path.join(".") ?? "", value: "", problem: issue?.message ?? "" },
      });
    } else if (!DIRECTIONS.has(fill.data.dir))
      problems.push({ code: "STATEMENT_VALUE_UNKNOWN", file, line, figures: { element: "fill", field: "dir", value: fill.data.dir } });
    else fills.push(fill.data);
  }
  if (problems.length > 0) return { ok: false, problems };
  const collateral: Asset = { id: COLLATERAL as AssetId, kind: "cash", scale: cashScale(COLLATERAL) };
  const contracts = new Map<string, StatedContract>();
  for (const coin of new Set([...fills.map((each) => each.coin), ...(parsed.held ?? []).map(({ coin }) => coin)]))
    contracts.set(coin, contractOf(coin, collateral));
  const covers = coverageOf(fills.map(({ time }) => time));
  return {
    ok: true,
    statement: {
      source: "hyperliquid",
      file,
      account: parsed.user || account || "",
      baseCurrency: COLLATERAL,
      covers,
      // A reply leaves out no fill between its first and its last.
      tells: covers === null ? [] : [{ from: covers.from, to: (covers.to + 1) as InstantMs, executions: true }],
      contracts,
      entries: entriesOf(fills),
      positions:
        parsed.held?.map(({ coin, szi }, index): StatedPosition => ({ line: index + 1, contract: coin, quantity: szi, mark: null })) ??
        null,
      cash: null,
      notes,
    },
  };
}

function coverageOf(times: readonly number[]): Coverage | null {
  if (times.length === 0) return null;
  const [from, to] = times.reduce(([first, last], time) => [Math.min(first, time), Math.max(last, time)], [times[0] ?? 0, times[0] ?? 0]);
  return { from: from as InstantMs, to: to as InstantMs };
}

type Parts = Readonly<{ fills: readonly unknown[]; held: readonly Readonly<{ coin: string; szi: string }>[] | null; user: string }>;

function partsOf(text: string): Parts | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return (error as Error).message;
  }
  if (!Array.isArray(json)) return "neither a list of fills nor of recorded replies";
  const replies = z.array(Reply).safeParse(json);
  if (json.length === 0 || !replies.success) return { fills: json, held: null, user: "" };
  const fills = replies.data
    .filter(({ request }) => request.type === "userFills" || request.type === "userFillsByTime")
    .flatMap(({ response }) => (Array.isArray(response) ? response : []));
  const state = replies.data.findLast(({ request }) => request.type === "clearinghouseState");
  const held = state === undefined ? null : State.safeParse(state.response);
  if (held !== null && !held.success) return "clearinghouseState is not understood";
  const user = replies.data.find(({ request }) => request.user !== undefined)?.request.user ?? "";
  return { fills, held: held === null ? null : held.data.assetPositions.map(({ position }) => position), user };
}

/** A perpetual and its contracts, an asset of their venue. */
function contractOf(coin: string, collateral: Asset): StatedContract {
  const id = instrumentIdOf(`${coin}/${COLLATERAL}:${COLLATERAL}`, VENUE);
  const base: Asset = { id: id as string as AssetId, kind: "contract", scale: SCALE };
  const tickSize = parsePrice("0.00000001", SCALE);
  if (!tickSize.ok) throw new RangeError("TICK_INVALID");
  const instrument: Instrument = {
    id,
    symbol: id.slice(0, id.lastIndexOf("@")),
    base: base.id,
    quote: collateral.id,
    settlement: "margined",
    priceScale: SCALE,
    tickSize: tickSize.value,
    sizeIncrement: quantityOfUnits(1),
    quantityMin: ZERO_QUANTITY,
    notionalMin: ZERO_MONEY,
    multiplierUnits: 1,
    multiplierScale: 0,
    shortable: true,
  };
  return {
    key: coin,
    description: `${coin} perpetual`,
    instrument,
    assets: [base, collateral],
    names: [{ source: "hyperliquid", key: coin }],
    settledDaily: false,
  };
}

/** Fills coin by coin in their own order, then all by time: coins do not touch each other. */
function entriesOf(fills: readonly Fill[]): readonly Entry[] {
  const coins = new Map<string, (Fill & Readonly<{ index: number; price: string; size: string; buys: boolean; before: string }>)[]>();
  fills.forEach((fill, index) => {
    const one = { ...fill, index, price: fill.px, size: fill.sz, buys: fill.side === "B", before: fill.startPosition };
    coins.set(fill.coin, [...(coins.get(fill.coin) ?? []), one]);
  });
  const entries = [...coins.values()].flatMap((list) => {
    const units = inChain(list);
    const cost = openingCost(units.map(({ fills: unit }) => unit[0]));
    return units.flatMap(({ fills: unit, before }, index) =>
      unit.flatMap((fill, place) =>
        fillEntries(fill, place === 0 ? { quantity: before, averageCost: index === 0 ? cost : null } : undefined),
      ),
    );
  });
  return entries
    .map((entry, index) => ({ entry, index }))
    .sort((a, b) => a.entry.at - b.entry.at || a.index - b.index)
    .map(({ entry }) => entry);
}

function fillEntries(fill: Fill & Readonly<{ index: number }>, before: EntryOf<"execution">["before"]): readonly Entry[] {
  const executionId = idOf(fill);
  const common = { line: fill.index + 1, at: fill.time as InstantMs };
  const execution: EntryOf<"execution"> = {
    ...common,
    kind: "execution",
    executionId,
    version: 0,
    canceled: false,
    contract: fill.coin,
    side: fill.side === "B" ? "buy" : "sell",
    quantity: fill.sz,
    price: fill.px,
    tag: { reference: fill.cloid ?? "", client: "", venueOrderId: String(fill.oid) },
    ...(before === undefined ? {} : { before }),
    statedRealized: fill.closedPnl,
  };
  if (isZeroText(fill.fee)) return [execution];
  return [
    execution,
    { ...common, kind: "fee", feeId: `${executionId}:fee`, executionId, currency: fill.feeToken ?? COLLATERAL, amount: fill.fee },
  ];
}

/**
 * What one unit had cost that was held before the first fill told, worked back from what the first closing fill is said to have made and what
 * was added before it; null where nothing was closed. In floats: it prices what no reply has, and no figure of a fill rests on it.
 */
function openingCost(fills: readonly Fill[]): string | null {
  const held = Number(fills[0]?.startPosition ?? 0);
  let paid = 0;
  for (const { px, sz, side, closedPnl, startPosition } of fills) {
    const signed = side === "B" ? Number(sz) : -Number(sz);
    const before = Number(startPosition);
    if (before * signed >= 0) {
      paid += Number(px) * signed;
      continue;
    }
    const closed = Math.min(Math.abs(signed), Math.abs(before));
    const average = Number(px) - (Math.sign(before) * Number(closedPnl)) / closed;
    const cost = (average * before - paid) / held;
    return Number.isFinite(cost) && cost > 0 ? cost.toFixed(SCALE) : null;
  }
  return null;
}

/** Both sides of a trade with oneself have one trade id: the order tells them apart. Old replies have none: what the fill says names it. */
function idOf({ tid, oid, coin, time, side, px, sz, startPosition, hash }: Fill): ExecutionId {
  if (tid !== undefined && tid !== 0) return `hyperliquid:${tid}:${oid}` as ExecutionId;
  const says = [hash, coin, time, oid, side, px, sz, startPosition].join("|");
  return `hyperliquid:${createHash("sha256").update(says).digest("hex").slice(0, 24)}` as ExecutionId;
}
