import { type Amount, formatAmount } from "@bulkhead/money";
import type { Closing, LedgerEntry } from "./entries.ts";

/** One row per posting: seq, at, event, about, portfolio, account, asset, amount. Text that a spreadsheet would take for a formula is neutralised. */
export function* csvText(entries: Iterable<LedgerEntry>, closing: Closing): Generator<string> {
  yield "seq,at,event,about,portfolio,account,asset,amount\r\n";
  for (const { seq, at, what, about, postings } of entries) {
    const rows = postings.map(({ portfolio, account, asset, amount }) => {
      const cells = [what, about, portfolio, account, asset].map(csvCell).join(",");
      return `${seq},${iso(at)},${cells},${formatAmount(amount, closing.scaleOf(asset))}\r\n`;
    });
    yield rows.join("");
  }
}

/** A text cell: quoted where it must be, with an apostrophe before what a spreadsheet would calculate. */
export function csvCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The same as one JSON document: entries with their postings and lot changes, then all balances. */
export function* jsonText(entries: Iterable<LedgerEntry>, closing: Closing): Generator<string> {
  const text = (amount: Amount, asset: Parameters<Closing["scaleOf"]>[0]): string => formatAmount(amount, closing.scaleOf(asset));
  yield '{"format":"bulkhead-ledger/1","entries":[';
  let first = true;
  for (const { seq, at, what, about, postings, lots } of entries) {
    const entry = {
      seq,
      at: iso(at),
      event: what,
      about,
      postings: postings.map(({ portfolio, account, asset, amount }) => ({ portfolio, account, asset, amount: text(amount, asset) })),
      lots: lots.flatMap(({ portfolio, changes }) =>
        changes.map(({ lot, asset, quantity, cost, costAsset, openedAt }) => ({
          portfolio,
          lot,
          asset,
          quantity: text(quantity, asset),
          cost: text(cost, costAsset),
          costAsset,
          openedAt: iso(openedAt),
        })),
      ),
    };
    yield `${first ? "" : ","}\n${JSON.stringify(entry)}`;
    first = false;
  }
  const balances = [...closing.balances.values()].map(({ portfolio, account, asset, amount }) => ({
    portfolio,
    account,
    asset,
    amount: text(amount, asset),
  }));
  yield `\n],"balances":${JSON.stringify(balances)}}\n`;
}

const iso = (at: number): string => new Date(at).toISOString();
