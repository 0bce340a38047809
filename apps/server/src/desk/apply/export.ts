import { type Config, explain, loadConfig, type WrittenAccount, writeConfig } from "@bulkhead/contract";
import { type AccountSettings, type PortfolioSettings, type StateView, UNATTRIBUTED } from "@bulkhead/core";
import { add, isMore, isNegative, type Money, ZERO_MONEY } from "@bulkhead/money";
import { isStrategyPath } from "@bulkhead/strategies";
import type { AccountCapital } from "../capital/account-capital.ts";
import { placeText } from "./source.ts";

/** An account as an export sees it. */
export type Exported = Readonly<{ id: string; state: StateView; schedules: AccountCapital["schedules"] | undefined }>;

/** A configuration file with what the books say, and what of that no file can say. */
export type ExportedConfig = Readonly<{ text: string; notes: readonly string[]; config: Config | null }>;

/** Writes accounts, portfolios and schedules as they are, and everything else as the configuration in force has it. */
export function exportConfig(accounts: readonly Exported[], inForce: Config): ExportedConfig {
  const notes: string[] = [];
  const taken = new Set<string>();
  const written = accounts.map((account) => writtenAccount(account, inForce, { notes, taken }));
  const asOf = accounts.map(({ id, state }) => `${id} at record ${state.seq}`).join(", ");
  const head = `# Written by the desk from its books (${asOf}). Starting cash is what was put in less what was taken out.\n\n`;
  const text = `${head}${writeConfig(inForce.tables, written)}`;
  const loaded = loadConfig({ file: { name: "export", text } });
  if (loaded.ok) return { text, notes, config: loaded.config };
  for (const { code, params, path, origin } of loaded.problems) notes.push(`${placeText(origin)} ${path}: ${explain(code, params)}`);
  return { text, notes, config: null };
}

type Gathered = Readonly<{ notes: string[]; taken: Set<string> }>;

function writtenAccount({ id, state, schedules }: Exported, inForce: Config, { notes, taken }: Gathered): WrittenAccount {
  const base = state.account?.base;
  const configured = inForce.accounts.find((account) => account.id === id);
  const portfolios: WrittenAccount["portfolios"][number][] = [];
  for (const portfolio of state.portfolios.values()) {
    if (portfolio.id === UNATTRIBUTED || portfolio.archived) continue;
    if (taken.has(portfolio.id)) {
      notes.push(
        `Portfolio ${portfolio.id} of account ${id} is left out: another account has one of that name, and a file names each once.`,
      );
      continue;
    }
    taken.add(portfolio.id);
    const text = configured?.portfolios.find((each) => each.id === portfolio.id)?.strategy ?? null;
    portfolios.push({
      id: portfolio.id,
      startingCash: notNegative(portfolio.contributions as Money),
      active: portfolio.tradingState === "active",
      settings: portfolio.settings as PortfolioSettings,
      strategyText: text !== null && isStrategyPath(text) ? text : null,
    });
  }
  const promised = portfolios.reduce((sum, { startingCash }) => add(sum, startingCash), ZERO_MONEY);
  const all = [...state.portfolios.values()].reduce((sum, { contributions }) => add(sum, contributions as Money), ZERO_MONEY);
  return {
    id,
    baseCurrency: base?.id ?? "",
    scale: base?.scale ?? 0,
    startingCash: isMore(promised, all) && state.account?.settings.overAllocation !== true ? promised : notNegative(all),
    settings: state.account?.settings as AccountSettings,
    portfolios,
    schedules: schedules?.all ?? [],
  };
}

const notNegative = (amount: Money): Money => (isNegative(amount) ? ZERO_MONEY : amount);
