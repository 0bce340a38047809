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
  MARKET_DATA_STALE: {
    says: "Account {account} sees no good prices of {count} instruments: {instruments}. They may only be got rid of.",
    fix: "Look at the source of prices; this ends by itself when they are good again.",
  },
  FEED_DISCONNECTED: {
    says: "The market data of {feed} are {connection} since {since}: {reason}.",
    fix: "Look at the network and at the source's own status; nothing new is traded on old prices.",
  },
  LOSS_LIMIT_REACHED: {
    says: "{portfolio} of account {account} has lost {loss} of at most {bound} ({window}): it takes no new exposure.",
    fix: "Exits still work. Look at what it holds; the limit ends with its window, or a person raises it.",
  },
  PORTFOLIO_PAUSED: {
    says: "Portfolio {portfolio} of account {account} was paused by the desk: {reason}.",
    fix: "Its positions and stops stay managed. Read its log, mend the cause and resume it.",
  },
  BREAK_OPENED: {
    says: "Something was booked for {portfolio} of account {account} that does not fit ({kind}): {details}.",
    fix: "Look at it in the inbox (bulkhead inbox list) or /api/breaks, and acknowledge the alarm.",
  },
  ORDER_UNRESOLVED: {
    says: "Nobody knows what became of {count} orders of account {account} for more than two minutes: {orders}.",
    fix: "Look at the venue's own screen; entries of these portfolios and instruments wait until it is known.",
  },
  VENUE_DISCONNECTED: {
    says: "Account {account} is not connected to {venue} ({connection}) since {since}: {reason}.",
    fix: "It connects again by itself where that helps. Look at the gateway or the network; orders at the venue stay where they are.",
  },
  VENUE_REFUSED: {
    says: "The connection of account {account} to {venue} is refused: {reason}.",
    fix: "Mend what it says, then `bulkhead connect`: it does not try again by itself.",
  },
  VENUE_CLIENT_AWAY: {
    says: "Client id {client} of account {account} is not connected to {venue} ({connection}) since {since}: {reason}. Orders of {whose} are not sent meanwhile, exits aside.",
    fix: "Close the other program that has the id, or give them another in [[account.ibkr.client]]; it is tried again by itself.",
  },
  VENUE_SILENT: {
    says: "{venue} does not answer about {sections} of account {account}.",
    fix: "Nothing is taken from a question that was not answered; the books are compared again when it is.",
  },
  VENUE_OVERWHELMED: {
    says: "{facts} facts of {venue} wait to be booked for account {account}: nothing new is sent.",
    fix: "None is lost. Look for what else takes this machine's processor or disk.",
  },
  VENUE_FACT_REFUSED: {
    says: "{venue} told {count} things that the books of account {account} did not take, the last of them {what}.",
    fix: "Read the log; the next comparison shows what is missing, in the inbox.",
  },
  HISTORY_TOO_SHORT: {
    says: "Executions of account {account} from {from} to {to} are not in the history of {venue}, and the books differ.",
    fix: "Import a statement with `bulkhead import flex`, explain what differs in the inbox, or answer for it with `bulkhead adopt-history`; until then it only reduces.",
  },
  CONTRACT_CHANGED: {
    says: "The venue of account {account} has another contract for {instrument} than the books: {reason}. It takes no entries.",
    fix: "Look at it with `bulkhead contract list`; accept it there where it is what you want to trade, else get rid of what is held.",
  },
  BOOKS_APART: {
    says: "The books of account {account} and {venue} are apart in {count} places that nobody explained: {assets}.",
    fix: "Look at the inbox: give it to a portfolio, split it, or write it off.",
  },
  DISK_NEARLY_FULL: {
    says: "The disk of the data folder has {free} MiB left, fewer than {least}.",
    fix: "Free space now: what cannot be written down is not done, and without space the desk stops.",
  },
  CLOCK_JUMPED: {
    says: "The clock of this machine jumped by {seconds} s.",
    fix: "Keep it with NTP. After a pause of the machine, compare the open orders with the venue.",
  },
  CLOCK_BEHIND: {
    says: "The clock stands {seconds} s before the last record of account {account}; nothing happens until then.",
    fix: "Put the clock of this machine right.",
  },
  DESK_STALLED: {
    says: "The desk stood still for {seconds} s.",
    fix: "Where this comes back, look for what else takes this machine's processor or disk.",
  },
  CAPITAL_NOT_MOVED: {
    says: "The {schedule} of account {account} was not done when it was due ({reason}).",
    fix: "Mend what stops it and run it by hand, or wait for the next time it is due.",
  },
  BACKUP_OVERDUE: {
    says: "The youngest backup is {age} old, and should not be older than {most}.",
    fix: "Run `bulkhead backup`, and let a timer do it daily.",
  },
  WATCHDOG_DOWN: {
    says: "The process that watches for the file KILL does not run: {reason}.",
    fix: "It is started again by itself; the kill switch of API and command works meanwhile. Look at the desk's output.",
  },
  DESK_NOT_STOPPED: {
    says: "The desk that had this folder before ended without stopping (process {pid}, since {since}).",
    fix: "Nothing acknowledged is lost: starting was recovering. Look why it ended; the system's log says it.",
  },
  JOURNAL_LOST: {
    says: "The journal of the desk could not be written: {reason}. The process ended; what was acknowledged is kept.",
    fix: "Look at the disk and start the desk again: start-up decides what stands.",
  },
  ALARM_TEST: { says: "This is a test of the alarm channel, asked for by {by}.", fix: "Nothing to do: it is heard." },
} as const satisfies Readonly<Record<string, Sentence>>;
export type AlarmCode = keyof typeof ALARMS;
