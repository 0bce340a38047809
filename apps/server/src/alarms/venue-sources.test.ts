import type { AccountId } from "@bulkhead/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newFolder, removeFolder } from "../../../../tests/desk/paper.ts";
import { WITH_CLIENT } from "../../../../tests/kit/attached-account.ts";
import { Attached } from "../../../../tests/live/attached.ts";
import { ofAccount } from "./sources.ts";
import { ofVenue } from "./venue-sources.ts";

const MINUTE = 60_000;

let folder = "";
let attached: Attached;
beforeEach(async () => {
  folder = newFolder();
  attached = new Attached(folder);
  attached.broker.deposit("USD", 100_000);
  attached.clock.advance(MINUTE);
  await attached.start();
});
afterEach(async () => {
  await attached.stop();
  removeFolder(folder);
});

const codes = (): readonly string[] => ofVenue(attached.account, attached.clock.now()).map(({ code }) => code);
const deskCodes = (): readonly string[] => {
  const { state, alarms } = attached.account;
  return ofAccount({ id: "main" as AccountId, state, alarms }, attached.clock.now()).map(({ code }) => code);
};

test("[LIVE-28] a broker that is gone is an alarm after five minutes, and what it holds back is none of its own", async () => {
  attached.venue.lose();
  await attached.pass(4 * MINUTE);
  expect(codes()).toEqual([]);
  expect(deskCodes()).toEqual([]);
  await attached.pass(90_000);
  expect(codes()).toEqual(["VENUE_DISCONNECTED"]);
  attached.venue.reconnect();
  await attached.pass(2_000);
  expect(codes()).toEqual([]);
});

test("[LIVE-28] in the hours of the nightly reset nobody is told, and after them at once", async () => {
  // 23:45 in New York is in the night of UTC.
  await attached.stop();
  removeFolder(folder);
  attached = new Attached(folder, {}, Date.UTC(2026, 2, 6, 4, 42));
  await attached.start();
  attached.venue.lose();
  await attached.pass(10 * MINUTE);
  expect(codes()).toEqual([]);
  attached.clock.advanceTo(Date.UTC(2026, 2, 6, 5, 56));
  expect(codes()).toEqual(["VENUE_DISCONNECTED"]);
});

test("[LIVE-28] a refusal is an alarm at once, and one that a person wanted is none", async () => {
  attached.venue.refuse("client id 1 is in use");
  expect(codes()).toEqual(["VENUE_REFUSED"]);
  attached.account.live?.connect();
  await attached.account.live?.disconnect();
  await attached.pass(10 * MINUTE);
  expect(codes()).toEqual([]);
});

test("[LIVE-28] S3.4 a client id of portfolios' own that stays away while the account is connected is an alarm of theirs", async () => {
  await attached.stop();
  await attached.start(WITH_CLIENT);
  const since = attached.clock.now();
  attached.venue.turnClients([{ clientId: 8, state: "disconnected", since, reason: "Client id 8 is in use (326).", heardAt: null }]);
  await attached.pass(4 * MINUTE);
  expect(codes()).toEqual([]);
  await attached.pass(90_000);
  expect(ofVenue(attached.account, attached.clock.now())).toMatchObject([
    { code: "VENUE_CLIENT_AWAY", params: { client: "8", whose: "momentum, strategy trend", reason: "Client id 8 is in use (326)" } },
  ]);
  attached.venue.lose();
  expect(codes()).toEqual([]);
  attached.venue.reconnect();
  await attached.pass(2_000);
  expect(codes()).toEqual([]);
  await attached.pass(5 * MINUTE);
  expect(codes()).toEqual(["VENUE_CLIENT_AWAY"]);
  attached.venue.turnClients([{ clientId: 8, state: "ready", since: attached.clock.now(), reason: "", heardAt: null }]);
  expect(codes()).toEqual([]);
});

test("[LIVE-28] questions that fail, facts that are not booked and books that stay apart are alarms", async () => {
  attached.venue.faults.failing.add("cash");
  attached.venue.tell({ type: "RecordAck", at: attached.clock.now(), venueOrder: 99 as never, venueOrderId: "x" });
  await attached.pass(3 * MINUTE);
  expect(codes()).toEqual(["VENUE_SILENT", "VENUE_FACT_REFUSED"]);
  attached.venue.faults.failing.clear();
  await attached.pass(MINUTE);
  expect(codes()).toEqual(["VENUE_FACT_REFUSED"]);
  attached.broker.appear("ACME@DEMO", 5);
  attached.clock.advance(59 * MINUTE);
  await attached.pass(3 * MINUTE);
  expect(codes()).toEqual(["BOOKS_APART"]);
});
