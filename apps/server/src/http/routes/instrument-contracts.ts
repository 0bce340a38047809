import { AcceptContractBody, answerOf, ContractRow, pageOf } from "@bulkhead/contract";
import type { InstrumentId, StateView, VenueContract, View } from "@bulkhead/core";
import { type Api, one } from "../api.ts";
import { iso } from "../rows/figures.ts";
import { listingOf } from "../scope.ts";
import { settled, submit } from "../settle.ts";
import { wholeOf } from "./inbox.ts";
import { AccountQuery } from "./portfolios.ts";

/** What the venue says of the contracts behind instruments, and what a person accepts of it. */
export function instrumentContractRoutes(api: Api): void {
  const { desk } = api.services;
  api.read(
    {
      path: "/api/instruments/contracts",
      operationId: "listContracts",
      summary: "The contracts behind instruments as the venue has them, what it changed and waits for a person first",
      action: "read",
      query: AccountQuery,
      answer: pageOf(ContractRow),
      csv: true,
    },
    async ({ principal, query }) => {
      const account = wholeOf(desk, principal, query.account_id, "read");
      const { value, asOfSeq } = await settled(account, () => {
        const { contracts, formerly } = account.state;
        const rows = [...new Set([...contracts.keys(), ...formerly.keys()])].sort().map((id) => contractRow(account.state, id));
        return [...rows.filter(({ changed }) => changed !== null), ...rows.filter(({ changed }) => changed === null)];
      });
      return { body: { ...one(account, asOfSeq, value), next_cursor: null } };
    },
  );
  api.write(
    {
      method: "post",
      path: "/api/instruments/contracts/accept",
      operationId: "acceptContract",
      summary: "Take the contract that the venue has now for the instrument's: it may be entered again",
      action: "admin",
      stepUp: true,
      query: AccountQuery,
      body: AcceptContractBody,
      answer: answerOf(ContractRow),
    },
    async ({ principal, query, body }) => {
      const account = wholeOf(desk, principal, query.account_id, "admin");
      const instrument = listingOf(account.state, body.instrument).instrument.id;
      await submit(account, { type: "AcceptContract", by: principal.id, instrument, reason: body.reason });
      account.live?.contracts.hurry(account.state.at);
      const { value, asOfSeq } = await settled(account, () => contractRow(account.state, instrument));
      return { body: one(account, asOfSeq, value) };
    },
  );
}

function contractRow(state: StateView, instrument: InstrumentId): ContractRow {
  const { told, version, doubt } = state.contracts.get(instrument) ?? { told: null, version: 1, doubt: null };
  return {
    instrument,
    version,
    told: toldRow(told),
    changed: doubt === null ? null : { says: doubt.says, since: iso(doubt.since), told: toldRow(doubt.told) },
    formerly: state.formerly.get(instrument) ?? null,
  };
}

function toldRow(told: View<VenueContract> | null): ContractRow["told"] {
  if (told === null) return null;
  const { venueKey, quantityMin, notionalMin, ...rest } = told;
  return { venue_key: venueKey, quantity_min: quantityMin, notional_min: notionalMin, ...rest };
}
