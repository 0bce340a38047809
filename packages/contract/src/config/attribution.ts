import type { AttributionRule, PortfolioId } from "@bulkhead/core";
import { z } from "zod";
import { type Parsed, Reader, type Sink, tableLayer } from "./reader.ts";
import { slug, text } from "./values.ts";

/** `[[attribute]]`: whose the orders and executions of others are. */
export const attributeTable = z.strictObject({
  account: slug.optional(),
  portfolio: slug,
  reference_prefix: text(64).optional(),
  client: text(32).optional(),
  symbol: text(64).optional(),
});
export type AttributeTable = z.output<typeof attributeTable>;

/** What a rule has to fit into: the accounts, and the portfolios that are listed in them. */
type Listed = Readonly<{ id: string; portfolios: readonly Readonly<{ id: string }>[] }>;

/** The rules of each account, by its id, in the order of the file: the first that fits counts. */
export function readAttribution(
  tables: Readonly<{ attributes: readonly Parsed<AttributeTable>[]; complete: boolean }>,
  accounts: readonly Listed[],
  sink: Sink,
): ReadonlyMap<string, readonly AttributionRule[]> {
  const found = new Map<string, AttributionRule[]>(accounts.map(({ id }) => [id, []]));
  for (const [index, parsed] of tables.attributes.entries()) {
    const { account: named, portfolio, reference_prefix, client, symbol } = parsed.table;
    const reader = new Reader<AttributeTable>(`attribute.${index + 1}`, [tableLayer(parsed)], sink, { scale: 0, currency: "" });
    if (reference_prefix === undefined && client === undefined && symbol === undefined) {
      reader.problem("portfolio", "CONFIG_ATTRIBUTE_ANY", { portfolio });
      continue;
    }
    const account = accountOf(named, portfolio, accounts);
    if (account === undefined) {
      // An account that was refused is none of its mistakes.
      const ids = accounts.map(({ id }) => id).join(", ");
      if (tables.complete && named === undefined) reader.problem("portfolio", "CONFIG_ACCOUNT_UNCLEAR", { portfolio, accounts: ids });
      else if (tables.complete) reader.problem("account", "CONFIG_ACCOUNT_UNKNOWN", { portfolio, value: named ?? "", accounts: ids });
      continue;
    }
    reader.say("portfolio", portfolio, ruleWords(parsed.table), reader.origin("portfolio"));
    found.get(account.id)?.push({
      portfolio: portfolio as PortfolioId,
      referencePrefix: reference_prefix ?? null,
      client: client ?? null,
      instrument: symbol ?? null,
    });
  }
  return found;
}

/** The account that is named; else the one that lists the portfolio; else the only one. */
function accountOf(named: string | undefined, portfolio: string, accounts: readonly Listed[]): Listed | undefined {
  if (named !== undefined) return accounts.find(({ id }) => id === named);
  const lists = accounts.find(({ portfolios }) => portfolios.some(({ id }) => id === portfolio));
  return lists ?? (accounts.length === 1 ? accounts[0] : undefined);
}

function ruleWords({ portfolio, reference_prefix, client, symbol }: AttributeTable): string {
  const parts = [
    reference_prefix === undefined ? [] : [`a reference that begins with ${reference_prefix}`],
    client === undefined ? [] : [`client ${client}`],
    symbol === undefined ? [] : [symbol],
  ].flat();
  return `what others trade with ${parts.join(" and ")} is ${portfolio}'s`;
}
