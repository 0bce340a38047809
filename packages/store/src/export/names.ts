import type { AssetId, LedgerAccount, PortfolioId } from "@bulkhead/core";

/** Account names that both hledger and beancount take: `Assets:Aggressive:Cash`, `Assets:Aggressive:Position:SPY`. */
export class AccountNames {
  readonly #portfolios = new Map<PortfolioId, string>();
  readonly #commodities: ReadonlyMap<AssetId, string>;

  constructor(commodities: ReadonlyMap<AssetId, string>) {
    this.#commodities = commodities;
  }

  of(portfolio: PortfolioId, account: LedgerAccount, asset: AssetId): string {
    const name = `${ROOTS[account]}:${this.#portfolio(portfolio)}:${NAMES[account]}`;
    return account === "position" ? `${name}:${component(this.commodity(asset))}` : name;
  }

  /** Cost that moved without units: a corrected price. */
  costChange(portfolio: PortfolioId, asset: AssetId): string {
    return `Assets:${this.#portfolio(portfolio)}:Cost-changes:${component(this.commodity(asset))}`;
  }

  commodity(asset: AssetId): string {
    return this.#commodities.get(asset) ?? asset;
  }

  /** Ids that differ only in `-` and `_` get a number. */
  #portfolio(id: PortfolioId): string {
    let name = this.#portfolios.get(id);
    if (name !== undefined) return name;
    const taken = new Set(this.#portfolios.values());
    name = component(id);
    for (let number = 2; taken.has(name); number++) name = `${component(id)}-${number}`;
    this.#portfolios.set(id, name);
    return name;
  }
}

/** Where each of our accounts stands in the five families. */
const ROOTS: Readonly<Record<LedgerAccount, string>> = {
  cash: "Assets",
  position: "Assets",
  cost: "Assets",
  accrued: "Assets",
  exchange: "Equity",
  capital: "Equity",
  transfers: "Equity",
  rounding: "Equity",
  realized: "Income",
  income: "Income",
  dividends: "Income",
  funding: "Income",
  interest: "Income",
  fees: "Expenses",
  "model-costs": "Expenses",
};
const NAMES: Readonly<Record<LedgerAccount, string>> = {
  cash: "Cash",
  position: "Position",
  cost: "Cost",
  accrued: "Accrued",
  exchange: "Exchange",
  capital: "Capital",
  transfers: "Transfers",
  rounding: "Rounding",
  realized: "Realized",
  income: "Income",
  dividends: "Dividends",
  funding: "Funding",
  interest: "Interest",
  fees: "Fees",
  "model-costs": "Model-costs",
};

/** Letters, digits and `-`, beginning with a capital or a digit. */
function component(text: string): string {
  const plain = text.replaceAll(/[^A-Za-z0-9]+/g, "-").replaceAll(/^-+|-+$/g, "");
  return `${plain.charAt(0).toUpperCase()}${plain.slice(1)}` || "X";
}

/**
 * Names for assets that both programs take: capitals, digits, `.` and `-`, two to twenty-four characters, a capital first. `SPY@XNYS` is
 * SPY where nothing else is, else SPY.XNYS, else numbered.
 */
export function commodityNames(assets: Iterable<AssetId>): ReadonlyMap<AssetId, string> {
  const names = new Map<AssetId, string>();
  const taken = new Set<string>();
  for (const asset of assets) {
    const candidates = [asset.split("@")[0] ?? asset, asset.replace("@", ".")].map(commodity);
    let name = candidates.find((candidate) => candidate.length >= 2 && !taken.has(candidate));
    for (let number = 2; name === undefined; number++) {
      const numbered = `${(candidates[1] ?? "X").slice(0, 20)}-${number}`;
      if (!taken.has(numbered)) name = numbered;
    }
    taken.add(name);
    names.set(asset, name);
  }
  return names;
}

function commodity(text: string): string {
  const plain = text
    .toUpperCase()
    .replaceAll(/[^A-Z0-9.]+/g, "-")
    .replaceAll(/^[-.]+|[-.]+$/g, "");
  return (/^[A-Z]/.test(plain) ? plain : `X${plain}`).slice(0, 24).replaceAll(/[-.]+$/g, "");
}

/** A date in UTC. */
export const dateOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** One line of plain text, for descriptions: nothing that ends or quotes it. */
export const plainText = (text: string): string => text.replaceAll(/[\s;|"'\\]+/g, " ").trim();
