import { AuditQuery, AuditRow, pageOf } from "@bulkhead/contract";
import type { z } from "zod";
import { type Api, one } from "../api.ts";
import { cursorOf, placeOf } from "../paging.ts";
import { iso } from "../rows/figures.ts";
import { accountOf } from "../scope.ts";
import type { AuditLine } from "../security/audit.ts";
import { authorize, isPerson } from "../security/principal.ts";

/** Who came in, what they did and were not let do. A key sees what was about its account. */
export function auditRoute(api: Api): void {
  const { desk, audit } = api.services;
  api.read(
    {
      path: "/api/audit",
      operationId: "listAudit",
      summary: "Log-ins, denials, keys and what was changed by whom, newest first",
      action: "admin",
      query: AuditQuery,
      answer: pageOf(AuditRow),
      csv: true,
    },
    ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "admin", account.id, "*");
      const before = placeOf(query.cursor, 1)?.[0];
      const { who, what, outcome, limit } = query;
      const own = isPerson(principal) && query.account_id === undefined ? undefined : account.id;
      const found = audit.page({
        before: before === undefined ? undefined : Number(before),
        limit: limit + 1,
        account: own,
        who,
        what,
        outcome,
      });
      const lines = found.slice(0, limit);
      const last = lines.at(-1);
      const next = last === undefined || found.length <= limit ? null : cursorOf([last.auditId]);
      return { body: { ...one(account, account.durableSeq, lines.map(rowOf)), next_cursor: next } };
    },
  );
}

const rowOf = (line: AuditLine): z.infer<typeof AuditRow> => ({
  audit_id: line.auditId,
  at: iso(line.at),
  who: line.who,
  what: line.what,
  outcome: line.outcome,
  account_id: line.account,
  from: line.from,
  request_id: line.requestId,
  details: JSON.stringify(line.details),
  repeats: line.repeats,
  hash: line.hash,
});
