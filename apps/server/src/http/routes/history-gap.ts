import { ConnectionRow, ReasonBody, Slug, systemAnswerOf } from "@bulkhead/contract";
import { z } from "zod";
import { gapOf } from "../../live/history-gap.ts";
import type { Api } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { connectionRow } from "../rows/reconcile-rows.ts";
import { accountOf } from "../scope.ts";
import { authorize } from "../security/principal.ts";
import { settled, submit } from "../settle.ts";

const OneAccount = z.strictObject({ account_id: Slug });

/** A person answers for what the venue's history lacks and no statement has told of (B9). */
export function historyGapRoutes(api: Api): void {
  const { desk } = api.services;
  api.write(
    {
      method: "post",
      path: "/api/accounts/{account_id}/adopt-history",
      operationId: "adoptHistory",
      summary: "Answer for what is missing of the venue's history: nothing happened then that the books do not have",
      action: "admin",
      stepUp: true,
      params: OneAccount,
      body: ReasonBody,
      answer: systemAnswerOf(ConnectionRow),
    },
    async ({ principal, params, body }) => {
      const account = accountOf(desk, principal, params.account_id);
      authorize(principal, "admin", account.id, "*");
      const gap = gapOf(account.state);
      if (gap === null) throw new HttpFailure(409, "HISTORY_WHOLE", { account: account.id });
      await submit(account, { type: "CloseHistory", ...gap, by: principal.id, adopts: true, reason: body.reason });
      const { value } = await settled(account, () => connectionRow(account));
      return { body: { data: value } };
    },
  );
}
