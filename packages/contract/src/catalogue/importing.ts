import type { Sentence } from "./sentence.ts";

/** Why a statement cannot be read or booked; nothing of it is booked then. */
export const IMPORTING = {
  IMPORT_REFUSED: {
    says: "{count} lines stand in the way; nothing was booked.",
    fix: "Mend what is listed, or leave those lines out by name (--leave-out) and see in the comparison what that leaves open.",
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
  STATEMENT_MALFORMED: {
    says: "{file}, line {line}: the file cannot be read: {problem}.",
    fix: "Export it anew, and do not edit it by hand.",
  },
  STATEMENT_FOREIGN: {
    says: "{file}, line {line}: this is no such statement: it begins with {found}, not with {expected}.",
    fix: "Check the format; a reply of the Flex web service that only says that a statement is being made has none in it.",
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
    fix: "Set the query to plain numbers and to dates as yyyyMMdd.",
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
  STATEMENT_COMMAND_REFUSED: {
    says: "The books do not take line {line} of {file}: {refusal}: {reason}.",
    fix: "Compare the line with what the books have of it (bulkhead journal).",
  },
} as const satisfies Readonly<Record<string, Sentence>>;
