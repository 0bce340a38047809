import type { Sentence } from "./sentence.ts";

/** Why a statement cannot be read or booked; nothing of it is booked then. */
export const IMPORTING = {
  IMPORT_REFUSED: {
    says: "Nothing was booked: what stands in the way is listed ({count}).",
    fix: "Mend each as it says; single lines can be left out by their numbers (--leave-out), and the comparison shows what that leaves open.",
  },
  IMPORT_ACCOUNT_MISSING: {
    says: "There is no account {account} in the data folder.",
    fix: "Name the account (--account), or let one be made for the statement (--create, with its currency where the statement has none).",
  },
  IMPORT_CURRENCY_MISSING: { says: "The statements do not say the account's base currency.", fix: "Name it: --create USD." },
  IMPORT_NOT_WHOLE: {
    says: "The books and the statement differ in {count} figures.",
    fix: "Each is listed; `docs/importing.md` says what usually is missing.",
  },
  IMPORT_UNAVAILABLE: {
    says: "The desk cannot import now: {reason}.",
    fix: "Ask again; what was imported before is known and counts once.",
  },
  IMPORT_TOO_LARGE: {
    says: "The statements are {size} KB packed; a running desk takes {most} KB at once, because it stands still meanwhile.",
    fix: "Stop the desk and import then, or import shorter periods one after the other: what overlaps counts once.",
  },
  IMPORT_ENDED: {
    says: "The import ended before it was done: {reason}. Nothing was booked.",
    fix: "Import fewer or shorter statements at once; what overlaps counts once.",
  },
  STATEMENT_MALFORMED: {
    says: "{file}, line {line}: the file cannot be read: {problem}.",
    fix: "Export it anew, and do not edit it by hand.",
  },
  STATEMENT_FOREIGN: {
    says: "{file}, line {line}: this is no such statement: it begins with {found}, not with {expected}.",
    fix: "Name the format that it has: flex, csv or hyperliquid; `docs/importing.md` shows each.",
  },
  STATEMENT_ACCOUNT_UNCLEAR: {
    says: "{file}, line {line}: it is about these accounts: {accounts}.",
    fix: "Name the one that is meant: --statement-account.",
  },
  STATEMENT_VALUE_MISSING: {
    says: "{file}, line {line}: {element} says nothing about {field}.",
    fix: "Add that field to the query and export it anew.",
  },
  STATEMENT_VALUE_INVALID: {
    says: "{file}, line {line}: {element} has {field} {value}: {problem}.",
    fix: "Plain numbers have a point and nothing else, dates are yyyyMMdd: set the query, or what wrote the file, to that.",
  },
  STATEMENT_VALUE_UNKNOWN: {
    says: "{file}, line {line}: {element} has the {field} {value}, which we do not know, and nobody guesses about money.",
    fix: "Tell us about it; meanwhile leave the line out (--leave-out) and book by hand what it says.",
  },
  STATEMENT_CONTRADICTS: {
    says: "{file}, line {line}: the statement contradicts itself or the books: {problem}.",
    fix: "Look at the line; leave it out (--leave-out) where the statement is wrong.",
  },
  STATEMENT_INSTRUMENT_UNCLEAR: {
    says: "{file}, line {line}: it is not clear which instrument {contract} is: {candidates}.",
    fix: "Say it: --alias {key}=SYMBOL@VENUE.",
  },
  STATEMENT_OTHER_ACCOUNT: {
    says: "{file}, line {line}: the statement is of account {account}, and these books are those of {known}.",
    fix: "Import it into that account's books; where the broker has only given this account a new number, say so (--same-account).",
  },
  STATEMENT_IN_FUTURE: {
    says: "{file}, line {line}: it is dated {told}, and by this machine's clock it is {now}.",
    fix: "Look at the clock of this machine, at the layout of dates in the query, and at the zone (--zone).",
  },
  STATEMENT_EMPTY: {
    says: "{file}, line {line}: it holds {found}.",
    fix: "Download it again; a query for a period without anything still says whose it is and from when to when.",
  },
  STATEMENT_SERVICE_SAYS: {
    says: "{file}, line {line}: it holds no statement, but what the Flex web service answered: {answer}.",
    fix: "Wait until the statement is made, or mend the token or the query in Client Portal, and download it again.",
  },
  STATEMENT_IS_A_PAGE: {
    says: "{file}, line {line}: it is a web page and no statement: {title}.",
    fix: "The login has probably ended while it was downloaded: sign in and download it again.",
  },
  STATEMENT_TOO_LARGE: {
    says: "{file} has more than {most} MB unpacked.",
    fix: "Export it in shorter periods and import all of them in one command: files join and overlap as they like.",
  },
  STATEMENT_NOT_TEXT: {
    says: "{file} is {found}, not text in UTF-8.",
    fix: "Save it as UTF-8, or download it again; gzip of it is read as it is.",
  },
  HISTORY_WHOLE: {
    says: "Nothing is missing of the history of account {account}.",
    fix: "There is nothing to answer for; `bulkhead connection` shows how the account stands.",
  },
  HISTORY_STILL_MISSING: {
    says: "Nothing tells yet what was executed {stretches}.",
    fix: "Import a statement of that time, explain what differs in the inbox, or answer for it with `bulkhead adopt-history`.",
  },
  STATEMENT_COMMAND_REFUSED: {
    says: "The books do not take line {line} of {file}: {refusal}: {reason}.",
    fix: "Compare the line with what the books have of it (bulkhead journal).",
  },
} as const satisfies Readonly<Record<string, Sentence>>;
