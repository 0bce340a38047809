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
  DESK_COMMAND_REFUSED: {
    says: "The books do not take {command}: {refusal}.",
    fix: "Mend the configuration and start again; the account was not opened.",
  },
  DESK_STRATEGIES_REFUSED: {
    says: "Strategies of account {account} or their params do not fit.",
    fix: "Mend what is listed and start again; the account was not opened.",
  },
  DESK_LIVE_UNAVAILABLE: { says: "Account {account} asks for real money, and there is no broker yet.", fix: 'Write mode = "paper".' },
  DESK_PRICES_REFUSED: { says: "The recorded prices do not load: {reason}.", fix: "Mend what is listed; nothing was opened." },
  DESK_FEED_REFUSED: {
    says: "{feed} cannot be traded on: {reason}.",
    fix: "Mend [feed] of the configuration; waiting would not help.",
  },
  DESK_CONFIG_REFUSED: { says: "The configuration does not load.", fix: "Mend what is listed; nothing was started." },
} as const satisfies Readonly<Record<string, Sentence>>;
