import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CreateKeyBody } from "@bulkhead/contract";
import type { AccountId, PortfolioId } from "@bulkhead/core";
import { z } from "zod";
import { EdgeStore, type StoredKey } from "./http/edge-store.ts";
import { keyRow } from "./http/routes/keys.ts";
import { ApiKeys } from "./http/security/keys.ts";

// Keys of a desk that does not run: the first one has to come from somewhere. The command starts this as a process of its own and holds
// the data folder meanwhile; what is asked comes by stdin, so that nothing of it stands on a command line.

const Asked = z.discriminatedUnion("action", [
  z.object({ action: z.literal("create"), folder: z.string(), account: z.string(), body: CreateKeyBody }),
  z.object({ action: z.literal("list"), folder: z.string() }),
  z.object({ action: z.literal("revoke"), folder: z.string(), key_id: z.string() }),
]);

function answerOf(asked: z.output<typeof Asked>): unknown {
  const store = new EdgeStore(join(asked.folder, "edge.sqlite"));
  try {
    const keys = new ApiKeys(store, Date.now);
    if (asked.action === "list") return keys.list().map(keyRow);
    if (asked.action === "revoke") {
      keys.revoke(asked.key_id);
      const key: StoredKey | undefined = keys.list().find(({ keyId }) => keyId === asked.key_id);
      return key === undefined ? null : keyRow(key);
    }
    const { name, portfolios, actions, addresses, expires_in_days } = asked.body;
    const { key, secret } = keys.create({
      name,
      accountId: asked.account as AccountId,
      portfolios: portfolios === "*" ? "*" : portfolios.map((id) => id.toLowerCase() as PortfolioId),
      actions,
      addresses,
      expiresInDays: expires_in_days,
    });
    return { ...keyRow(key), secret };
  } finally {
    store.close();
  }
}

const asked = Asked.safeParse(JSON.parse(await text(process.stdin)));
if (asked.success) process.stdout.write(JSON.stringify(answerOf(asked.data)));
else {
  const [issue] = asked.error.issues;
  process.stderr.write(`${issue?.message ?? "not understood"} (at ${issue?.path.join(".") ?? ""})`);
  process.exitCode = 2;
}
