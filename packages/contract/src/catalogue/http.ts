import type { Sentence } from "./sentence.ts";

/** What the API says when it does not do what was asked. */
export const HTTP = {
  REQUEST_INVALID: { says: "The request does not fit: {problem} (at {field}).", fix: "Compare it with /openapi.json." },
  ROUTE_UNKNOWN: { says: "There is nothing at {path}.", fix: "`/openapi.json` lists what there is." },
  HOST_NOT_ALLOWED: {
    says: "The desk does not answer under this host name.",
    fix: "Use its own address, or add the name to the allowed hosts.",
  },
  ORIGIN_NOT_ALLOWED: { says: "Another site's page asked for this.", fix: "Use the desk's own page, or a program with a key." },
  REQUEST_UNPROVEN: {
    says: "A change has to prove that no foreign page asked for it.",
    fix: "Send the header X-Bulkhead-Client, or an API key in Authorization.",
  },
  CONTENT_TYPE_UNSUPPORTED: { says: "Bodies are JSON.", fix: "Send Content-Type: application/json." },
  BODY_TOO_LARGE: { says: "The body is larger than {limit} bytes.", fix: "Send less at once." },
  BODY_MALFORMED: { says: "The body is not JSON that the desk reads: {problem}.", fix: "Send one JSON object, at most 32 levels deep." },
  IDEMPOTENCY_KEY_MISSING: {
    says: "A change needs an Idempotency-Key, so that a retry cannot do it twice.",
    fix: "Send a fresh text of 1 to 128 letters, digits, and -_.: with every new wish, and the same one with its retries.",
  },
  IDEMPOTENCY_KEY_REUSED: { says: "This Idempotency-Key was used for something else.", fix: "Use a fresh key for every new wish." },
  VERSION_MISMATCH: {
    says: "The portfolio {portfolio} has changed since you read it: it is at version {version}.",
    fix: "Read it again and decide again.",
  },
  RULES_CHANGED: {
    says: "The rules of account {account} have changed since you read them: they are at version {version}.",
    fix: "Read them again and decide again.",
  },
  RULE_UNKNOWN: { says: "There is no rule {rule}.", fix: "`bulkhead rule list` shows those that there are." },
  RULE_EXISTS: {
    says: "There is a rule for just that already; it says that it is {portfolio}'s. The first that fits counts.",
    fix: "Change that one, or its place.",
  },
  RULE_ANY: {
    says: "A rule that gives {portfolio} whatever anybody does says nothing about who did it.",
    fix: "Add the beginning of a reference, a client or an instrument.",
  },
  RULES_TOO_MANY: { says: "There are {most} rules already, as many as an account takes.", fix: "Take away what never fits." },
  INSTRUMENT_NOT_FOUND: {
    says: "The venue has no {instrument} among what it finds for {text}.",
    fix: "Search again, and name one of what is found.",
  },
  VERSION_MALFORMED: { says: "If-Match has to be the version in quotes.", fix: "Send back the ETag as it came." },
  LOGIN_REQUIRED: {
    says: "This desk wants to know who asks.",
    fix: "Log in at /login, or send Authorization: Bearer with an API key.",
  },
  KEY_INVALID: { says: "The API key is unknown, expired or revoked.", fix: "Ask for a new one." },
  ACTION_NOT_ALLOWED: { says: "This key may not {action} here.", fix: "Use a key with that right." },
  KEY_UNKNOWN: { says: "There is no key {key}.", fix: "`GET /api/keys` lists those that there are." },
  RATE_LIMITED: { says: "That was too much at once; cancels and kills are counted apart.", fix: "Wait {seconds} s." },
  VENUE_SIMULATED: {
    says: "The venue of account {account} is simulated: there is nobody to connect to.",
    fix: "Ask about an account that a broker keeps.",
  },
  VENUE_CHANGES_NO_ORDERS: {
    says: "The venue {venue} does not change orders in place, and a new order in the place of this one would stand behind all others.",
    fix: "Cancel this order, and place a new one once it has ended.",
  },
  VENUE_NOT_ANSWERING: { says: "The venue does not answer: {reason}.", fix: "Look at /api/connections, and ask again." },
  BREAK_NOT_SPLIT: {
    says: "No portfolio holds {asset}, so there is nothing to split {break} by.",
    fix: "Say in shares who gets how much.",
  },
  DESK_BUSY: {
    says: "The desk has more waiting than it takes; nothing was done.",
    fix: "Ask again in a moment, with the same Idempotency-Key.",
  },
  DESK_STOPPING: { says: "The desk is stopping; nothing was done.", fix: "Ask again when it is up, with the same Idempotency-Key." },
  DESK_READ_ONLY: { says: "The desk only reads: {reason}.", fix: "Resolve what put it there." },
  DESK_HALTED: {
    says: "This account is halted: {reason}.",
    fix: "Nothing more is sent, and reads show what was durable. Read the log, run `bulkhead doctor`, restart the desk, and run `bulkhead verify`.",
  },
  DESK_CANNOT_WRITE: {
    says: "The desk cannot write down what is asked for: {reason}. It does not know of anything that was done.",
    fix: "Look at its disk with `bulkhead doctor`, then ask again with the same Idempotency-Key.",
  },
  DURABILITY_LATE: { says: "What is asked for is not durable yet, so it is not shown.", fix: "Ask again in a moment." },
  ACCOUNT_UNCLEAR: { says: "There are several accounts and none is `main`.", fix: "Say which with account_id: {accounts}." },
  ACCOUNT_UNKNOWN: { says: "There is no account {account}.", fix: "Use one of those that there are." },
  PORTFOLIO_UNCLEAR: {
    says: "A change has to say which portfolio: there is not exactly one.",
    fix: "Send portfolio_id.",
  },
  PORTFOLIO_NOT_ACTIVE: { says: "Portfolio {portfolio} is {status}, not active.", fix: "Resume it, or use another." },
  NO_ACTIVE_PORTFOLIO: { says: "No active portfolios found.", fix: "Name one with portfolio_id, or create one." },
  INSTRUMENT_AMBIGUOUS: { says: "The symbol {symbol} could be any of {candidates}.", fix: "Write it with its venue." },
  AMOUNT_TOO_FINE: {
    says: "{field} has more digits than are kept: at most {places} after the point.",
    fix: "Send no more than that; nothing is ever rounded for you.",
  },
  PRICE_UNKNOWN: { says: "There is no price for {instrument} yet.", fix: "Send a price, or wait for the first mark." },
  TRADE_UNKNOWN: { says: "There is no trade {trade}.", fix: "`GET /api/trades` lists those that there are." },
  LOG_LINE_UNKNOWN: {
    says: "There is no line {line} in the log, or not any more.",
    fix: "Lines are kept for 30 days; look for its words.",
  },
  BARS_UNKNOWN: {
    says: "The desk has no market data for {instrument}.",
    fix: "`GET /api/instruments` lists what is traded; the feed has to know it.",
  },
  BARS_TOO_FINE: {
    says: "There are no bars of {resolution} of {instrument}: its data has {finest}.",
    fix: "Ask for that or a coarser resolution.",
  },
  EXPLAIN_UNKNOWN: { says: "There is no figure {figure} to explain.", fix: "Ask for one of {figures}." },
  HISTORY_UNAVAILABLE: { says: "The tables for reading are being made.", fix: "Ask again when /readyz says that the desk is ready." },
  SYSTEM_UNAVAILABLE: {
    says: "This desk keeps no files, so there is nothing to look after.",
    fix: "Ask a desk that `bulkhead start` opened.",
  },
  BACKUP_RUNNING: { says: "A backup is being made.", fix: "Ask again when it is done." },
  BACKUP_FAILED: { says: "The backup was not made: {reason}.", fix: "Mend that and ask again; nothing was touched." },
  REBUILD_RUNNING: { says: "The tables of account {account} are being made anew already.", fix: "`GET /api/system` says how far." },
  SCHEDULE_UNKNOWN: { says: "There is no {kind} {schedule} in force.", fix: "`GET /api/capital` lists those that there are." },
  CAPITAL_NOT_VALUED: {
    says: "What {portfolio} is worth cannot be said: the rate of a currency is missing.",
    fix: "Wait for the rate, or give it in the configuration (fx_rates).",
  },
  CAPITAL_POOL_EMPTY: { says: "{portfolios} are worth nothing together, so there are no shares of it.", fix: "Put capital in first." },
  CAPITAL_NOT_PAPER: {
    says: "Account {account} is {mode}: its cash comes and goes at its venue.",
    fix: "Pay in or out there; what arrives is booked to unattributed.",
  },
  CAPITAL_FROZEN: { says: "No capital moves while the books are in doubt ({reason}).", fix: "Resolve what put the account there." },
  ALARM_UNKNOWN: { says: "There is no alarm {alarm}.", fix: "`GET /api/alarms` lists those that there are." },
  ALARM_CHANNEL_MISSING: {
    says: "Nobody is told of alarms: no channel is configured.",
    fix: "Write [alarms] with channel, url and topic into the configuration and start the desk again.",
  },
  ALARMS_UNAVAILABLE: { says: "This desk keeps no alarms.", fix: "Start it with `bulkhead start`." },
  STRATEGY_NOT_LOADED: {
    says: "The strategy of {portfolio} does not load, so nothing has changed ({problem}).",
    fix: "Mend the file and ask again; what ran goes on.",
  },
  STRATEGIES_UNAVAILABLE: { says: "Nothing hosts strategies here.", fix: "Ask the desk that `bulkhead start` opens." },
  CONFIG_UNAVAILABLE: {
    says: "This desk was not opened from a configuration.",
    fix: "Ask a desk that `bulkhead start` opened.",
  },
  CONFIG_BROKEN: { says: "The configuration is refused, with {count} mistakes: {problems}.", fix: "Mend them; nothing was applied." },
  CONFIG_CHANGE_UNKNOWN: {
    says: "The configuration says nothing otherwise about {change}.",
    fix: "`GET /api/config` lists what it says otherwise.",
  },
  INTERNAL_ERROR: {
    says: "Something broke inside; nothing is known to have been done.",
    fix: "Look for {request} in the desk's log, and ask again with the same Idempotency-Key.",
  },
} as const satisfies Readonly<Record<string, Sentence>>;

export type HttpCode = keyof typeof HTTP;
