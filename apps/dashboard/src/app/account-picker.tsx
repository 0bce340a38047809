import type { ReactNode } from "react";
import { useAsk } from "../shared/api/queries.ts";
import { useAddress } from "../shared/search.ts";
import { Badge } from "../shared/ui/badge.tsx";

/** Which account is looked at, and whether its money is real. Accounts stay apart: nothing of two of them is ever added up. */
export function AccountPicker(): ReactNode {
  const [{ account }, change] = useAddress();
  const current = useAsk("getAccount", { query: { portfolio_id: "*" } }).data;
  const accounts = useAsk("getSystem").data?.data.accounts ?? [];
  const mode = current?.mode;
  return (
    <>
      {accounts.length > 1 ? (
        <select
          aria-label="Account"
          value={account ?? current?.account_id ?? ""}
          onChange={(event) => change({ account: event.target.value })}
          className="min-h-8 max-w-20 rounded-md sm:max-w-40 border border-line-strong bg-surface px-2 text-sm font-medium"
        >
          {accounts.map(({ account_id, mode: of }) => (
            <option key={account_id} value={account_id}>
              {account_id} ({of})
            </option>
          ))}
        </select>
      ) : (
        <span className="hidden max-w-28 truncate text-sm font-medium sm:inline">{current?.account_id ?? "…"}</span>
      )}
      {mode === undefined ? null : <Badge tone={mode === "live" ? "danger" : "good"}>{mode}</Badge>}
    </>
  );
}
