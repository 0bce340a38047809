import { openCcxtVenue } from "@bulkhead/venues";
import { CANARY } from "../../kit/ccxt-stage.ts";
import { CCXT_HAPPENINGS, openCcxtStage } from "./ccxt-stage.ts";
import { suiteOf } from "./suite.ts";

const { capabilities } = openCcxtVenue({
  ...{
    exchange: "binance",
    account: "main" as never,
    mode: "live",
    environment: "live",
    kinds: ["spot"],
    keys: CANARY,
    expectedAccount: null,
  },
  ...{ url: null, stream: false, cashScale: () => 6, books: () => ({ listings: new Map(), assets: new Map() }) },
  ...{ orderInBooks: () => undefined, now: () => 0 },
});

suiteOf({ name: "ccxt", capabilities, happenings: CCXT_HAPPENINGS, openStage: openCcxtStage, sampleBy: "wave", atOnce: 4 });
