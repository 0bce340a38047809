import type { Posting } from "@bulkhead/core";
import { unitsOf } from "@bulkhead/money";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import type { Row } from "../schema/schema.ts";
import { AppendTable, ChangingTable, type Moment } from "../tables.ts";
import { sum } from "./sum.ts";

type Balance = Row<"balances">;

/** Postings as they were booked, and what every account holds. */
export class LedgerSection {
  readonly #entries: AppendTable<"entries">;
  readonly #postings: AppendTable<"ledger_entries">;
  readonly #table: ChangingTable<"balances">;
  /** By portfolio, asset and account. */
  readonly #balances = new Map<string, Map<string, Map<string, Balance>>>();
  #next = 1;

  constructor(database: DatabaseSync, moment: Moment) {
    this.#entries = new AppendTable(database, "entries", moment);
    this.#postings = new AppendTable(database, "ledger_entries", moment);
    this.#table = new ChangingTable(database, "balances", moment);
    for (const row of this.#table.load()) {
      this.#accounts(row.portfolio_id, row.asset).set(row.account, row);
      this.#next = Math.max(this.#next, row.account_no + 1);
    }
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

  post(postings: readonly Posting[], event: string, reference: string): void {
    if (postings.length === 0) return;
    const entry = this.#entries.append({ event, reference });
    for (const posting of postings) this.#post(posting, entry);
  }

  #post({ portfolio, account, asset, amount }: Posting, entry: number): void {
    const accounts = this.#accounts(portfolio, asset);
    let row = accounts.get(account);
    if (row === undefined) {
      row = { account_no: this.#next, portfolio_id: portfolio, asset, account, amount: 0, seq: 0 };
      this.#next += 1;
      accounts.set(account, row);
    }
    const units = unitsOf(amount);
    row.amount = sum(row.amount, units);
    this.#table.change(row);
    this.#postings.append({ entry_line: entry, account_no: row.account_no, amount: units, balance: row.amount });
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
    this.#entries.flush();
    this.#postings.flush();
    this.#table.flush();
  }
}

const NONE: ReadonlyMap<string, ReadonlyMap<string, Balance>> = new Map();
