import type { Sentence } from "./sentence.ts";

/** Why a configuration does not load. */
export const CONFIG = {
  CONFIG_FILE_UNREADABLE: {
    says: "The configuration cannot be read ({reason}).",
    fix: "Check that it is there and that the desk may read it.",
  },
  CONFIG_SYNTAX: { says: "The text is not TOML here: {message}.", fix: "Mend this line; https://toml.io shows the notation." },
  CONFIG_JSON: {
    says: "{variable} is not a JSON list of portfolios: {message}.",
    fix: 'Write it as [{"id": "aggressive", "starting_cash": 50000, "symbols": "NVDA,TSLA"}].',
  },
  CONFIG_KEY_UNKNOWN: { says: "There is no key {key} here, and an unknown key is never ignored.", fix: "{suggestion}" },
  CONFIG_KEY_MISSING: { says: "The key {key} is missing.", fix: "Add it; docs/configuration.md says what it takes." },
  CONFIG_KEY_TWICE: { says: "{key} and {other} mean the same, and both are given.", fix: "Keep {other}." },
  CONFIG_TYPE_WRONG: { says: "{value} does not fit here.", fix: "Write {expected}." },
  CONFIG_WORD_UNKNOWN: { says: "{value} is not one of the words that fit here.", fix: "Write one of: {words}." },
  CONFIG_AMOUNT_INVALID: { says: "{value} is not an amount.", fix: 'Write a decimal number, best as text: "50000" or "12.50".' },
  CONFIG_AMOUNT_TOO_FINE: {
    says: "{value} has more digits than are kept here ({places} decimal places).",
    fix: "Round it to {places} places.",
  },
  CONFIG_AMOUNT_TOO_LARGE: { says: "{value} is larger than any amount that is kept exactly.", fix: "Use a smaller amount." },
  CONFIG_NUMBER_INEXACT: {
    says: "{value} has more digits than a plain number keeps, so it would silently become another number.",
    fix: 'Write it in quotes: "{value}".',
  },
  CONFIG_PERCENT_UNCLEAR: {
    says: "{value} is above 1, so it could mean {percent} % or {percent} times.",
    fix: 'Write "{percent}%" or {fraction}.',
  },
  CONFIG_PERCENT_INVALID: { says: "{value} is not a percentage.", fix: 'Write it with its sign, "4%", or as a fraction up to 1, 0.04.' },
  CONFIG_OUT_OF_RANGE: { says: "{value} is outside of what makes sense here.", fix: "Keep it {bound}." },
  CONFIG_ID_INVALID: {
    says: "{value} cannot be an id: ids are lower case letters, digits, - and _, at most 64.",
    fix: 'Write "{suggestion}".',
  },
  CONFIG_ID_RESERVED: { says: "The portfolio {value} is built in: it holds what nobody claimed.", fix: "Choose another id." },
  CONFIG_ID_TWICE: {
    says: "The id {value} is used twice (upper and lower case count as the same); the first is at {first}.",
    fix: "Give each its own id.",
  },
  CONFIG_CLIENT_TWICE: {
    says: "The client id {value} is used twice in this account, and the gateway lets one connection have it.",
    fix: "Give each its own number.",
  },
  CONFIG_CLIENT_UNUSED: {
    says: "Client {value} is for no portfolio and for no strategy.",
    fix: 'Add portfolios = ["…"] or strategies = ["…"], or take the table away.',
  },
  CONFIG_CLIENT_UNCLEAR: { says: "{value} is given to two clients.", fix: "Keep it at one of them." },
  CONFIG_SYMBOL_INVALID: { says: "{value} is not a symbol.", fix: 'Write "SPY", or "SPY@XNYS" with its venue.' },
  CONFIG_SYMBOL_TWICE: { says: "The symbol {value} is listed twice.", fix: "Keep one of them." },
  CONFIG_CURRENCY_INVALID: { says: "{value} is not a currency code.", fix: 'Write it in capitals: "USD", "USDT".' },
  CONFIG_ZONE_UNKNOWN: { says: "There is no time zone {value}.", fix: 'Write an IANA name such as "America/New_York" or "UTC".' },
  CONFIG_DATE_INVALID: {
    says: "{value} is neither a date nor an instant with its offset.",
    fix: 'Write "2013-10-07" or "2013-10-07T09:30:00-04:00".',
  },
  CONFIG_PERIOD_EMPTY: {
    says: "The period ends ({to}) before it begins ({from}).",
    fix: "Exchange the two, or mend the one that is wrong.",
  },
  CONFIG_DURATION_INVALID: {
    says: "{value} is not a duration.",
    fix: 'Write a whole number with its unit: "250ms", "60s", "15m", "4h", "7d".',
  },
  CONFIG_ACCOUNT_UNKNOWN: {
    says: "Portfolio {portfolio} names the account {value}, which is not configured.",
    fix: "Name one of: {accounts}.",
  },
  CONFIG_ACCOUNT_UNCLEAR: {
    says: "Portfolio {portfolio} does not say which account it belongs to, and there are several.",
    fix: "Add account = one of: {accounts}.",
  },
  CONFIG_ATTRIBUTE_ANY: {
    says: "A rule that gives {portfolio} whatever anybody does says nothing about who did it.",
    fix: "Add reference_prefix, client or symbol to [[attribute]].",
  },
  CONFIG_CAPITAL_EXCEEDED: {
    says: "The portfolios of account {account} start with {promised} together, and the account has {available} (C29).",
    fix: "Raise the account's starting_cash, lower theirs, or say over_allocation = true.",
  },
  CONFIG_HOURS_INVALID: { says: "{value} is no span of hours.", fix: 'Write two times of the day, "22:00-07:00".' },
  CONFIG_OVERNIGHT_PCT_MISSING: {
    says: "`overnight` is on and nothing says how much further away exits lie.",
    fix: 'Write overnight_stop_pct = "2%" or overnight_stop_factor = 1.5, or take overnight out.',
  },
  CONFIG_TRAILING_PCT_MISSING: {
    says: "The trailing stop is on, but nothing says how far the stop trails.",
    fix: 'Add trailing_stop_pct = "7%".',
  },
  CONFIG_LOSS_LIMIT_UNCLEAR: {
    says: "A loss limit is either a share of equity or an amount; this one has {given}.",
    fix: 'Give exactly one of pct = "3%" and amount = "1000".',
  },
  CONFIG_PARAMS_WITHOUT_STRATEGY: {
    says: "Portfolio {portfolio} has params and no strategy that could take them.",
    fix: 'Add strategy = "…", or leave params out.',
  },
  CONFIG_DATA_MIXED: {
    says: "The invented market stands beside other prices, and results of both in one account would mean nothing.",
    fix: 'Keep either format = "synthetic" or the others.',
  },
  CONFIG_SECRET_PLAIN: {
    says: "A secret does not belong into this file.",
    fix: 'Write where it is found: { env = "NAME" }, { file = "path" } or { secret = "name" }.',
  },
  CONFIG_URL_INVALID: {
    says: "{value} is not an address that alarms may go to.",
    fix: 'Write "https://ntfy.example.com", without a name and password, or { env = "NAME" }.',
  },
  CONFIG_URL_PLAIN: {
    says: "{value} is not encrypted, so that whoever is on the way reads the alarms and the token.",
    fix: "Write https, or allow_private = true where it is on your own network.",
  },
  CONFIG_CRON_INVALID: {
    says: "{value} is not a schedule: {problem}.",
    fix: 'Write minute, hour, day of the month, month and weekday as cron does: "0 9 * * mon-fri", "30 16 1 * *".',
  },
  CONFIG_TARGETS_SUM: {
    says: "The targets come to {sum} together.",
    fix: "Make them 100 %; unattributed, the account's free cash, may be one.",
  },
  CONFIG_SCHEDULE_ACCOUNT: {
    says: "The {schedule} does not say which account it is about, or names one that is not configured.",
    fix: "Add account = one of: {accounts}.",
  },
  CONFIG_SWEEP_TO_SELF: { says: "{portfolio} would sweep its profit into itself.", fix: "Name another portfolio, or leave to out." },
  CONFIG_FEED_DATA_MISSING: {
    says: "Recorded prices are to be replayed, and none are named.",
    fix: 'Add [[feed.data]] with format and path, or [[backtest.data]]; the invented market is source = "synthetic".',
  },
  CONFIG_FEED_SYMBOLS_MISSING: {
    says: "Nothing says which of the exchange's markets are wanted.",
    fix: 'Add symbols = ["BTC/USDT"] here or to a portfolio.',
  },
  CONFIG_BROKER_UNUSED: {
    says: "The table [account.{table}] says how a broker is reached, and the account is not kept there.",
    fix: 'Write venue = "{venue}", or take the table out.',
  },
  CONFIG_FILE_TOO_LARGE: {
    says: "The configuration has {bytes} bytes; {most} are read at most.",
    fix: "Split it, or take out what is not configuration.",
  },
} as const satisfies Readonly<Record<string, Sentence>>;

export type ConfigCode = keyof typeof CONFIG;
