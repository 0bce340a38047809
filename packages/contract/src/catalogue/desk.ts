import type { Sentence } from "./sentence.ts";

/** Why a desk does not open. */
export const DESK = {
  DESK_FOLDER_UNUSABLE: {
    says: "The data folder cannot be used: {reason}.",
    fix: "Mend what is listed, or name another folder with --data.",
  },
  DESK_UPGRADE_REFUSED: {
    says: "What version {version} wrote could not be backed up and proved, so nothing of it was touched.",
    fix: "Start it with that version, which repairs what it can; then upgrade.",
  },
  DESK_JOURNAL_UNUSABLE: {
    says: "The books of account {account} cannot be opened safely.",
    fix: "Read what is listed; restore a backup where it says so. Nothing was touched.",
  },
  DESK_SYMBOL_UNKNOWN: {
    says: "The market data has no symbol {symbol}, or more than one.",
    fix: "Write one of those listed, with its venue.",
  },
  DESK_JOURNAL_LOCKED: {
    says: "Another program holds a database in {folder}: {holder}. Nothing could be written down, so the desk ended; what was acknowledged is kept.",
    fix: "End that program or close the file in it, then start the desk again. Nothing but the desk may open the databases of its folder; to look inside, use a backup.",
  },
  DESK_CRASHED: {
    says: "The desk ended itself: {reason}. What was acknowledged is kept.",
    fix: "Start it again, and report what is written below. After three such ends within five minutes its accounts are read-only until a person sets them to ready.",
  },
  DESK_COMMAND_REFUSED: {
    says: "The books do not take {command}: {refusal}.",
    fix: "Mend the configuration and start again; the account was not opened.",
  },
  DESK_STRATEGIES_REFUSED: {
    says: "Strategies of account {account} or their params do not fit.",
    fix: "Mend what is listed and start again; the account was not opened.",
  },
  DESK_LIVE_UNAVAILABLE: {
    says: "Account {account} asks for real money, and its venue is simulated.",
    fix: 'Write venue = "ibkr" or venue = "ccxt", or mode = "paper".',
  },
  DESK_LIVE_UNCONFIRMED: {
    says: "Account {account} would trade real money, and nobody has confirmed it: {problem}.",
    fix: 'Write confirm_live = "{expected}" beside mode = "live" and access = "trade", or access = "read-only" to look on.',
  },
  DESK_LIVE_NUMBER_MISSING: {
    says: "Account {account} would trade real money, and nothing says which of the broker's accounts is meant.",
    fix: "Write its number as account = into [account.ibkr], and the same as confirm_live.",
  },
  DESK_BROKER_PRICES: {
    says: "Account {account} would trade at a broker on prices that are {prices}.",
    fix: 'Name a [feed] of real prices, or write access = "read-only".',
  },
  DESK_BROKER_CHANGED: {
    says: "The books of account {account} are those of {before}, and the configuration says {now}.",
    fix: "Give the other account an id of its own; books never move from one venue to another.",
  },
  DESK_VENUE_REFUSED: {
    says: "The venue of account {account} cannot be used: {reason}.",
    fix: "Mend [account] of the configuration; waiting would not help.",
  },
  DESK_PRICES_REFUSED: { says: "The recorded prices do not load: {reason}.", fix: "Mend what is listed; nothing was opened." },
  DESK_FEED_REFUSED: {
    says: "{feed} cannot be traded on: {reason}.",
    fix: "Mend [feed] of the configuration; waiting would not help.",
  },
  DESK_CONFIG_REFUSED: { says: "The configuration does not load.", fix: "Mend what is listed; nothing was started." },
} as const satisfies Readonly<Record<string, Sentence>>;
