import { AccountChoice, Format } from "@bulkhead/contract";
import { z } from "zod";
import type { Desk } from "../desk/desk.ts";
import type { Definition, Shape } from "./definition.ts";
import { HttpFailure } from "./failure.ts";
import type { Principal } from "./security/principal.ts";

const EVERY = "*";
const Choice = z.union([AccountChoice, z.literal(EVERY)]).meta({
  description:
    "Which account; omitted: the only one, or `main`. `*`: every account apart, each with its mode; paper and live are never added.",
});

type Query = Readonly<Record<string, unknown>>;
type Outcome = Readonly<{ body: unknown; headers?: Readonly<Record<string, string>> }>;
/** Answers of several accounts, side by side. */
export type Accounts = Readonly<{ accounts: readonly Readonly<{ account_id?: unknown; mode?: unknown; data?: unknown }>[] }>;

/** A list can be asked for as a file, and one of an account of all of them; anything else stays as it is. */
export function asList<D extends Omit<Definition, "method">>(definition: D): D {
  const { answer, csv } = definition;
  const query: Shape = definition.query ?? z.strictObject({});
  if (csv !== true) return definition;
  const asFile = query.extend({ format: Format.optional() });
  const isOfOne = answer instanceof z.ZodObject && answer.shape["account_id"] !== undefined;
  if (query.shape["account_id"] === undefined || !isOfOne) return { ...definition, query: asFile };
  return {
    ...definition,
    query: asFile.extend({ account_id: Choice.optional() }),
    answer: z.union([answer, z.object({ accounts: z.array(answer) })]),
  };
}

export const asksEvery = (query: Query): boolean => query["account_id"] === EVERY;

/** What is not there in one account may be in another. */
const MISSING: ReadonlySet<string> = new Set([
  "PORTFOLIO_UNKNOWN",
  "NO_ACTIVE_PORTFOLIO",
  "ACCOUNT_UNKNOWN",
  "INSTRUMENT_UNKNOWN",
  "BARS_UNKNOWN",
]);

/** The answers of every account that the caller may see and that has what is asked for; nothing of them is added up. */
export async function ofEveryAccount(
  { desk, principal, query }: Readonly<{ desk: Desk; principal: Principal; query: Query }>,
  answer: (query: Query) => Promise<Outcome | Response> | Outcome | Response,
): Promise<Outcome> {
  if (query["cursor"] !== undefined)
    throw new HttpFailure(400, "REQUEST_INVALID", { field: "cursor", problem: "a page goes on in one account: name it" });
  const accounts: unknown[] = [];
  let missing: HttpFailure | undefined;
  for (const id of desk.accounts.keys()) {
    if (principal.account !== null && principal.account !== id) continue;
    try {
      const outcome = await answer({ ...query, account_id: id });
      if (!(outcome instanceof Response)) accounts.push(outcome.body);
    } catch (error) {
      if (!(error instanceof HttpFailure && MISSING.has(error.code))) throw error;
      missing = error;
    }
  }
  if (accounts.length === 0 && missing !== undefined) throw missing;
  return { body: { accounts } };
}

/** Rows of all of them in one table, each with its account and mode. */
export const rowsOfAccounts = ({ accounts }: Accounts): readonly Readonly<Record<string, unknown>>[] =>
  accounts.flatMap(({ account_id, mode, data }) =>
    (data as readonly Readonly<Record<string, unknown>>[]).map((row) => ({ account_id, mode, ...row })),
  );
