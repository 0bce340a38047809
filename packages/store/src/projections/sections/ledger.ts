import type { Posting } from "@bulkhead/core";
import { add, moneyOfUnits, unitsOf } from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { AppendTable, ChangingTable, type Moment } from "../tables.ts";

type Balance = Row<"balances">;

/** Postings as they were booked, and what every account holds. */
export class LedgerSection {
  readonly #entries: AppendTable<"ledger_entries">;
  readonly #table: ChangingTable<"balances">;
  /** By portfolio, asset and account. */
  readonly #balances = new Map<string, Map<string, Map<string, Balance>>>();

  constructor(database: DatabaseSync, moment: Moment) {
    this.#entries = new AppendTable(database, "ledger_entries", moment);
    this.#table = new ChangingTable(database, "balances", moment);
    for (const row of this.#table.load()) this.#accounts(row.portfolio_id, row.asset).set(row.account, row);
  }

  #accounts(portfolio: string, asset: string): Map<string, Balance> {
    let assets = this.#balances.get(portfolio);
    if (assets === undefined) {
      assets = new Map();
      this.#balances.set(portfolio, assets);
    }
    let accounts = assets.get(asset);
    if (accounts === undefined) {
      accounts = new Map();
      assets.set(asset, accounts);
    }
    return accounts;
  }

  post({ portfolio, account, asset, amount }: Posting, event: string, reference: string): void {
    const accounts = this.#accounts(portfolio, asset);
    let row = accounts.get(account);
    if (row === undefined) {
      row = { portfolio_id: portfolio, asset, account, amount: 0, seq: 0 };
      accounts.set(account, row);
    }
    const units = unitsOf(amount);
    row.amount = unitsOf(add(moneyOfUnits(row.amount), moneyOfUnits(units)));
    this.#table.change(row);
    this.#entries.append({ portfolio_id: portfolio, account, asset, amount: units, balance: row.amount, event, reference });
  }

  /** Present balance in units of the asset; 0 where nothing was ever posted. */
  balance(portfolio: string, asset: string, account: string): number {
    return this.#balances.get(portfolio)?.get(asset)?.get(account)?.amount ?? 0;
  }

  /** Balances of a portfolio by asset and account. */
  of(portfolio: string): ReadonlyMap<string, ReadonlyMap<string, Balance>> {
    return this.#balances.get(portfolio) ?? NONE;
  }

  flush(): void {
    this.#table.flush();
  }
}

const NONE: ReadonlyMap<string, ReadonlyMap<string, Balance>> = new Map();
