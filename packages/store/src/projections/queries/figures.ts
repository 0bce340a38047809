import { formatAmount, moneyOfUnits } from "@bulkhead/money";
import { type Kysely, sql } from "kysely";
import type { ReadSchema, ShownRows } from "../schema/schema.ts";

type Db = Kysely<ReadSchema>;
type Of = Readonly<{ portfolio?: string }>;
const isOne = (portfolio: string | undefined): portfolio is string => portfolio !== undefined && portfolio !== "*";

/** Portfolios with settings and figures, by id. */
export function portfoliosOf(
  db: Db,
  query: Of & Readonly<{ status?: "active" | "paused" | "archived" }> = {},
): Promise<ShownRows["portfolios"][]> {
  let select = db.selectFrom("portfolios_v").selectAll().orderBy("portfolio_id");
  if (isOne(query.portfolio)) select = select.where("portfolio_id", "=", query.portfolio);
  if (query.status !== undefined) select = select.where("status", "=", query.status);
  return select.execute();
}

/** Net positions; flat ones only when asked for. */
export function positionsOf(db: Db, query: Of & Readonly<{ instrument?: string; flat?: boolean }> = {}): Promise<ShownRows["positions"][]> {
  let select = db.selectFrom("positions_v").selectAll().orderBy("portfolio_id").orderBy("asset");
  if (isOne(query.portfolio)) select = select.where("portfolio_id", "=", query.portfolio);
  if (query.instrument !== undefined) select = select.where("instrument", "=", query.instrument);
  if (query.flat !== true) select = select.where("quantity", "<>", "0");
  return select.execute();
}

/** What the whole account holds of an asset, and who holds it: the column adds up to the broker's. S3.20. */
export type AccountPosition = Readonly<{
  asset: string;
  instrument: string;
  quantity: string;
  market_value_base: string;
  portfolios: number;
}>;
export async function accountPositionsOf(db: Db): Promise<readonly AccountPosition[]> {
  const rows = await db
    .selectFrom("positions")
    .innerJoin("assets", "assets.asset", "positions.asset")
    .where("positions.quantity", "<>", 0)
    .groupBy(["positions.asset", "positions.instrument", "assets.scale"])
    .orderBy("positions.asset")
    .select(({ fn }) => [
      "positions.asset as asset",
      "positions.instrument as instrument",
      "assets.scale as scale",
      fn.sum<number>("positions.quantity").as("quantity"),
      fn.sum<number | null>("positions.market_value_base").as("value"),
      fn.countAll<number>().as("portfolios"),
    ])
    .execute();
  const base = await baseScaleOf(db);
  return rows.map(({ asset, instrument, scale, quantity, value, portfolios }) => ({
    asset,
    instrument,
    quantity: shown(quantity, scale),
    market_value_base: shown(value ?? 0, base),
    portfolios,
  }));
}

/** What every ledger account holds, now or as of a sequence. */
export type AccountBalance = Readonly<{ portfolio_id: string; asset: string; account: string; amount: string }>;
export async function balancesOf(
  db: Db,
  query: Of & Readonly<{ asset?: string; asOfSeq?: number }> = {},
): Promise<readonly AccountBalance[]> {
  const asOf = query.asOfSeq ?? Number.MAX_SAFE_INTEGER;
  const last = sql<
    number | null
  >`(SELECT l.balance FROM ledger_entries l WHERE l.account_no = b.account_no AND l.seq <= ${asOf} ORDER BY l.seq DESC, l.line DESC LIMIT 1)`;
  let select = db
    .selectFrom("balances as b")
    .innerJoin("assets as a", "a.asset", "b.asset")
    .select(["b.portfolio_id", "b.asset", "b.account", "a.scale", last.as("units")])
    .orderBy("b.portfolio_id")
    .orderBy("b.asset")
    .orderBy("b.account");
  if (isOne(query.portfolio)) select = select.where("b.portfolio_id", "=", query.portfolio);
  if (query.asset !== undefined) select = select.where("b.asset", "=", query.asset);
  const rows = await select.execute();
  return rows.flatMap(({ portfolio_id, asset, account, scale, units }) =>
    units === null ? [] : [{ portfolio_id, asset, account, amount: shown(units, scale) }],
  );
}

