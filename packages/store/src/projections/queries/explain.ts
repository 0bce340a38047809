import type { LedgerAccount } from "@bulkhead/core";
import { formatAmount, moneyOfUnits } from "@bulkhead/money";
import type { Kysely } from "kysely";
import type { ReadSchema, ShownRows } from "../schema/schema.ts";

type Meaning = Readonly<{ accounts: readonly LedgerAccount[]; sign: 1 | -1 }>;

/** Figures that postings make, and how they stand in the ledger: income is credited, so its sign is turned. */
export const FIGURES = {
  cash: { accounts: ["cash"], sign: 1 },
  position: { accounts: ["position"], sign: 1 },
  cost: { accounts: ["cost"], sign: 1 },
  realized_pnl: { accounts: ["realized"], sign: -1 },
  fees: { accounts: ["fees"], sign: 1 },
  income: { accounts: ["income", "dividends", "funding", "interest"], sign: -1 },
  dividends: { accounts: ["dividends"], sign: -1 },
  funding: { accounts: ["funding"], sign: -1 },
  interest: { accounts: ["interest"], sign: -1 },
  capital: { accounts: ["capital", "transfers"], sign: -1 },
  model_costs: { accounts: ["model-costs"], sign: 1 },
  rounding: { accounts: ["rounding"], sign: 1 },
} as const satisfies Readonly<Record<string, Meaning>>;

export type Figure = keyof typeof FIGURES;

export type Explained = Readonly<{
  figure: Figure;
  asset: string;
  /** Decimal text of the asset, as of `asOfSeq`. */
  balance: string;
  /** What the sum of its postings is taken by: -1 for what is earned or put in, which double entry books with a minus. */
  sign: 1 | -1;
  /** How many postings make it. */
  count: number;
  /** The latest of them, newest first; `amount` as posted, before the figure's sign. */
  postings: readonly ShownRows["ledger_entries"][];
  /** The executions among what booked them. */
  executions: readonly ShownRows["executions"][];
  /** Where the next page of postings begins; null on the last. */
  next: string | null;
}>;

export type ExplainQuery = Readonly<{
  /** `*` or nothing is the whole account. */
  portfolio?: string;
  figure: Figure;
  asset: string;
  asOfSeq?: number;
  limit?: number;
  cursor?: string | null;
}>;

/** From a figure to the postings that make it and the executions behind them: the postings add up to the balance, to the last unit. */
export async function explain(db: Kysely<ReadSchema>, query: ExplainQuery): Promise<Explained> {
  const { accounts, sign }: Meaning = FIGURES[query.figure];
  const asOf = query.asOfSeq ?? Number.MAX_SAFE_INTEGER;
  const numbers = await accountNumbers(db, query, accounts);
  const total = await db
    .selectFrom("ledger_entries")
    .where("account_no", "in", numbers)
    .where("seq", "<=", asOf)
    .select(({ fn }) => [fn.sum<number | null>("amount").as("units"), fn.countAll<number>().as("count")])
    .executeTakeFirstOrThrow();
  const scale = await db.selectFrom("assets").where("asset", "=", query.asset).select("scale").executeTakeFirst();
  const { postings, next } = await postingsOf(db, query, numbers, asOf);
  const executions = await executionsBehind(db, query, postings);
  const balance = formatAmount(moneyOfUnits(sign * (total.units ?? 0) + 0), scale?.scale ?? 0);
  return { figure: query.figure, asset: query.asset, balance, sign, count: total.count, postings, executions, next };
}

async function accountNumbers(db: Kysely<ReadSchema>, { portfolio, asset }: ExplainQuery, accounts: readonly LedgerAccount[]) {
  let select = db.selectFrom("balances").select("account_no").where("asset", "=", asset).where("account", "in", accounts);
  if (portfolio !== undefined && portfolio !== "*") select = select.where("portfolio_id", "=", portfolio);
  const rows = await select.execute();
  // Never an empty list: no account has the number 0.
  return [0, ...rows.map((row) => row.account_no)];
}

async function postingsOf(db: Kysely<ReadSchema>, query: ExplainQuery, numbers: readonly number[], asOf: number) {
  const limit = Math.max(1, Math.min(query.limit ?? 100, 1_000));
  let select = db
    .selectFrom("ledger_entries_v")
    .selectAll()
    .where("account_no", "in", numbers)
    .where("seq", "<=", asOf)
    .orderBy("seq", "desc")
    .orderBy("line", "desc")
    .limit(limit + 1);
  const [seq, line] = (query.cursor ?? "").split(".").map(Number);
  if (seq !== undefined && line !== undefined)
    select = select.where(({ eb, refTuple, tuple }) => eb(refTuple("seq", "line"), "<", tuple(seq, line)));
  const rows = await select.execute();
  const postings = rows.slice(0, limit);
  const last = postings.at(-1);
  return { postings, next: rows.length > limit && last !== undefined ? `${last.seq}.${last.line}` : null };
}

function executionsBehind(db: Kysely<ReadSchema>, { portfolio }: ExplainQuery, postings: readonly ShownRows["ledger_entries"][]) {
  const records = postings.flatMap(({ seq, event }) => (event === "ExecutionBooked" || event === "ExecutionCorrected" ? [seq] : []));
  let select = db
    .selectFrom("executions_v")
    .selectAll()
    .where("seq", "in", [0, ...new Set(records)])
    .orderBy("seq", "desc")
    .orderBy("line", "desc");
  if (portfolio !== undefined && portfolio !== "*") select = select.where("portfolio_id", "=", portfolio);
  return select.execute();
}
