import type { BreakKind } from "@bulkhead/core";
import type { Sentence } from "./sentence.ts";

/** Differences that somebody must look at. Facts are always booked; a break says that one did not fit. */
export const BREAKS: Readonly<Record<`BREAK_${Uppercase<BreakKind>}`, Sentence>> = {
  BREAK_OVERDRAFT: {
    says: "A fact took more cash than {portfolio} had: it was booked, and the portfolio now only reduces.",
    fix: "Transfer cash to it, or let it sell; fee_reserve_pct and collar_pct hold back more next time.",
  },
  BREAK_UNKNOWN_ORDER: {
    says: "The venue reported an execution of an order that is not ours; it is booked to unattributed.",
    fix: "Claim it for a portfolio, or find out who traded.",
  },
  BREAK_OVERFILL: { says: "The venue filled more than was asked; all of it is booked.", fix: "Close the difference, or keep it." },
  BREAK_LATE_EXECUTION: { says: "An execution came after its order had ended; it is booked.", fix: "Check the position; nothing is lost." },
  BREAK_INCOME_DIFFERENCE: {
    says: "The income received is not what the positions earned; the difference is in unattributed.",
    fix: "Claim it for a portfolio.",
  },
  BREAK_NAKED_POSITION: {
    says: "A position of {portfolio} has no protection although its policy wants one.",
    fix: "Set a stop, or close it.",
  },
  BREAK_ROUNDING: { says: "A venue's figure had more digits than are kept; the difference is in rounding.", fix: "Nothing to do." },
  BREAK_NEGATIVE_POSITION: {
    says: "A fact took more than {portfolio} held of something that cannot be short.",
    fix: "Reconcile with the venue.",
  },
};
