import type { Strategy } from "../strategy/strategy.ts";
import { buyAndHold } from "./buy-and-hold.ts";
import { meanReversion } from "./mean-reversion.ts";
import { momentum } from "./momentum.ts";
import { smaCross } from "./sma-cross.ts";

/** The strategies that come with Bulkhead, by the name that a config file says. */
export const builtIns: ReadonlyMap<string, Strategy> = new Map<string, Strategy>(
  [buyAndHold, meanReversion, momentum, smaCross].map((each) => [each.name, each]),
);
