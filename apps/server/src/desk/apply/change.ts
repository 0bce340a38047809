import type { AccountId, PortfolioId } from "@bulkhead/core";

/** One thing that the configuration says other than the books, or than what is in force. */
export type Change = Readonly<{
  /** `portfolio.aggressive.max_position_pct`; of what is created or scheduled, without a last part. */
  id: string;
  kind: "create" | "set" | "only_in_books" | "schedule" | "restart";
  account: AccountId;
  portfolio: PortfolioId | null;
  key: string | null;
  /** As a file would say it; null is what holds where nothing is said. */
  from: string | null;
  to: string | null;
  /** Where it was written: "bulkhead.toml:18". Empty where it was not. */
  origin: string;
  /** `now`: by applying it. `at_start`: by itself when the desk starts again. `never`: not by a file. */
  applies: "now" | "at_start" | "never";
  /** In a sentence. */
  detail: string;
}>;

/** True where a change is meant by its id, or by the id of what it is a part of. */
export const isMeant = (id: string, chosen: string): boolean => id === chosen || id.startsWith(`${chosen}.`);
