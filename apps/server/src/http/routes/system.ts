import { type Action, RebuildStarted, SystemReport, systemAnswerOf } from "@bulkhead/contract";
import type { AccountId } from "@bulkhead/core";
import { z } from "zod";
import type { Desk } from "../../desk/desk.ts";
import type { SystemSource } from "../../system/system.ts";
import type { Api } from "../api.ts";
import { HttpFailure } from "../failure.ts";
import { authorize, type Principal, sees } from "../security/principal.ts";
import type { Services } from "../services.ts";

/** How the desk is, for the health page and for programs that watch it; and its tables made anew. */
export function systemRoutes(api: Api): void {
  const { services } = api;
  api.read(
    {
      path: "/api/system",
      operationId: "getSystem",
      summary: "How the desk is: folder, disk, clock, feed, journals, tables, backups; each with what to do",
      action: "read",
      answer: systemAnswerOf(SystemReport),
    },
    ({ principal }) => {
      const accounts = overseen(services.desk, principal, "read");
      return { body: { data: systemOf(services).report((account) => accounts.has(account)) } };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/system/rebuild",
      operationId: "rebuildTables",
      summary: "Make the tables for reading anew from the journals; the old ones answer meanwhile, /api/system says how far",
      action: "admin",
      body: z.strictObject({}),
      answer: systemAnswerOf(RebuildStarted),
    },
    async ({ principal }) => {
      overseen(services.desk, principal, "admin");
      const started = systemOf(services).rebuild();
      if (!started.ok) throw new HttpFailure(409, "REBUILD_RUNNING", { account: started.running });
      return { body: { data: { accounts: [...started.accounts] } } };
    },
  );
}

/** The accounts of which a caller may see everything; one at least, since what is about the desk is nobody's portfolio's business. */
export function overseen(desk: Desk, principal: Principal, action: Action): ReadonlySet<AccountId> {
  const accounts = [...desk.accounts.keys()].filter((account) => sees(principal, account, "*"));
  const [first] = accounts;
  if (first === undefined) throw new HttpFailure(403, "ACTION_NOT_ALLOWED", { action });
  authorize(principal, action, first, "*");
  return new Set(accounts);
}

/** The machinery around a desk; a desk without files has none. */
export function systemOf({ options }: Services): SystemSource {
  if (options.system === undefined) throw new HttpFailure(503, "SYSTEM_UNAVAILABLE");
  return options.system;
}
