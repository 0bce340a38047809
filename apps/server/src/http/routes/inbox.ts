import {
  ApprovePreview,
  ApprovePreviewBody,
  ApproveProposalBody,
  AssignBreakBody,
  AssignPreview,
  AssignPreviewBody,
  answerOf,
  BreakAnswered,
  BreakId,
  InboxRow,
  type ProposedRule,
  pageOf,
  ReasonBody,
  WriteOffBody,
} from "@bulkhead/contract";
import type { Break, StateView, View } from "@bulkhead/core";
import type { Amount } from "@bulkhead/money";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { moneyOf } from "../amounts.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { approvePreview, type UnitRatio } from "../rows/approve-preview.ts";
import { assignPreview, type Shares } from "../rows/assign-preview.ts";
import { inboxRow, proRata } from "../rows/reconcile-rows.ts";
import { isNamed, proposedRule } from "../rows/rule-rows.ts";
import { accountOf, portfolioOf } from "../scope.ts";
import { authorize, type Principal } from "../security/principal.ts";
import { SentBy } from "../sent-by.ts";
import { settled, submit } from "../settle.ts";
import { AccountQuery } from "./portfolios.ts";

const OneBreak = z.strictObject({ break_id: BreakId });
const OneAssignment = z.strictObject({ assignment_id: BreakId });
const InboxQuery = AccountQuery.extend({
  status: z
    .enum(["open", "assigned", "written_off", "all"])
    .default("all")
    .meta({ description: "Default: everything that is not settled." }),
});

