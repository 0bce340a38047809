import type { RefusalCode } from "@bulkhead/core";
import type { Sentence } from "./sentence.ts";

/** Why the engine does not admit a command. Nothing has changed. A code without a sentence does not compile. */
export const REFUSALS: Readonly<Record<RefusalCode, Sentence>> = {
  ACCOUNT_NOT_OPEN: { says: "The account is not open yet.", fix: "Open it first." },
  ACCOUNT_ALREADY_OPEN: { says: "The account is open already.", fix: "Change it with ConfigureAccount." },
  ACCOUNT_ID_INVALID: { says: "{account} cannot name an account.", fix: "Use lower case letters, digits, - and _, at most 64." },
  TIME_BACKWARD: {
    says: "The command is dated before the last record, and time never goes back in a journal.",
    fix: "Send it with the present instant.",
  },
  AMOUNT_NOT_POSITIVE: { says: "The amount has to be above zero.", fix: "Ask for a positive amount; the direction is in the command." },
  AMOUNT_OUT_OF_RANGE: {
    says: "A figure would leave the range in which amounts are kept exactly.",
    fix: "Use a smaller amount, or a coarser scale for the asset.",
  },
  AMOUNT_OFF_INCREMENT: { says: "The quantity is not a whole number of the instrument's increments.", fix: "Round it to the increment." },
  ASSET_UNKNOWN: { says: "There is no asset {asset} in this account.", fix: "Define it first." },
  ASSET_EXISTS: { says: "The asset {asset} exists already, with other terms.", fix: "An asset's scale never changes: use another id." },
  ASSET_INVALID: { says: "The asset's terms do not make sense.", fix: "Give it an id, a kind and a scale from 0 to 15." },
  ASSET_NOT_CASH: { says: "{asset} is not cash.", fix: "Use a currency; other assets move with TransferPosition." },
  INSTRUMENT_UNKNOWN: {
    says: "There is no instrument {instrument} in this account.",
    fix: "`bulkhead contract list` lists those that there are; another has to be defined first.",
  },
  INSTRUMENT_EXISTS: {
    says: "The instrument {instrument} exists already, with other terms.",
    fix: "A finer tick is a new instrument: use another id.",
  },
  INSTRUMENT_INVALID: { says: "The instrument's terms do not fit together.", fix: "Check its assets, tick, increment and multiplier." },
  PORTFOLIO_UNKNOWN: { says: "There is no portfolio {portfolio}.", fix: "`bulkhead portfolio list` shows those that there are." },
  PORTFOLIO_EXISTS: {
    says: "The portfolio {portfolio} exists already (upper and lower case count as the same).",
    fix: "Choose another id.",
  },
  PORTFOLIO_ID_INVALID: { says: "{portfolio} cannot name a portfolio.", fix: "Use lower case letters, digits, - and _, at most 64." },
  PORTFOLIO_ARCHIVED: {
    says: "The portfolio {portfolio} is archived.",
    fix: "Archived portfolios are kept for reading only: use another.",
  },
  PORTFOLIO_NOT_FLAT: { says: "The portfolio {portfolio} still holds something.", fix: "Close or transfer its positions and cash first." },
  PORTFOLIO_HAS_ORDERS: { says: "The portfolio {portfolio} still has open orders.", fix: "Cancel them first." },
  PORTFOLIO_BUILT_IN: { says: "The portfolio {portfolio} is built in and cannot be used for this.", fix: "Use one of your own." },
  CAPITAL_INSUFFICIENT: {
    says: "There is not enough free capital: a promise to portfolios never exceeds what the account has (C29).",
    fix: "Ask for less, deposit more, or allow over-allocation for the account.",
  },
  POSITION_INSUFFICIENT: { says: "The portfolio does not hold that much.", fix: "Ask for no more than it holds." },
  POSITION_RESERVED: { says: "What is asked for is held back by open orders.", fix: "Cancel them, or ask for less." },
  TRANSFER_TO_SELF: { says: "A transfer from a portfolio to itself moves nothing.", fix: "Name two portfolios." },
  SETTINGS_INVALID: { says: "The settings do not make sense.", fix: "Check the limits, the time zone and the names." },
  ORDER_UNKNOWN: { says: "There is no order {order}.", fix: "Check its id; ended orders leave the engine at the day's end." },
  ORDER_ENDED: { says: "The order {order} has ended already.", fix: "Place a new one." },
  ORDER_INVALID: {
    says: "The order's terms do not fit together.",
    fix: "A limit order needs a limit, a stop order a stop, a gtd order its end; others have none.",
  },
  PRICE_OFF_TICK: { says: "The price is not a whole number of the instrument's ticks.", fix: "Round it to the tick." },
  PRICE_NOT_POSITIVE: { says: "The price has to be above zero.", fix: "Send a positive price." },
  INTENT_REUSED: { says: "The intent {intentId} was used before for something else.", fix: "Every new wish needs its own intent id." },
  PROTECTION_UNKNOWN: { says: "There is no protection on that position.", fix: "Set one first." },
  PROTECTION_INVALID: {
    says: "The protection does not fit the position.",
    fix: "A stop lies on the losing side of the entry, a target on the winning side.",
  },
  POSITION_FLAT: { says: "There is no position to protect.", fix: "Protect a position that is held." },
  KILL_NOT_ENGAGED: { says: "No kill switch is engaged there.", fix: "Nothing to clear." },
  STRATEGY_NOT_SET: { says: "The portfolio {portfolio} runs no strategy.", fix: "Give it one in the configuration, then apply it." },
  REASON_MISSING: { says: "This needs a reason, because somebody will ask.", fix: "Say why in a sentence." },
  VENUE_ORDER_UNKNOWN: {
    says: "There is no venue order {venueOrder}.",
    fix: "Check the adapter: it must only speak of orders that were sent.",
  },
  EXECUTION_UNKNOWN: { says: "There is no execution {execution} to correct.", fix: "Record the execution first." },
  EXECUTION_MISMATCH: {
    says: "The execution {execution} was booked before with other terms.",
    fix: "Send a correction with a higher version.",
  },
  RATIO_INVALID: { says: "The ratio does not make sense.", fix: "Numerator and denominator are whole numbers above zero." },
  MARK_INVALID: {
    says: "The mark does not make sense.",
    fix: "A mark has a known instrument, a positive price and an instant that is not in the future.",
  },
  RATE_MISSING: {
    says: "There is no exchange rate for {asset}, and none is ever made up.",
    fix: "Mark a rate first (fx_rates in the account).",
  },
  EPOCH_BACKWARD: {
    says: "The journal is at a later epoch already.",
    fix: "Another process has taken over, or an old backup was restored: stop this one.",
  },
  SNAPSHOT_INCOMPLETE: {
    says: "The venue did not tell everything at one moment, and what is not told is never nothing.",
    fix: "Ask again once it is connected and quiet.",
  },
  BREAK_UNKNOWN: { says: "There is no break {break}.", fix: "`bulkhead inbox list` shows those that wait." },
  BREAK_CLOSED: { says: "Nothing is left of the break {break}.", fix: "Undo what was done with it first." },
  BREAK_NOT_ASSIGNABLE: {
    says: "The break {break} is about an order and holds nothing to give away.",
    fix: "Claim the order, or wait until the venue tells what became of it.",
  },
  ASSIGNMENT_UNKNOWN: { says: "There is no assignment {assignment} to undo.", fix: "Undo one that was made and is not undone." },
  ASSIGNMENT_TOO_LARGE: {
    says: "The shares are not parts of what is left of the break {break}.",
    fix: "Give each portfolio an amount with the sign of the break; together no more than is left.",
  },
  ASSIGNMENT_SPENT: {
    says: "The portfolio {portfolio} no longer has free what the assignment gave it.",
    fix: "Free it first, or transfer something else back.",
  },
  EXTERNAL_ORDER_UNKNOWN: {
    says: "The venue shows no order {venueOrder} of somebody else.",
    fix: "Name an order by the venue's own number of it.",
  },
  PROPOSAL_UNCLEAR: {
    says: "What the break {break} proposes cannot be booked as it is: {why}.",
    fix: "Undo what was answered of it, say the ratio, or claim, split or write it off.",
  },
  CONTRACT_UNCHANGED: {
    says: "The venue says of {instrument} what it said before: there is nothing to accept.",
    fix: "`bulkhead contract list` shows what waits.",
  },
  CONTRACT_GONE: {
    says: "The venue does not have {instrument} any more: there is no contract to accept.",
    fix: "Accept what the inbox proposes for what it became, or import the statement that says it; exits stay allowed.",
  },
  CONTRACT_IN_USE: {
    says: "There are {what} of {instrument} on the terms that the venue has changed.",
    fix: "Cancel the orders first; what is held moves by a conversion into an instrument of its own.",
  },
  SPAN_INVALID: { says: "A stretch from {from} to {to} has no time in it.", fix: "Name its beginning first; the end comes after it." },
  HISTORY_GAP_UNKNOWN: {
    says: "Nothing is missing from {from} to {to}.",
    fix: "See what is missing with `bulkhead connection`.",
  },
  DATE_BACKWARD: { says: "The day has been closed already.", fix: "A day is rolled once." },
};
