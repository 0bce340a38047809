import type { Sentence } from "./sentence.ts";

/** What the command says when it cannot do what was asked. */
export const COMMAND_LINE = {
  CLI_USAGE: { says: "The command line cannot be read: {message}.", fix: "`bulkhead help` shows what there is." },
  CLI_FILE_UNREADABLE: { says: "The file {path} cannot be read: {reason}.", fix: "Check the path." },
  CLI_FILE_UNWRITABLE: { says: "The file {path} cannot be written: {reason}.", fix: "Name a place that can be written." },
  CLI_KILL_FILE_UNWRITABLE: {
    says: "The file {path} cannot be written ({reason}): NOTHING was stopped.",
    fix: "Stop it over the API, or end the process yourself: {process}, and nothing trades without it.",
  },
  CLI_CONFIG_REFUSED: { says: "The configuration has {count} {problems}.", fix: "Mend what is listed; nothing was started." },
  CLI_NOT_A_CONFIG: {
    says: "The file {path} is neither a configuration nor a strategy.",
    fix: "Name a bulkhead.toml, or a strategy file in .ts or .js.",
  },
  CLI_OPTION_UNUSED: { says: "The option {option} has no meaning here: {reason}.", fix: "Leave it out; nothing is ever ignored." },
  CLI_SYMBOLS_MISSING: { says: "A strategy file alone does not say what to trade.", fix: "Add --symbols SPY,IBM." },
  CLI_PRICES_MISSING: {
    says: "Nothing says where the prices are.",
    fix: "Add [[backtest.data]] to the configuration, or --prices with a LEAN folder or a CSV file; --prices demo is the invented market.",
  },
  CLI_SYMBOL_UNKNOWN: { says: "The data has no symbol {symbol}.", fix: "{suggestion}" },
  CLI_SYMBOL_AMBIGUOUS: { says: "The symbol {symbol} could be any of {candidates}.", fix: "Write it with its venue." },
  CLI_ACCOUNT_UNCLEAR: {
    says: "A run is about one account, and the configuration has {count}.",
    fix: "Add --account with one of: {accounts}.",
  },
  CLI_STRATEGIES_REFUSED: { says: "Strategies or their params do not fit ({count}).", fix: "Mend what is listed; nothing was started." },
  CLI_ENGINE_REFUSED: { says: "The engine refused {command}: {reason}.", fix: "Mend that and start again." },
  CLI_VERIFY_FAILED: {
    says: "The journal does not prove; the first difference is at record {seq}: {reason}.",
    fix: "Restore a backup; records before it are sound.",
  },
  CLI_INSTRUMENT_UNKNOWN: { says: "There is no instrument {instrument}.", fix: "{suggestion}" },
  CLI_PORTFOLIO_UNKNOWN: { says: "There is no portfolio {portfolio} in this journal.", fix: "{suggestion}" },
  CLI_NAME_TAKEN: { says: "The file {path} exists already.", fix: "Choose another name; nothing is ever written over." },
  CLI_NAME_INVALID: { says: "The name {name} cannot name a strategy.", fix: "Use lower case letters, digits and -." },
  CLI_DESK_ABSENT: {
    says: "No desk runs on {path}.",
    fix: "`bulkhead start` opens it; --data names another folder, --url a desk elsewhere.",
  },
  CLI_DESK_STARTING: { says: "A desk is starting on {path} and does not answer yet.", fix: "Ask again in a moment." },
  CLI_DESK_UNREACHABLE: {
    says: "No desk answers at {url}: {reason}. Nothing was done.",
    fix: "Check the address, and whether the desk runs.",
  },
  CLI_DESK_LOST: {
    says: "The desk at {url} went away before it answered: {reason}. Whether it was done is not known.",
    fix: "Run the same again with --idempotency-key {key}: then it is done once.",
  },
  CLI_ANSWER_UNKNOWN: {
    says: "What answers at {url} is not a desk that this command knows ({reason}).",
    fix: "Check the address, and use the command of the desk's own version.",
  },
  CLI_URL_INVALID: { says: "The address {url} is none.", fix: "Write it as http://127.0.0.1:5000." },
  CLI_CONFIRM_NEEDED: { says: "This {what}, and nobody can be asked here. Nothing was done.", fix: "Say --yes where it is meant." },
  CLI_NOT_CONFIRMED: { says: "Nothing was done: it was not confirmed.", fix: "Run it again where it is meant." },
  CLI_STOP_UNCLEAR: {
    says: "There are several things to stop.",
    fix: "`bulkhead stop set` and `stop clear` are the stop of a position, `bulkhead kill` stops trading, `bulkhead shutdown` ends the desk.",
  },
  CLI_DESK_RUNS: { says: "A desk runs on {path} ({owner}).", fix: "`bulkhead shutdown` ends it; then run this again." },
  CLI_FOLDER_USED: {
    says: "The data folder {path} has journals of its own ({accounts}).",
    fix: "Name an empty folder with --data, or say --replace: what is there is then moved aside, never deleted.",
  },
  CLI_BACKUP_UNKNOWN: { says: "There is no backup {name} in {folder}.", fix: "`bulkhead backup list` shows those that there are." },
  CLI_JOURNAL_UNCLEAR: { says: "{path} has journals of several accounts.", fix: "Add --account with one of: {accounts}." },
  CLI_ACCOUNT_UNKNOWN: { says: "The folder has no account {account}.", fix: "It has: {accounts}." },
  CLI_SHUTDOWN_SLOW: {
    says: "The desk (process {pid}) has not ended within {seconds} s.",
    fix: "Look at its output; it ends when everything is durable.",
  },
  CLI_PORT_TAKEN: { says: "Port {port} cannot be opened ({reason}).", fix: "End what listens there, or name another with --port." },
  CLI_TRANSCRIPT_INVALID: {
    says: "{path} is no transcript: line {line}, {reason}.",
    fix: "Look into docs/simulated-gateway.md for what a line holds; `bulkhead sim ibkr --record` writes them.",
  },
  CLI_INVARIANT: {
    says: "An invariant does not hold: {code}. This is our bug, and nothing after it can be trusted.",
    fix: "Please report it with the command and the seed.",
  },
  CLI_UNEXPECTED: { says: "Something went wrong that should not: {message}.", fix: "Please report it; BULKHEAD_DEBUG=1 shows where." },
} as const satisfies Readonly<Record<string, Sentence>>;

export type CommandLineCode = keyof typeof COMMAND_LINE;
