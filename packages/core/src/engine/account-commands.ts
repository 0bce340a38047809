import { type Exact, isLess, isMore, isNegative, isPositive, ONE, type Ratio, unitsOf } from "@bulkhead/money";
import type { AccountSettings } from "../account.ts";
import { isSlug } from "../brand.ts";
import { type Asset, type Instrument, termsOf } from "../instrument/instrument.ts";
import type { RiskLimits } from "../portfolio/limits.ts";
import { type PortfolioSettings, UNATTRIBUTED } from "../portfolio/portfolio.ts";
import type { OvernightPolicy } from "../protection/overnight.ts";
import type { StateView } from "../state.ts";
import type { CommandOf } from "./commands.ts";
import { done, NOTHING, refuse, type Step } from "./step.ts";

/** Settings of the built-in portfolio and the base of every other: nothing limited, first in first out. */
export const PLAIN_LIMITS: RiskLimits = {
  maxPositionPct: null,
  maxPositionSize: null,
  maxTotalExposure: null,
  maxLeverage: null,
  maxNetExposure: null,
  maxOpenPositions: null,
  maxOrderNotional: null,
  maxOrdersPerMinute: null,
  collar: null,
  losses: [],
};

/** A portfolio with no limits, no protection, in UTC. */
export const PLAIN_SETTINGS: PortfolioSettings = {
  name: "",
  description: "",
  timeZone: "UTC",
  lotMatching: "fifo",
  fx: "refuse",
  universe: null,
  strategy: null,
  enabledStrategies: null,
  minConfidence: null,
  limits: PLAIN_LIMITS,
  protection: { stopLossPct: null, takeProfitPct: null, trailingStopPct: null },
  overnight: null,
  tradeAmount: null,
  labels: { botVersion: "", runId: "" },
};

/** Opens the books: the account, its base asset and the `unattributed` portfolio. First command of every journal. */
export function openAccount(state: StateView, command: CommandOf<"OpenAccount">): Step {
  if (state.account !== undefined) return refuse("ACCOUNT_ALREADY_OPEN", { account: state.account.id });
  if (!isSlug(command.account)) return refuse("ACCOUNT_ID_INVALID", { account: command.account });
  if (!isAsset(command.base) || command.base.kind !== "cash") return refuse("ASSET_INVALID", { asset: command.base.id });
  const problem = accountSettingsProblem(command.settings);
  if (problem !== null) return refuse("SETTINGS_INVALID", { field: problem });
  const { account, venue, mode, base, settings } = command;
  return done([
    { type: "AccountOpened", account, venue, mode, base, settings },
    { type: "PortfolioCreated", portfolio: UNATTRIBUTED, settings: { ...PLAIN_SETTINGS, name: "Unattributed" } },
  ]);
}

/** Replaces the account's settings. */
export function configureAccount(_state: StateView, command: CommandOf<"ConfigureAccount">): Step {
  const problem = accountSettingsProblem(command.settings);
  return problem === null
    ? done([{ type: "AccountConfigured", settings: command.settings }])
    : refuse("SETTINGS_INVALID", { field: problem });
}

/** Names an asset. The same definition again changes nothing; a different one is refused: a scale never changes. */
export function defineAsset(state: StateView, command: CommandOf<"DefineAsset">): Step {
  const { asset } = command;
  const known = state.assets.get(asset.id);
  if (known !== undefined)
    return known.kind === asset.kind && known.scale === asset.scale ? done([]) : refuse("ASSET_EXISTS", { asset: asset.id });
  return isAsset(asset) ? done([{ type: "AssetDefined", asset }]) : refuse("ASSET_INVALID", { asset: asset.id });
}

const isAsset = (asset: Asset): boolean => asset.id !== "" && Number.isInteger(asset.scale) && asset.scale >= 0 && asset.scale <= 12;

/** Names an instrument whose assets are known. */
export function defineInstrument(state: StateView, command: CommandOf<"DefineInstrument">): Step {
  const { instrument } = command;
  const known = state.listings.get(instrument.id);
  if (known !== undefined)
    return isSame(known.instrument, instrument) ? NOTHING : refuse("INSTRUMENT_EXISTS", { instrument: instrument.id });
  const base = state.assets.get(instrument.base);
  const quote = state.assets.get(instrument.quote);
  if (base === undefined) return refuse("ASSET_UNKNOWN", { asset: instrument.base });
  if (quote === undefined) return refuse("ASSET_UNKNOWN", { asset: instrument.quote });
  if (quote.kind !== "cash") return refuse("ASSET_NOT_CASH", { asset: quote.id });
  const field = base.kind === "cash" ? "base" : (instrumentProblem(instrument) ?? termsProblem(instrument, base, quote));
  return field === null
    ? done([{ type: "InstrumentDefined", instrument }])
    : refuse("INSTRUMENT_INVALID", { instrument: instrument.id, field });
}

const isSame = (a: Instrument, b: Instrument): boolean => (Object.keys(a) as (keyof Instrument)[]).every((field) => a[field] === b[field]);

