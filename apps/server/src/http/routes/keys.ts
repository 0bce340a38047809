import { type Action, answerOf, CreatedKey, CreateKeyBody, KeyRow, PatchKeyBody, pageOf } from "@bulkhead/contract";
import type { PortfolioId } from "@bulkhead/core";
import { z } from "zod";
import type { DeskAccount } from "../../desk/desk.ts";
import { type Api, one } from "../api.ts";
import type { StoredKey } from "../edge-store.ts";
import { HttpFailure } from "../failure.ts";
import { iso, isoOrNull } from "../rows/figures.ts";
import { accountOf, portfolioOf } from "../scope.ts";
import { isAddressRange } from "../security/addresses.ts";
import { authorize, type Principal } from "../security/principal.ts";
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
      csv: true,
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
      stepUp: true,
    },
    async ({ principal, query, body }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "admin", account.id, "*");
      checkActions(principal, body.actions);
      checkAddresses(body.addresses);
      const portfolios = portfoliosOf(account, principal, body.portfolios);
      const { key, secret } = keys.create({
        name: body.name,
        accountId: account.id,
        portfolios,
        actions: body.actions,
        addresses: body.addresses,
        expiresInDays: body.expires_in_days,
      });
      return { body: one(account, account.durableSeq, { ...keyRow(key), secret }) };
    },
  );
  changeRoutes(api);
}

function changeRoutes(api: Api): void {
  const { desk, keys } = api.services;
  api.write(
    {
      method: "patch",
      path: "/api/keys/{key_id}",
      operationId: "changeKey",
      summary: "Change what a key may do and from where; its open sockets end",
      action: "admin",
      stepUp: true,
      query: AccountQuery,
      params: OneKey,
      body: PatchKeyBody,
      answer: answerOf(KeyRow),
    },
    async ({ principal, query, params, body }) => {
      const account = accountOf(desk, principal, query.account_id);
      authorize(principal, "admin", account.id, "*");
      const before = keys.list().find(({ keyId, accountId }) => keyId === params.key_id && accountId === account.id);
      if (before === undefined) throw new HttpFailure(404, "KEY_UNKNOWN", { key: params.key_id });
      checkActions(principal, body.actions ?? before.actions);
      checkAddresses(body.addresses ?? []);
      const { name, portfolios, actions, addresses } = body;
      const key = keys.change(params.key_id, {
        ...(name === undefined ? {} : { name }),
        ...(portfolios === undefined ? {} : { portfolios: portfoliosOf(account, principal, portfolios) }),
        ...(actions === undefined ? {} : { actions }),
        ...(addresses === undefined ? {} : { addresses }),
      });
      return { body: one(account, account.durableSeq, keyRow(key ?? before)) };
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

/** No key makes one that may more than itself. */
function checkActions(principal: Principal, actions: readonly Action[]): void {
  for (const action of actions) if (!principal.actions.has(action)) throw new HttpFailure(403, "ACTION_NOT_ALLOWED", { action });
}

function checkAddresses(addresses: readonly string[]): void {
  const wrong = addresses.findIndex((each) => !isAddressRange(each));
  if (wrong !== -1) throw new HttpFailure(400, "REQUEST_INVALID", { field: `addresses.${wrong}`, problem: "no address or network" });
}

const portfoliosOf = (account: DeskAccount, principal: Principal, asked: "*" | readonly string[]): "*" | readonly PortfolioId[] =>
  asked === "*" ? "*" : asked.map((id) => portfolioOf(account, principal, "admin", id).id);

/** A key without its secret. */
export const keyRow = (key: StoredKey): z.infer<typeof KeyRow> => ({
  key_id: key.keyId,
  name: key.name,
  account_id: key.accountId,
  portfolios: key.portfolios === "*" ? "*" : [...key.portfolios],
  actions: [...key.actions],
  addresses: [...key.addresses],
  created_at: iso(key.createdAt),
  expires_at: iso(key.expiresAt),
  last_used_at: isoOrNull(key.lastUsedAt),
  revoked: key.revokedAt !== null,
});