/** Positions as they stood after a sequence: at cost, since what they were worth then is in the equity history. */
export function positionsAsOf(db: Db, query: Of & Readonly<{ asOfSeq: number }>): Promise<ShownRows["position_history"][]> {
  let select = db
    .selectFrom("position_history_v as p")
    .selectAll()
    .where("p.seq", "<=", query.asOfSeq)
    .where("p.quantity", "<>", "0")
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("position_history as later")
            .select("later.seq")
            .whereRef("later.portfolio_id", "=", "p.portfolio_id")
            .whereRef("later.asset", "=", "p.asset")
            .where("later.seq", "<=", query.asOfSeq)
            .where(sql<boolean>`(later.seq, later.line) > (p.seq, p.line)`),
        ),
      ),
    )
    .orderBy("p.portfolio_id")
    .orderBy("p.asset");
  if (isOne(query.portfolio)) select = select.where("p.portfolio_id", "=", query.portfolio);
  return select.execute();
}

type Period = Of & Readonly<{ from?: number; to?: number; limit?: number }>;
export type EquityPoint = Omit<ShownRows["equity_history"], "portfolio_id" | "snapshot_date" | "drawdown" | "high_water_mark">;

/** Equity at marks, oldest first; of all portfolios their sum at each mark. */
export async function equityHistoryOf(db: Db, { portfolio, from, to, limit = 10_000 }: Period = {}): Promise<readonly EquityPoint[]> {
  let select = db
    .selectFrom("equity_history")
    .groupBy(["seq", "at"])
    .orderBy("seq", "desc")
    .limit(limit)
    .select(({ fn }) => [
      "seq",
      "at",
      fn.sum<number>("equity").as("equity"),
      fn.sum<number>("cash").as("cash"),
      fn.sum<number>("gross_exposure").as("gross_exposure"),
      fn.sum<number>("net_exposure").as("net_exposure"),
      fn.sum<number>("contributions").as("contributions"),
    ]);
  if (isOne(portfolio)) select = select.where("portfolio_id", "=", portfolio);
  if (from !== undefined) select = select.where("at", ">=", from);
  if (to !== undefined) select = select.where("at", "<", to);
  const [rows, base] = [await select.execute(), await baseScaleOf(db)];
  return rows.reverse().map(({ seq, at, ...figures }) => ({
    seq,
    at,
    equity: shown(figures.equity, base),
    cash: shown(figures.cash, base),
    gross_exposure: shown(figures.gross_exposure, base),
    net_exposure: shown(figures.net_exposure, base),
    contributions: shown(figures.contributions, base),
  }));
}

/** Days of portfolios, the latest first. `from` and `to` are dates, both included. */
export function daysOf(
  db: Db,
  query: Of & Readonly<{ from?: string; to?: string; limit?: number }> = {},
): Promise<ShownRows["portfolio_days"][]> {
  let select = db
    .selectFrom("portfolio_days_v")
    .selectAll()
    .orderBy("date", "desc")
    .orderBy("portfolio_id")
    .limit(query.limit ?? 1_000);
  if (isOne(query.portfolio)) select = select.where("portfolio_id", "=", query.portfolio);
  if (query.from !== undefined) select = select.where("date", ">=", query.from);
  if (query.to !== undefined) select = select.where("date", "<=", query.to);
  return select.execute();
}

const shown = (units: number, scale: number): string => formatAmount(moneyOfUnits(units), scale);

export async function baseScaleOf(db: Db): Promise<number> {
  const row = await db
    .selectFrom("account")
    .innerJoin("assets", "assets.asset", "account.base_asset")
    .select("assets.scale")
    .executeTakeFirst();
  return row?.scale ?? 0;
}
