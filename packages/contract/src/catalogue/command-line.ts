import type { Sentence } from "./sentence.ts";

/** What the command says when it cannot do what was asked. */
export const COMMAND_LINE = {
  CLI_USAGE: { says: "{message}.", fix: "`bulkhead help` shows what there is." },
  CLI_FILE_UNREADABLE: { says: "{path} cannot be read: {reason}.", fix: "Check the path." },
  CLI_FILE_UNWRITABLE: { says: "{path} cannot be written: {reason}.", fix: "Name a place that can be written." },
  CLI_NOT_A_CONFIG: { says: "{path} is neither a .toml nor a .ts file.", fix: "Name a bulkhead.toml or a strategy file." },
  CLI_SYMBOLS_MISSING: { says: "A strategy file alone does not say what to trade.", fix: "Add --symbols SPY,IBM." },
  CLI_PRICES_MISSING: { says: "Nothing says where the prices are.", fix: "Add [[backtest.data]] to the configuration, or --prices PATH." },
  CLI_PRICES_REFUSED: {
    says: "The prices of {path} were refused: {reason}.",
    fix: 'Mend the rows that are listed, or say dirty = "skip" to leave them out.',
  },
  CLI_NO_BARS: {
    says: "There are no bars of {symbol} from {from} to {to} at {resolution}.",
    fix: "Check the period, the resolution and the symbols of the data.",
  },
  CLI_SYMBOL_UNKNOWN: { says: "The data has no symbol {symbol}.", fix: "{suggestion}" },
  CLI_SYMBOL_AMBIGUOUS: { says: "{symbol} could be any of {candidates}.", fix: "Write it with its venue." },
  CLI_ACCOUNT_UNCLEAR: {
    says: "The configuration has {count} accounts, and a backtest runs one.",
    fix: "Add --account with one of: {accounts}.",
  },
  CLI_STRATEGY_UNKNOWN: { says: "There is no strategy {strategy}.", fix: "{suggestion}" },
  CLI_STRATEGY_FILE: {
    says: "{path} does not load as a strategy: {reason}.",
    fix: "It must export default strategy({ … }); `bulkhead new strategy NAME` writes one.",
  },
  CLI_STRATEGY_PARAMS: {
    says: "The params of portfolio {portfolio} do not fit {strategy}: {reason}.",
    fix: "`bulkhead strategy show {strategy}` lists them.",
  },
  CLI_ENGINE_REFUSED: { says: "The engine refused {command}.", fix: "Mend what the next line says." },
  CLI_VERIFY_FAILED: {
    says: "The journal does not prove: {reason}, at record {seq}.",
    fix: "Restore a backup; records before it are sound.",
  },
  CLI_INSTRUMENT_UNKNOWN: { says: "There is no instrument {instrument}.", fix: "{suggestion}" },
  CLI_NAME_TAKEN: { says: "{path} exists already.", fix: "Choose another name; nothing is ever written over." },
  CLI_NAME_INVALID: { says: "{name} cannot name a strategy.", fix: "Use lower case letters, digits and -." },
  CLI_INVARIANT: {
    says: "An invariant does not hold: {code}. This is our bug, and nothing after it can be trusted.",
    fix: "Please report it with the command and the seed.",
  },
  CLI_UNEXPECTED: { says: "Something went wrong that should not: {message}.", fix: "Please report it; BULKHEAD_DEBUG=1 shows where." },
} as const satisfies Readonly<Record<string, Sentence>>;

export type CommandLineCode = keyof typeof COMMAND_LINE;
