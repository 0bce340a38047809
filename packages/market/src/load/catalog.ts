import { columnsListings } from "./columns-source.ts";
import { csvListings } from "./csv-source.ts";
import type { DataEntry, Listing, LoadFailure } from "./entry.ts";
import { leanListings } from "./lean-source.ts";

/** Every instrument that the data sources have, in their order; for `instrument search` and `show`, and the first step of a load. */
export function catalogOf(entries: readonly DataEntry[]): readonly Listing[] | LoadFailure {
  const listings: Listing[] = [];
  for (const entry of entries) {
    const found = entry.format === "lean" ? leanListings(entry) : entry.format === "csv" ? csvListings(entry) : columnsListings(entry);
    if ("ok" in found) return found;
    listings.push(...found);
  }
  return listings;
}

/** The listings that a text finds: the id or symbol itself first, then what begins with it, then what contains it. */
export function searchListings(listings: readonly Listing[], text: string): readonly Listing[] {
  const wanted = text.trim().toUpperCase();
  const rank = (listing: Listing): number => {
    const [id, symbol] = [listing.id.toUpperCase(), listing.symbol.toUpperCase()];
    if (id === wanted || symbol === wanted) return 0;
    if (symbol.startsWith(wanted)) return 1;
    return id.includes(wanted) || listing.base.toUpperCase() === wanted ? 2 : 3;
  };
  return listings
    .map((listing) => ({ listing, rank: rank(listing) }))
    .filter((found) => found.rank < 3)
    .sort((a, b) => a.rank - b.rank || (a.listing.id < b.listing.id ? -1 : a.listing.id > b.listing.id ? 1 : 0))
    .map((found) => found.listing);
}

/** The listings of an id or of a bare symbol, without regard to case. */
export function listingsOf(listings: readonly Listing[], symbol: string): readonly Listing[] {
  const wanted = symbol.trim().toUpperCase();
  return listings.filter(
    (listing) => listing.id.toUpperCase() === wanted || (!wanted.includes("@") && listing.symbol.toUpperCase() === wanted),
  );
}

/** Ids of the listings nearest to a text that finds none, at most `most`: fewest changed letters first. */
export function nearestIds(listings: readonly Listing[], text: string, most = 10): readonly string[] {
  const wanted = text.toUpperCase().replace(/@.*$/, "");
  const ids = new Map(listings.map((listing) => [listing.id as string, distance(wanted, listing.symbol.toUpperCase())]));
  return [...ids]
    .sort((a, b) => a[1] - b[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, most)
    .map(([id]) => id);
}

/** Levenshtein distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