/** Terms whose values cannot be kept exactly make an instrument that nothing can be booked in. */
function termsProblem(instrument: Instrument, base: Asset, quote: Asset): string | null {
  try {
    termsOf(instrument, base, quote);
    return null;
  } catch (error) {
    if (error instanceof RangeError) return "multiplierUnits";
    throw error;
  }
}

function instrumentProblem(instrument: Instrument): string | null {
  const whole = (value: number, most: number): boolean => Number.isInteger(value) && value >= 0 && value <= most;
  if (instrument.id === "") return "id";
  if (!whole(instrument.priceScale, 12)) return "priceScale";
  if (!isPositive(instrument.tickSize) || !isExact(instrument.tickSize)) return "tickSize";
  if (!isPositive(instrument.sizeIncrement) || !isExact(instrument.sizeIncrement)) return "sizeIncrement";
  if (!isBound(instrument.quantityMin)) return "quantityMin";
  if (!isBound(instrument.notionalMin)) return "notionalMin";
  if (!(whole(instrument.multiplierUnits, 1e12) && instrument.multiplierUnits > 0)) return "multiplierUnits";
  return whole(instrument.multiplierScale, 9) ? null : "multiplierScale";
}

function accountSettingsProblem(settings: AccountSettings): string | null {
  if (!(settings.quoteAgeMaxMs >= 0)) return "quoteAgeMaxMs";
  if (!(settings.duplicateWindowMs >= 0)) return "duplicateWindowMs";
  for (const field of ["shortRequirement", "marginRequirement", "feeReserve", "fxCost"] as const)
    if (!isBound(settings[field])) return field;
  return limitsProblem(settings.limits);
}

/** The first limit that cannot be meant; null where all can. */
export function limitsProblem(limits: RiskLimits): string | null {
  const ratios = ["maxPositionPct", "maxLeverage", "collar"] as const;
  const money = ["maxPositionSize", "maxTotalExposure", "maxNetExposure", "maxOrderNotional"] as const;
  for (const field of [...ratios, ...money]) {
    const value = limits[field];
    if (value !== null && !isBound(value)) return field;
  }
  for (const field of ["maxOpenPositions", "maxOrdersPerMinute"] as const) {
    const value = limits[field];
    if (value !== null && !(Number.isSafeInteger(value) && value >= 0)) return field;
  }
  for (const loss of limits.losses) {
    if (loss.fraction === null && loss.amount === null) return "losses";
    if (
      (loss.fraction !== null && !isFraction(loss.fraction)) ||
      (loss.amount !== null && !(isPositive(loss.amount) && isExact(loss.amount)))
    )
      return "losses";
  }
  return null;
}

const isFraction = (ratio: Ratio): boolean => isPositive(ratio) && !isMore(ratio, ONE) && isExact(ratio);

/** A limit that is not a number would never be reached, and so be none: amounts are exact by their type, this is for who forged one. */
const isExact = (amount: Exact): boolean => Number.isSafeInteger(unitsOf(amount));
const isBound = (amount: Exact): boolean => isExact(amount) && !isNegative(amount);

/** The first setting that cannot be meant. */
export function portfolioSettingsProblem(settings: PortfolioSettings): string | null {
  const { protection } = settings;
  for (const [field, value] of Object.entries(protection)) if (value !== null && !(isPositive(value) && isExact(value))) return field;
  const overnight = settings.overnight === null ? null : overnightProblem(settings.overnight);
  if (overnight !== null) return overnight;
  if (settings.tradeAmount !== null && !(isPositive(settings.tradeAmount) && isExact(settings.tradeAmount))) return "tradeAmount";
  if (settings.minConfidence !== null && !isBound(settings.minConfidence)) return "minConfidence";
  if (settings.timeZone === "") return "timeZone";
  return limitsProblem(settings.limits);
}

/** A night that would bring exits nearer is no widening; a night longer than a day would meet the next. */
function overnightProblem(policy: OvernightPolicy): string | null {
  const { stopPct, stopFactor, takeProfitPct, takeProfitFactor, beforeCloseMs, afterOpenMs, hours } = policy;
  for (const [field, pct] of Object.entries({ stopPct, takeProfitPct })) if (pct !== null && !isBound(pct)) return `overnight.${field}`;
  for (const [field, factor] of Object.entries({ stopFactor, takeProfitFactor }))
    if (factor !== null && !(isExact(factor) && !isLess(factor, ONE))) return `overnight.${field}`;
  for (const [field, ms] of Object.entries({ beforeCloseMs, afterOpenMs }))
    if (!(Number.isSafeInteger(ms) && ms >= 0 && ms <= NIGHT_EDGE_MAX_MS)) return `overnight.${field}`;
  const isMinute = (minute: number): boolean => Number.isSafeInteger(minute) && minute >= 0 && minute < 1_440;
  return hours === null || (isMinute(hours.from) && isMinute(hours.to) && hours.from !== hours.to) ? null : "overnight.hours";
}

/** No session is shorter: a night never begins before the session does, nor ends after it. */
const NIGHT_EDGE_MAX_MS = 3_600_000;
