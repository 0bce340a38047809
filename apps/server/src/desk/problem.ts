import { explain } from "@bulkhead/contract";

/** Why a desk does not open, or an account of it cannot be worked with. */
export type DeskProblemCode =
  | "DESK_FOLDER_UNUSABLE"
  | "DESK_UPGRADE_REFUSED"
  | "DESK_JOURNAL_UNUSABLE"
  | "DESK_SYMBOL_UNKNOWN"
  | "DESK_COMMAND_REFUSED"
  | "DESK_STRATEGIES_REFUSED"
  | "DESK_LIVE_UNAVAILABLE"
  | "DESK_LIVE_UNCONFIRMED"
  | "DESK_LIVE_NUMBER_MISSING"
  | "DESK_BROKER_PRICES"
  | "DESK_BROKER_CHANGED"
  | "DESK_VENUE_REFUSED"
  | "DESK_PRICES_REFUSED"
  | "DESK_FEED_REFUSED"
  | "DESK_CONFIG_REFUSED";

/** A desk that cannot open; nothing was changed that a later start does not find again. The message is the catalogue's sentence. */
export class DeskProblem extends Error {
  readonly code: DeskProblemCode;
  /** Those of the sentence. */
  readonly figures: Readonly<Record<string, string>>;
  /** What a person needs to mend it, line by line. */
  readonly details: readonly string[];
  constructor(code: DeskProblemCode, figures: Readonly<Record<string, string>> = {}, details: readonly string[] = []) {
    super(`${code}: ${explain(code, figures)}`);
    this.code = code;
    this.figures = figures;
    this.details = details;
  }
}