/** What the venue has otherwise than the books, and what people say that it is. Portfolios are never changed by anything else. */
export function inboxRoutes(api: Api): void {
  const { desk } = api.services;
  const sentBy = new SentBy(api.services);
  api.read(
    {
      path: "/api/inbox",
      operationId: "listInbox",
      summary: "What nobody explained yet, each with a proposal, and what people answered",
      action: "read",
      query: InboxQuery,
      answer: pageOf(InboxRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = wholeOf(desk, principal, query.account_id, "read");
      const { value, asOfSeq } = await settled(account, () => {
        const all = [...account.state.reconciliation.breaks.values()];
        const asked = all.filter(({ status }) => query.status === "all" || query.status === status);
        return rowsOf(account, sentBy, asked);
      });
      return { body: { ...one(account, asOfSeq, value), next_cursor: null } };
    },
  );
  assignRoutes(api, sentBy);
  approveRoutes(api, sentBy);
  const common = { method: "post", action: "admin", stepUp: true, query: AccountQuery, answer: answerOf(BreakAnswered) } as const;
  api.write(
    {
      ...common,
      path: "/api/breaks/{break_id}/write-off",
      operationId: "writeOffBreak",
      summary: "Leave what is left of a break with unattributed, and say what it was",
      params: OneBreak,
      body: WriteOffBody,
    },
    async ({ principal, query, params, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const { id: breakId } = breakOf(account.state, params.break_id);
      await submit(account, { type: "WriteOffBreak", by: principal.id, breakId, category: body.category, reason: body.reason });
      return await answered(sentBy, account, breakId, `writeoff:${breakId}`);
    },
  );
  api.write(
    {
      ...common,
      path: "/api/assignments/{assignment_id}/undo",
      operationId: "undoAssignment",
      summary: "Take back what was given to portfolios, or a write-off",
      params: OneAssignment,
      body: ReasonBody,
    },
    async ({ principal, query, params, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const { assignment_id: assignmentId } = params;
      const breakId = account.state.reconciliation.assignments.get(assignmentId)?.breakId ?? assignmentId.replace(/^writeoff:/, "");
      await submit(account, { type: "UndoAssignment", by: principal.id, assignmentId, reason: body.reason });
      return await answered(sentBy, account, breakId, assignmentId);
    },
  );
}

function assignRoutes(api: Api, sentBy: SentBy): void {
  const { desk, deskNow } = api.services;
  api.ask(
    {
      path: "/api/breaks/{break_id}/assign/preview",
      operationId: "previewAssignment",
      summary: "How everybody would stand after a break was given to portfolios; or why that is refused, and what is lacking",
      action: "admin",
      query: AccountQuery,
      params: OneBreak,
      body: AssignPreviewBody,
      answer: answerOf(AssignPreview),
    },
    async ({ principal, query, params, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const { value, asOfSeq } = await settled(account, () => {
        const item = breakOf(account.state, params.break_id);
        return assignPreview(account.state, item, sharesOf(account, principal, item, body), Math.max(deskNow(), account.state.at));
      });
      return { body: one(account, asOfSeq, value) };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/breaks/{break_id}/assign",
      operationId: "assignBreak",
      summary: "Give a break to one portfolio, or split it over several",
      action: "admin",
      stepUp: true,
      query: AccountQuery,
      params: OneBreak,
      body: AssignBreakBody,
      answer: answerOf(BreakAnswered),
    },
    async ({ principal, query, params, body, wishId }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const item = breakOf(account.state, params.break_id);
      const shares = sharesOf(account, principal, item, body);
      const rule = ruleFor(account, sentBy, item, shares);
      await submit(account, {
        type: "AssignUnattributed",
        by: principal.id,
        breakId: item.id,
        assignmentId: wishId,
        shares,
        reason: body.reason,
      });
      return await answered(sentBy, account, item.id, wishId, rule);
    },
  );
}

function approveRoutes(api: Api, sentBy: SentBy): void {
  const { desk, deskNow } = api.services;
  api.ask(
    {
      path: "/api/breaks/{break_id}/approve/preview",
      operationId: "previewApproval",
      summary: "How everybody would stand after the split or the new name that a break proposes was booked; or why that is refused",
      action: "admin",
      query: AccountQuery,
      params: OneBreak,
      body: ApprovePreviewBody,
      answer: answerOf(ApprovePreview),
    },
    async ({ principal, query, params, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const { value, asOfSeq } = await settled(account, () => {
        const item = breakOf(account.state, params.break_id);
        return approvePreview(account.state, item, ratioOf(body.ratio), Math.max(deskNow(), account.state.at));
      });
      return { body: one(account, asOfSeq, value) };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/breaks/{break_id}/approve",
      operationId: "approveProposal",
      summary: "Book the split or the new name that a break proposes, for everybody who holds it; it is not taken back",
      action: "admin",
      stepUp: true,
      query: AccountQuery,
      params: OneBreak,
      body: ApproveProposalBody,
      answer: answerOf(BreakAnswered),
    },
    async ({ principal, query, params, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const { id: breakId } = breakOf(account.state, params.break_id);
      await submit(account, { type: "ApproveProposal", by: principal.id, breakId, ratio: ratioOf(body.ratio), reason: body.reason });
      return await answered(sentBy, account, breakId, `approved:${breakId}`);
    },
  );
}

function ratioOf(text: string | undefined): UnitRatio | null {
  const [numerator, denominator] = (text ?? "").split(":").map(Number);
  return numerator === undefined || denominator === undefined ? null : { numerator, denominator };
}

/** The rule that would have made a claim; null where it is not known which program traded: by hand is nobody's habit. */
function ruleFor(account: DeskAccount, sentBy: SentBy, item: View<Break>, shares: Shares): ProposedRule | null {
  const [only] = shares;
  const tag = sentBy.of(account, [item]).get(item.id) ?? null;
  if (only === undefined || shares.length > 1 || item.instrument === null || tag === null || !isNamed(tag)) return null;
  return proposedRule(account.state, { tag, instrument: item.instrument }, only.portfolio);
}

type Asked = Pick<AssignBreakBody, "shares" | "pro_rata">;

function sharesOf(account: DeskAccount, principal: Principal, item: View<Break>, { shares, pro_rata }: Asked): Shares {
  if ((shares === undefined) === (pro_rata === undefined))
    throw new HttpFailure(400, "REQUEST_INVALID", { field: "shares", problem: "either shares or pro_rata" });
  const { state } = account;
  if (shares === undefined) {
    const split = proRata(state, item.asset, item.left as Amount);
    if (split.length === 0) throw new HttpFailure(422, "BREAK_NOT_SPLIT", { break: item.id, asset: item.asset });
    return split;
  }
  const scale = state.assets.get(item.asset)?.scale ?? 0;
  return shares.map(({ portfolio_id, amount }, i) => ({
    portfolio: portfolioOf(account, principal, "admin", portfolio_id).id,
    amount: moneyOf(`shares.${i}.amount`, amount, scale) as Amount,
  }));
}

function rowsOf(account: DeskAccount, sentBy: SentBy, items: readonly View<Break>[]): readonly InboxRow[] {
  const tags = sentBy.of(account, items);
  return items.map((item) => inboxRow(account.state, item, tags.get(item.id) ?? null));
}

async function answered(
  sentBy: SentBy,
  account: DeskAccount,
  breakId: string,
  assignmentId: string,
  rule: ProposedRule | null = null,
): Promise<Readonly<{ body: unknown }>> {
  const { value, asOfSeq } = await settled(account, () => {
    const item = account.state.reconciliation.breaks.get(breakId);
    return { assignment_id: assignmentId, break: item === undefined ? null : rowsOf(account, sentBy, [item])[0], proposed_rule: rule };
  });
  return { body: one(account, asOfSeq, value) };
}

function breakOf(state: StateView, id: string): View<Break> {
  const item = state.reconciliation.breaks.get(id);
  if (item === undefined) throw new HttpFailure(404, "BREAK_UNKNOWN", { break: id });
  return item;
}

/** Unattributed is the whole account's business. */
export function wholeOf(
  desk: Api["services"]["desk"],
  principal: Principal,
  named: string | undefined,
  action: "read" | "admin",
): DeskAccount {
  const account = accountOf(desk, principal, named);
  authorize(principal, action, account.id, "*");
  return account;
}
