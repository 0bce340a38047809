import { AddInstrumentBody, answerOf, FoundInstrument, pageOf, SearchText } from "@bulkhead/contract";
import type { Asset, Instrument, LiveVenue, StateView, VenueInstrument } from "@bulkhead/core";
import { formatAmount } from "@bulkhead/money";
import type { DeskAccount, Unstamped } from "../../desk/desk.ts";
import { type Api, one } from "../api.ts";
import { HttpFailure, refused } from "../failure.ts";
import { accountOf } from "../scope.ts";
import { authorize } from "../security/principal.ts";
import type { Services } from "../services.ts";
import { settled, unavailable } from "../settle.ts";
import { wholeOf } from "./inbox.ts";
import { AccountQuery } from "./portfolios.ts";

const FOUND_MAX = 100;

/** What can be traded at the account's venue is found before anybody trades it, and made known to the books by a person. */
export function instrumentSearchRoutes(api: Api): void {
  const { desk, options } = api.services;
  api.read(
    {
      path: "/api/instruments/search",
      operationId: "searchInstruments",
      summary: "What can be traded at the account's venue, by symbol or name, best first",
      action: "read",
      query: AccountQuery.extend({ q: SearchText.optional() }),
      answer: pageOf(FoundInstrument),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = accountOf(desk, principal, query.account_id);
      if (!principal.actions.has("read")) authorize(principal, "read", account.id, "*");
      const found = await foundIn(account, query.q);
      const { value, asOfSeq } = await settled(account, () => found.slice(0, FOUND_MAX).map((each) => foundRow(account, each, options)));
      return { body: { ...one(account, asOfSeq, value), next_cursor: null } };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/instruments",
      operationId: "addInstrument",
      summary: "Make something that the venue trades known to the books; nothing is bought",
      action: "admin",
      query: AccountQuery,
      body: AddInstrumentBody,
      answer: answerOf(FoundInstrument),
    },
    async ({ principal, query, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const found = (await foundIn(account, body.q)).find(({ instrument }) => instrument.id === body.instrument);
      if (found === undefined) throw new HttpFailure(404, "INSTRUMENT_NOT_FOUND", { instrument: body.instrument, text: body.q });
      const answer = await account.submitAll((state) => definitionsOf(state, found, principal.id));
      if (!answer.ok) throw unavailable(account, answer.unavailable);
      for (const step of answer.steps) if (!step.ok) throw refused(step.refusal);
      const { value, asOfSeq } = await settled(account, () => foundRow(account, found, options));
      return { body: one(account, asOfSeq, value) };
    },
  );
}

/** What the books lack of it: its assets before itself. */
const definitionsOf = (state: StateView, { instrument, assets }: VenueInstrument, by: string): readonly Unstamped[] =>
  state.listings.has(instrument.id)
    ? []
    : [
        ...assets.filter(({ id }) => !state.assets.has(id)).map((asset): Unstamped => ({ type: "DefineAsset", by, asset })),
        { type: "DefineInstrument", by, instrument },
      ];

function foundRow(
  account: DeskAccount,
  { instrument, assets, description, venueKey }: VenueInstrument,
  { seriesOf }: Pick<Services["options"], "seriesOf">,
): FoundInstrument {
  const base = assets.find(({ id }) => id === instrument.base);
  return {
    instrument: instrument.id,
    symbol: instrument.symbol,
    description,
    venue_key: venueKey,
    currency: instrument.quote,
    kind: base?.kind ?? "share",
    tick_size: formatAmount(instrument.tickSize, instrument.priceScale),
    size_increment: formatAmount(instrument.sizeIncrement, base?.scale ?? 0),
    in_books: account.state.listings.has(instrument.id),
    has_prices: seriesOf?.(account, instrument.id) !== undefined,
  };
}

/** Of the venue; where nothing is asked for, or the venue is simulated, what the books know. `NVDA@NASDAQ` narrows to a venue. */
async function foundIn({ live, state }: DeskAccount, text: string | undefined): Promise<readonly VenueInstrument[]> {
  const [wanted = "", venue = ""] = (text ?? "").split("@");
  const found = wanted.trim() === "" || live === undefined ? listed(state, wanted) : await askedOf(live.venue, wanted.trim());
  return venue === "" ? found : found.filter((each) => isAt(each, venue.trim().toUpperCase()));
}

async function askedOf(venue: LiveVenue, text: string): Promise<readonly VenueInstrument[]> {
  const found = await venue.search(text);
  if ("failed" in found) throw new HttpFailure(503, "VENUE_NOT_ANSWERING", { reason: found.failed });
  return found;
}

const isAt = ({ instrument, description }: VenueInstrument, venue: string): boolean =>
  (instrument.id.split("@")[1] ?? "").toUpperCase().startsWith(venue) || description.toUpperCase().includes(venue);

/** Of a simulated venue: what the books know; what is called so before what only has it in its name. */
function listed(state: StateView, text: string): readonly VenueInstrument[] {
  const wanted = text.trim().toUpperCase();
  return [...state.listings.values()]
    .filter(({ instrument }) => instrument.id.toUpperCase().includes(wanted))
    .sort(
      (a, b) => Number(b.instrument.symbol.toUpperCase().startsWith(wanted)) - Number(a.instrument.symbol.toUpperCase().startsWith(wanted)),
    )
    .map(({ instrument, base, quote }) => ({
      instrument: instrument as Instrument,
      assets: [base, quote] as readonly Asset[],
      description: `${instrument.symbol} in ${instrument.quote}`,
      venueKey: instrument.id,
    }));
}
