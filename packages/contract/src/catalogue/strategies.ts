import type { Sentence } from "./sentence.ts";

/** What is wrong with a strategy, its params or what it wants. */
export const STRATEGIES = {
  INTENT_TYPE_UNKNOWN: {
    says: "The strategy returned something that is no intent: {message}.",
    fix: "Return enter, exit or target, a list of them, or nothing.",
  },
  INTENT_FIELD_MISSING: { says: "A field of the intent is missing: {message}.", fix: "Make intents with enter(), exit() and target()." },
  INTENT_FIELD_UNKNOWN: {
    says: "The intent has a field that does not belong there: {message}.",
    fix: "Make intents with enter(), exit() and target().",
  },
  INTENT_NOT_A_NUMBER: {
    says: "A figure of the intent is not a number: {message}.",
    fix: "Check for NaN before it is used: a line has none in its warm-up.",
  },
  INTENT_NOT_POSITIVE: {
    says: "A figure of the intent is not above zero: {message}.",
    fix: "The direction is said by long and short, never by a sign.",
  },
  INTENT_TOO_LARGE: { says: "A figure of the intent is too large: {message}.", fix: "Check its unit." },
  INTENT_NOT_A_PERCENT: { says: "A percentage of the intent has no percent sign: {message}.", fix: 'Write it as text, "1%".' },
  INTENT_WORD_UNKNOWN: {
    says: "A word of the intent is not one that fits: {message}.",
    fix: "Make intents with the constructors: size, stop, trail.",
  },
  INTENT_TEXT_INVALID: { says: "The reason of the intent is empty or too long: {message}.", fix: "Say why in one sentence." },
  INTENT_STOP_MISSING: { says: "A size by risk, or a target in multiples of it, needs a stop: {message}.", fix: "Add a stop." },
  INTENT_SYMBOL_UNKNOWN: {
    says: "The intent names a symbol that the portfolio does not trade: {message}.",
    fix: "Add it to the portfolio's symbols.",
  },
  INTENT_SYMBOL_AMBIGUOUS: { says: "The intent's symbol could be several instruments: {message}.", fix: "Write it with its venue." },
  STRATEGY_THREW: {
    says: "The strategy threw: {message}.",
    fix: "Mend the strategy; its portfolio is paused after three times in ten minutes, its positions and stops stay managed.",
  },
  STRATEGY_ANSWER_INVALID: { says: "The strategy returned something that cannot be read: {message}.", fix: "Return intents, or nothing." },
  STRATEGY_ANSWER_TOO_LONG: { says: "The strategy returned more intents at once than are taken: {message}.", fix: "Return fewer." },
  STRATEGY_TOO_SLOW: {
    says: "The strategy did not answer in time, and its thread was ended: {message}.",
    fix: "Look for a loop that does not end, or do less at each bar; it is started anew by itself.",
  },
  STRATEGY_OUT_OF_MEMORY: {
    says: "The strategy used up the memory of its thread: {message}.",
    fix: "Look for a list that only grows; it is started anew by itself.",
  },
  STRATEGY_EXITED: {
    says: "The strategy's thread ended: {message}.",
    fix: "Look for process.exit and for errors outside its callbacks; it is started anew by itself.",
  },
  STRATEGY_SILENT: {
    says: "The strategy's thread gave no sign of life, and was ended: {message}.",
    fix: "Look for a timer that never ends; a strategy does nothing before it is asked.",
  },
  STRATEGY_STATE_INVALID: {
    says: "The strategy's state cannot be kept: {message}.",
    fix: "Keep only what JSON can say in it, at most a million characters.",
  },
  STRATEGY_NOT_RESTARTED: {
    says: "The strategy does not load any more: {message}.",
    fix: "Mend what it imports; it is tried again by itself, ever later.",
  },
  STRATEGY_UNKNOWN: { says: "There is no such strategy: {message}.", fix: "Name a built-in, or a file by its path." },
  STRATEGY_FILE_MISSING: {
    says: "The strategy file is not there: {message}.",
    fix: "Check the path; it is relative to the configuration file.",
  },
  STRATEGY_SYNTAX: {
    says: "The strategy file is not TypeScript that runs as it is: {message}.",
    fix: "Mend that line; only types that can be erased are allowed.",
  },
  STRATEGY_IMPORT_MISSING: {
    says: "The strategy file imports something that is not there: {message}.",
    fix: 'Install it, or mend the path; `from "bulkhead"` always works.',
  },
  STRATEGY_LOAD_THREW: {
    says: "The strategy file threw while it was loaded: {message}.",
    fix: "Mend it; a strategy does nothing before it is asked.",
  },
  STRATEGY_NO_DEFAULT_EXPORT: {
    says: "The strategy file has no default export: {message}.",
    fix: "Export it: export default strategy({ … }).",
  },
  STRATEGY_WRONG_SHAPE: {
    says: "The file's default export is not a strategy: {message}.",
    fix: "`bulkhead new strategy NAME` writes one that is.",
  },
  PARAM_UNKNOWN: { says: "The strategy has no such param: {message}.", fix: "`bulkhead strategy show NAME` lists them." },
  PARAM_NOT_A_NUMBER: { says: "A param is not a number: {message}.", fix: "Write a number." },
  PARAM_NOT_WHOLE: { says: "A param is not a whole number: {message}.", fix: "Write a whole number." },
  PARAM_NOT_A_PERCENT: { says: "A param is not a percentage: {message}.", fix: 'Write it with its sign, "2%".' },
  PARAM_NOT_A_CHOICE: { says: "A param is not one of its words: {message}.", fix: "Write one of them." },
  PARAM_NOT_TRUE_OR_FALSE: { says: "A param is neither true nor false: {message}.", fix: "Write true or false." },
  PARAM_NOT_TEXT: { says: "A param is not text: {message}.", fix: "Write text in quotes." },
  PARAM_TOO_SMALL: { says: "A param is below its bound: {message}.", fix: "Raise it." },
  PARAM_TOO_LARGE: { says: "A param is above its bound: {message}.", fix: "Lower it." },
  PARAM_MISMATCH: { says: "The params do not fit each other: {message}.", fix: "Change one of them." },
  PARAM_DECLARATION_FAILED: {
    says: "The strategy's own declaration fails with these params: {message}.",
    fix: "Mend the strategy, or choose other params.",
  },
} as const satisfies Readonly<Record<string, Sentence>>;
