import { AccountChoice, answerOf, Slug, StrategyVersionRow, type WireList } from "@bulkhead/contract";
import type { PortfolioSettings } from "@bulkhead/core";
import { z } from "zod";
import { type Api, one } from "../api.ts";
import type { History } from "../history.ts";
import { placeOf } from "../paging.ts";
import { accountOf, portfolioOf } from "../scope.ts";
import { historyOf } from "./lists.ts";

const SETTINGS = {
  table: "controls",
  key: ["seq", "line"],
  owners: ["scope"],
  columns: {
    seq: { from: "seq", kind: "integer", nullable: false },
    line: { from: "line", kind: "integer", nullable: false },
    at: { from: "at", kind: "instant", nullable: false },
    value: { from: "value", kind: "text", nullable: false },
    principal: { from: "principal", kind: "text", nullable: false },
  },
  filters: {},
} as const satisfies WireList;

type Setting = Readonly<{ seq: number; at: string; value: string; principal: string }>;
type Version = StrategyVersionRow;
const PAGE = 500;
/** Changes of settings that are looked through, the latest. */
const CHANGES_MAX = 10_000;

/** What has decided for a portfolio since it began: every other code, params or label is another version. */
export function strategyVersionsRoute(api: Api): void {
  api.read(
    {
      path: "/api/strategies/{portfolio_id}/versions",
      operationId: "listStrategyVersions",
      summary: "What decided for a portfolio, from when to when: code, params and label, newest first",
      action: "read",
      query: z.strictObject({ account_id: AccountChoice.optional() }),
      params: z.strictObject({ portfolio_id: Slug }),
      answer: answerOf(z.array(StrategyVersionRow)),
    },
    ({ principal, query, params }) => {
      const account = accountOf(api.services.desk, principal, query.account_id);
      const { id } = portfolioOf(account, principal, "read", params.portfolio_id);
      const { changes, asOfSeq } = changesOf(historyOf(api.services, account), `portfolio:${id}`);
      return { body: one(account, asOfSeq, versionsOf(changes)) };
    },
  );
}

/** Changes of its settings, newest first. */
function changesOf(history: History, scope: string): Readonly<{ changes: readonly Setting[]; asOfSeq: number }> {
  const changes: Setting[] = [];
  for (let cursor: string | undefined; ; ) {
    const query = { portfolios: [scope], limit: PAGE, after: placeOf(cursor, SETTINGS.key.length), equals: { kind: "settings" } };
    const page = history.page(SETTINGS, query);
    changes.push(...(page.rows as unknown as readonly Setting[]));
    if (page.next === null || changes.length >= CHANGES_MAX) return { changes, asOfSeq: page.asOfSeq };
    cursor = page.next;
  }
}

function versionsOf(changes: readonly Setting[]): readonly Version[] {
  const versions: Version[] = [];
  for (const change of changes.toReversed()) {
    const next = versionOf(change);
    const last = versions.at(-1);
    if (last !== undefined && sameAs(last, next)) continue;
    if (last !== undefined) versions[versions.length - 1] = { ...last, until_at: next.at };
    versions.push(next);
  }
  return versions.toReversed();
}

function versionOf({ seq, at, value, principal }: Setting): Version {
  const { strategy, labels } = JSON.parse(value) as Pick<PortfolioSettings, "strategy" | "labels">;
  return {
    seq,
    at,
    until_at: null,
    strategy: strategy?.type ?? null,
    version: strategy?.version ?? "",
    code_hash: strategy === null || strategy.codeHash === "" ? null : strategy.codeHash,
    params: strategy === null ? {} : (JSON.parse(strategy.params) as Record<string, unknown>),
    label: labels.botVersion,
    by: principal,
  };
}

const sameAs = (a: Version, b: Version): boolean =>
  JSON.stringify([a.strategy, a.version, a.code_hash, a.params, a.label]) ===
  JSON.stringify([b.strategy, b.version, b.code_hash, b.params, b.label]);
