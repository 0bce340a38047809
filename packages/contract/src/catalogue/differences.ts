import type { DifferenceKind, Proposal } from "@bulkhead/core";
import type { Sentence } from "./sentence.ts";

/** What differs from the venue and waits in the inbox, until later facts or a person answer it. */
export const DIFFERENCES: Readonly<Record<`DIFFERENCE_${Uppercase<DifferenceKind>}`, Sentence>> = {
  DIFFERENCE_POSITION: {
    says: "The venue's {asset} differs from the books by {amount}; the difference is in unattributed.",
    fix: "Give it to a portfolio, split it, or write it off; whatever is told later settles it by itself.",
  },
  DIFFERENCE_CASH: {
    says: "The venue's {asset} differs from the books by {amount}; the difference is in unattributed.",
    fix: "Give it to a portfolio, split it, or write it off with what it was.",
  },
  DIFFERENCE_UNKNOWN_ORDER: {
    says: "Somebody else's order traded {amount} {asset}; it is in unattributed.",
    fix: "Give it to a portfolio, or write a rule that says whose such orders are.",
  },
  DIFFERENCE_EXTERNAL_ORDER: {
    says: "Somebody else's order in {asset} works at the venue, and nobody said whose it is.",
    fix: "Claim it for a portfolio before it fills, or leave it: then what it fills waits here.",
  },
  DIFFERENCE_VANISHED_ORDER: {
    says: "The venue does not show order {order} any more and does not say what became of it.",
    fix: "Look at the venue's own screen; nothing more is opened on its side until it is known.",
  },
  DIFFERENCE_MISSED_FILL: {
    says: "The venue filled {amount} {asset} of order {order} more than it told.",
    fix: "Import a statement of the day, or wait: what is told later settles it.",
  },
  DIFFERENCE_REVIVED_ORDER: {
    says: "Order {order} works at the venue although the books ended it.",
    fix: "It is called back where the account may trade; else cancel it at the venue.",
  },
};

/** What a difference most likely was. */
export const PROPOSALS: Readonly<Record<`PROPOSAL_${Uppercase<Proposal>}`, Sentence>> = {
  PROPOSAL_NONE: { says: "Nothing explains it.", fix: "Look at the venue's statement." },
  PROPOSAL_MANUAL_TRADE: { says: "It looks like a trade by hand or by another program.", fix: "Give it to whom it belongs." },
  PROPOSAL_MISSED_FILL: {
    says: "It looks like a fill that was not told.",
    fix: "Import a statement, or give it to the order's portfolio.",
  },
  PROPOSAL_RENAME: {
    says: "It looks like a new name: all of one holding is gone, and as much of another came at the same cost.",
    fix: "`bulkhead inbox approve` moves everybody's units over with their lots and cost; claim or write it off where it was something else.",
  },
  PROPOSAL_SPLIT: {
    says: "It looks like a split: another number of units, for the same cost.",
    fix: "`bulkhead inbox approve` books it for everybody who holds some; claim or write it off where it was something else.",
  },
  PROPOSAL_DIVIDEND: { says: "It looks like a dividend.", fix: "Split it by what each holds." },
  PROPOSAL_INTEREST: { says: "It looks like interest.", fix: "Write it off as interest, or give it to a portfolio." },
  PROPOSAL_AIRDROP: { says: "It looks like something that was given to the account.", fix: "Give it to a portfolio, or write it off." },
  PROPOSAL_FEE: { says: "It looks like a fee.", fix: "Write it off as a fee, or give it to who caused it." },
  PROPOSAL_ROUNDING: { says: "It looks like a rounding difference.", fix: "Write it off as rounding." },
  PROPOSAL_TRANSFER: { says: "It looks like a deposit or a withdrawal.", fix: "Write it off as a transfer, or give it to a portfolio." },
};
