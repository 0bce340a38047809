import type { Api } from "../api.ts";
import { attributionRuleRoutes } from "./attribution-rules.ts";
import { connectionRoutes } from "./connections.ts";
import { externalOrderRoutes } from "./external-orders.ts";
import { historyGapRoutes } from "./history-gap.ts";
import { inboxRoutes } from "./inbox.ts";
import { instrumentContractRoutes } from "./instrument-contracts.ts";
import { instrumentSearchRoutes } from "./instrument-search.ts";

/** What there is to an account because somebody else keeps it. */
export function reconcileRoutes(api: Api): void {
  connectionRoutes(api);
  historyGapRoutes(api);
  inboxRoutes(api);
  externalOrderRoutes(api);
  attributionRuleRoutes(api);
  instrumentSearchRoutes(api);
  instrumentContractRoutes(api);
}
