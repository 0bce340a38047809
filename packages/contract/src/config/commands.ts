import type {
  AccountId,
  AccountMode,
  Asset,
  AssetId,
  Command,
  InstantMs,
  Instrument,
  InstrumentId,
  PortfolioId,
  PortfolioSettings,
} from "@bulkhead/core";
import { isPositive } from "@bulkhead/money";
import type { AccountConfig, PortfolioConfig } from "./config.ts";

/** What a configuration does not hold and its commands need: the instruments, and what each portfolio may trade and runs. */
export type Surroundings = Readonly<{
  at: InstantMs;
  /** The principal: who configured. */
  by: string;
  mode: AccountMode;
  venue: string;
  /** Every asset but the base currency. */
  assets: readonly Asset[];
  instruments: readonly Instrument[];
  /** By portfolio id; a portfolio that is not here may trade everything and runs nothing. */
  portfolios: ReadonlyMap<string, Readonly<{ universe: readonly InstrumentId[] | null; strategy: PortfolioSettings["strategy"] }>>;
}>;

/** The commands that make an account as it is configured, from nothing, in order. Pure: equal configuration, equal commands. */
export function toCommands(account: AccountConfig, around: Surroundings): readonly Command[] {
  const { at, by } = around;
  const base: Asset = { id: account.baseCurrency as AssetId, kind: "cash", scale: account.scale };
  const commands: Command[] = [
    {
      type: "OpenAccount",
      at,
      by,
      account: account.id as AccountId,
      venue: around.venue,
      mode: around.mode,
      base,
      settings: account.settings,
    },
    ...around.assets.filter((asset) => asset.id !== base.id).map((asset): Command => ({ type: "DefineAsset", at, by, asset })),
    ...around.instruments.map((instrument): Command => ({ type: "DefineInstrument", at, by, instrument })),
  ];
  if (isPositive(account.startingCash)) {
    const unattributed = "unattributed" as PortfolioId;
    const reason = "starting cash";
    commands.push({
      type: "Deposit",
      at,
      by,
      portfolio: unattributed,
      asset: base.id,
      amount: account.startingCash,
      transferId: "starting-cash",
      reason,
    });
  }
  for (const portfolio of account.portfolios) {
    const bound = around.portfolios.get(portfolio.id) ?? { universe: null, strategy: null };
    const settings = { ...portfolio.settings, ...bound, overnight: overnightOf(portfolio, around.instruments) };
    const id = portfolio.id as PortfolioId;
    commands.push({ type: "CreatePortfolio", at, by, portfolio: id, startingCash: portfolio.startingCash, settings });
    if (!portfolio.active) commands.push({ type: "PausePortfolio", at, by, portfolio: id, reason: "configured with active = false" });
  }
  return commands;
}

/**
 * A portfolio's overnight policy with the symbols that it leaves out as instruments; a symbol that no instrument has stays as it is, and is
 * refused by name.
 */
export function overnightOf(
  { settings, overnightExcept }: Pick<PortfolioConfig, "settings" | "overnightExcept">,
  instruments: readonly Instrument[],
): PortfolioSettings["overnight"] {
  if (settings.overnight === null) return null;
  const named = (text: string) => (each: Instrument) => [each.id, each.symbol].some((name) => name.toUpperCase() === text.toUpperCase());
  const except = overnightExcept.map((text) => instruments.find(named(text))?.id ?? (text as InstrumentId));
  return { ...settings.overnight, except };
}
