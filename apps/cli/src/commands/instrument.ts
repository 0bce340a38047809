import { type Listing, nearestIds, searchListings } from "@bulkhead/market";
import { listingsIn } from "../backtest/prices.ts";
import { pricesFlag } from "../backtest/prices-flag.ts";
import { defaultFile, readConfiguration } from "../configuration.ts";
import { CommandFailure, print, type Shell, table } from "../shell.ts";

type Options = Readonly<Record<string, unknown>>;

/** `bulkhead instrument search [TEXT]`: what the prices have. */
export function instrumentSearch(shell: Shell, options: Options, text = ""): 0 {
  const listings = listed(shell, options);
  const found = text === "" ? listings : searchListings(listings, text);
  const rows = found.map(shown);
  print(shell, options["json"] === true, rows, () =>
    rows.length === 0
      ? `Nothing here is like ${text}. Nearest: ${nearestIds(listings, text).join(", ") || "none, the data is empty"}\n`
      : table([
          ["Instrument", "Kind", "Quote", "Calendar", "Bars", "From"],
          ...rows.map((row) => [row.id, row.kind, row.quote, row.calendar, row.resolutions.join(" "), row.path]),
        ]),
  );
  return 0;
}

/** `bulkhead instrument show ID`. */
export function instrumentShow(shell: Shell, options: Options, id = ""): 0 {
  const listings = listed(shell, options);
  const wanted = id.toUpperCase();
  const found = listings.filter((listing) => listing.id.toUpperCase() === wanted || listing.symbol.toUpperCase() === wanted);
  if (found.length === 0) {
    const near = nearestIds(listings, id, 3).join(", ");
    throw new CommandFailure("CLI_INSTRUMENT_UNKNOWN", {
      instrument: id,
      suggestion: near === "" ? "The data is empty." : `The nearest are: ${near}.`,
    });
  }
  print(shell, options["json"] === true, found.map(shown), () => found.map(paragraph).join("\n"));
  return 0;
}

function listed(shell: Shell, options: Options): readonly Listing[] {
  const prices = typeof options["prices"] === "string" ? options["prices"] : undefined;
  if (prices !== undefined)
    return listingsIn(readConfiguration(shell, undefined, { data: [pricesFlag(shell, prices)] }).config.backtest.data, shell.folder);
  const path = typeof options["config"] === "string" ? options["config"] : defaultFile(shell);
  const { config, folder } = readConfiguration(shell, path);
  if (config.backtest.data.length === 0) throw new CommandFailure("CLI_PRICES_MISSING", {}, { exitCode: 2 });
  return listingsIn(config.backtest.data, folder);
}

const shown = ({ id, symbol, venue, kind, base, quote, calendar, resolutions, path }: Listing) => ({
  id,
  symbol,
  venue,
  kind,
  base,
  quote,
  calendar,
  resolutions,
  path,
});

function paragraph(listing: Listing): string {
  const { id, symbol, venue, kind, base, quote, calendar, resolutions, path } = listing;
  const rows = [
    ["symbol", symbol],
    ["venue", venue],
    ["kind", kind],
    ["moves", base],
    ["priced in", quote],
    ["trades", calendar === "XNYS" ? "in regular New York hours" : "around the clock"],
    ["bars", resolutions.join(", ")],
    ["from", path],
    ...resolutions.flatMap((resolution) => {
      const dates = listing.datesFor?.(resolution);
      return dates === undefined ? [] : [[resolution, `${dates[0]} to ${dates[1]}`]];
    }),
  ];
  return `${id}\n${rows.map(([name = "", value = ""]) => `  ${name.padEnd(9)}  ${value}`).join("\n")}\n`;
}
