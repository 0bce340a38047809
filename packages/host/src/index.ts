export { corporateCommands } from "./corporate.ts";
export type { Counters, SkipReason } from "./counters.ts";
export { SKIP_REASONS } from "./counters.ts";
export type { Dispatch } from "./executor.ts";
export { Host, type HostSetup, type Progress, type RunOutcome } from "./host.ts";
export { JournalLost, type Listeners, type MarketVenue } from "./ports.ts";
export type { HostSettings } from "./settings.ts";
export type { RateSeries } from "./timers.ts";
export type { Binding, Memory, StrategyAtWork } from "./trader.ts";
