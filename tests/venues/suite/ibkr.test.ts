import { openIbkrVenue } from "@bulkhead/venues";
import { IBKR_HAPPENINGS } from "./ibkr-happenings.ts";
import { openIbkrStage } from "./ibkr-stage.ts";
import { suiteOf } from "./suite.ts";

const { capabilities } = await openIbkrVenue({
  ...{ account: "main" as never, mode: "paper", expectedAccount: null, host: "127.0.0.1", port: 1, clientId: 7, zone: "America/New_York" },
  ...{ books: () => ({ listings: new Map(), assets: new Map() }), cashScale: () => 6, chance: () => 0.5 },
});

suiteOf({ name: "ibkr", capabilities, happenings: IBKR_HAPPENINGS, openStage: openIbkrStage, sampleBy: "case" });
