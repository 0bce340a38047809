import type { Sentence } from "./sentence.ts";

/** What somebody must look at now. */
export const ALARMS = {
  ACCOUNT_HALTED: {
    says: "Account {account} stands still: {reason}.",
    fix: "Nothing more is sent; orders at the venue stay. Read the log, restart the desk, and run `bulkhead verify`.",
  },
  EXITS_NOT_ARMED: {
    says: "Exits of account {account} are in the books and nothing watches them: {reason}.",
    fix: "Restart the desk with prices for every instrument that is held, or close the positions by hand.",
  },
  NAKED_POSITION: {
    says: "{portfolio} holds {quantity} {instrument} without the stop that its policy wants ({reason}).",
    fix: "Set a stop for it, close it, or take the stop out of the portfolio's policy.",
  },
  KILL_ENGAGED: { says: "The kill switch of {scope} is engaged: {reason}.", fix: "Clear it with a reason when its cause is gone." },
  MODE_RESTRICTED: {
    says: "{scope} of account {account} may not trade freely: {reason}.",
    fix: "What is wrong with market data ends by itself; anything else a person sets to ready.",
  },
} as const satisfies Readonly<Record<string, Sentence>>;
export type AlarmCode = keyof typeof ALARMS;
