import type { Sentence } from "./sentence.ts";

/** Why prices do not load; `DATA_` stands before the reader's own code. */
export const LOADING = {
  DATA_PATH_MISSING: { says: "The prices are not there: {text}.", fix: "Check the path; it is relative to the configuration file." },
  DATA_FILE_MALFORMED: { says: "A price file cannot be read: {text}.", fix: "Check that it is what its format says." },
  DATA_PRESET_UNKNOWN: { says: "There is no such preset: {text}.", fix: "Use one of those, or name the columns." },
  DATA_COLUMNS_UNKNOWN: { says: "It is not clear which column is what: {text}.", fix: "Name them with columns = { … } or a preset." },
  DATA_TIME_FORMAT_UNKNOWN: { says: "The times cannot be read: {text}.", fix: "Say time_format." },
  DATA_ZONE_UNKNOWN: { says: "There is no such time zone: {text}.", fix: 'Write an IANA name such as "America/New_York".' },
  DATA_DATE_INVALID: { says: "The period is not readable: {text}.", fix: 'Write dates as "2013-10-07".' },
  DATA_RESOLUTION_UNKNOWN: { says: "It is not clear how long the file's bars are: {text}.", fix: 'Say bar = "1m" or the like.' },
  DATA_RESOLUTION_UNAVAILABLE: {
    says: "The prices do not have that resolution: {text}.",
    fix: "Ask for one that they have, or a coarser one.",
  },
  DATA_PRICE_SCALE_TOO_COARSE: { says: "The prices have more digits than price_scale keeps: {text}.", fix: "Raise price_scale." },
  DATA_ROWS_DIRTY: {
    says: "The prices have dirty rows: {text}.",
    fix: 'Mend them, or say dirty = "skip" to leave them out and count them.',
  },
  DATA_INVERSE_CONTRACT: {
    says: "The contract is inverse, it settles in its coin, and that is not modelled yet: {text}.",
    fix: "Trade one that settles in a currency or a stablecoin.",
  },
  DATA_ASSET_TWO_KINDS: {
    says: "An asset would be bought as a position and pay for another one, and it can only be one of the two: {text}.",
    fix: 'Name the currency of those prices apart, as in currency = "XBT" with a rate in fx_rates, or leave one of the two out.',
  },
  DATA_SYMBOL_UNKNOWN: { says: "The data has no such symbol: {text}.", fix: "`bulkhead instrument search` lists what there is." },
  DATA_SYMBOL_AMBIGUOUS: { says: "The symbol could be several instruments: {text}.", fix: "Write it with its venue." },
  DATA_SERIES_OVERLAP: { says: "Two sources give different bars for the same time: {text}.", fix: "Keep one of them." },
  DATA_NO_BARS: { says: "There are no bars in the period: {text}.", fix: "Check from, to and the resolution." },
} as const satisfies Readonly<Record<string, Sentence>>;
