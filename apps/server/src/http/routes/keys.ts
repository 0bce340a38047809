import { answerOf, CreatedKey, CreateKeyBody, KeyRow, pageOf } from "@bulkhead/contract";
import type { PortfolioId } from "@bulkhead/core";
import { z } from "zod";
import { type Api, one } from "../api.ts";
import type { StoredKey } from "../edge-store.ts";
import { HttpFailure } from "../failure.ts";
import { iso, isoOrNull } from "../rows/figures.ts";
import { accountOf, portfolioOf } from "../scope.ts";
import { authorize } from "../security/principal.ts";
import { AccountQuery } from "./portfolios.ts";

const OneKey = z.strictObject({ key_id: z.string().regex(/^[0-9a-f]{16}$/) });

/** API keys: made, listed, revoked. A key never makes one that may more than itself. */
export function keyRoutes(api: Api): void {
  const { desk, keys } = api.services;
  api.read(
    {
      path: "/api/keys",
      operationId: "listKeys",
      summary: "Keys, without their secrets",
      action: "admin",
      query: AccountQuery,
      answer: pageOf(KeyRow),
    },
    ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "admin", account.id, "*");
      const rows = keys
        .list()
        .filter(({ accountId }) => accountId === account.id)
        .map(keyRow);
      return { body: { ...one(account, account.durableSeq, rows), next_cursor: null } };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/keys",
      operationId: "createKey",
      summary: "A new key; its secret is shown this once",
      action: "admin",
      query: AccountQuery,
      body: CreateKeyBody,
      answer: answerOf(CreatedKey),
      status: 201,
      secret: true,
    },
    async ({ principal, query, body }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "admin", account.id, "*");
      for (const action of body.actions) if (!principal.actions.has(action)) throw new HttpFailure(403, "ACTION_NOT_ALLOWED", { action });
      const portfolios =
        body.portfolios === "*" ? "*" : body.portfolios.map((id): PortfolioId => portfolioOf(account, principal, "admin", id).id);
      const { key, secret } = keys.create({
        name: body.name,
        accountId: account.id,
        portfolios,
        actions: body.actions,
        expiresInDays: body.expires_in_days,
      });
      return { body: one(account, account.durableSeq, { ...keyRow(key), secret }) };
    },
  );
  api.write(
    {
      method: "delete",
      path: "/api/keys/{key_id}",
      operationId: "revokeKey",
      summary: "End a key at once, its open sockets included",
      action: "admin",
      query: AccountQuery,
      params: OneKey,
      answer: answerOf(KeyRow),
    },
    async ({ principal, query, params }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "admin", account.id, "*");
      const mine = keys.list().some(({ keyId, accountId }) => keyId === params.key_id && accountId === account.id);
      if (!mine || !keys.revoke(params.key_id)) throw new HttpFailure(404, "KEY_UNKNOWN", { key: params.key_id });
      const key = keys.list().find(({ keyId }) => keyId === params.key_id);
      return { body: one(account, account.durableSeq, key === undefined ? null : keyRow(key)) };
    },
  );
}

const keyRow = (key: StoredKey): z.infer<typeof KeyRow> => ({
  key_id: key.keyId,
  name: key.name,
  account_id: key.accountId,
  portfolios: key.portfolios === "*" ? "*" : [...key.portfolios],
  actions: [...key.actions],
  created_at: iso(key.createdAt),
  expires_at: iso(key.expiresAt),
  last_used_at: isoOrNull(key.lastUsedAt),
  revoked: key.revokedAt !== null,
});
