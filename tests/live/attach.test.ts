import { UNATTRIBUTED } from "@bulkhead/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import { FakeVenue } from "../kit/fake-venue.ts";
import { ATTACHED, Attached } from "./attached.ts";

let folder = "";
let attached: Attached;
beforeEach(() => {
  folder = newFolder();
  attached = new Attached(folder);
  attached.broker.deposit("USD", 100_000);
});
afterEach(async () => {
  await attached.stop();
  removeFolder(folder);
});

const INVENTED = ATTACHED.replace('[feed]\nsource = "ccxt"\nexchange = "kraken"\nsymbols = ["BTC/USD"]\n', "");
const READ_ONLY = ATTACHED.replace('access = "trade"', 'access = "read-only"');

test("[LIVE-3] the first attach takes the account as the broker has it, all of it nobody's, and sends nothing (S3.29, C30)", async () => {
  attached.broker.trade("ACME@DEMO", 100, 50);
  attached.clock.advance(60_000);
  await attached.start(READ_ONLY.replaceAll(/starting_cash = "\d+"/g, ""));
  expect(attached.mode).toBe("ready");
  expect(attached.held(UNATTRIBUTED, "ACME@DEMO")).toBe(100);
  expect(attached.cash(UNATTRIBUTED)).toBe(95_000);
  expect(attached.apart()).toEqual([]);
  expect(attached.state.reconciliation.breaks.size).toBe(0);
  expect(attached.venue.sent).toEqual([]);
  expect(await attached.order("momentum", "ACME@DEMO", "buy 1", 50)).toMatchObject({
    ok: true,
    record: { events: [{ type: "OrderDenied" }] },
  });
  expect(attached.venue.sent).toEqual([]);
});

test("[LIVE-2] a portfolio's starting cash is taken once from what nobody claimed, also over a restart", async () => {
  await attached.start();
  expect([attached.cash("momentum"), attached.cash("steady"), attached.cash(UNATTRIBUTED)]).toEqual([50_000, 20_000, 30_000]);
  await attached.stop();
  await attached.start();
  expect([attached.cash("momentum"), attached.cash("steady"), attached.cash(UNATTRIBUTED)]).toEqual([50_000, 20_000, 30_000]);
  expect(attached.apart()).toEqual([]);
});

test("[LIVE-2] a portfolio that ever had anything gets no starting cash any more, whatever a file says that was written back", async () => {
  await attached.start(ATTACHED.replaceAll(/starting_cash = "\d+"/g, ""));
  const move = { type: "TransferCapital", by: "test", from: UNATTRIBUTED, asset: "USD" as never, reason: "its cash" } as const;
  await attached.submit({ ...move, to: "momentum" as never, amount: 25_000_000_000 as never, transferId: "t1" });
  await attached.stop();
  await attached.start(ATTACHED.replace('"50000"', '"25000"'));
  expect([attached.cash("momentum"), attached.cash("steady")]).toEqual([25_000, 20_000]);
});

test("[LIVE-5] an order goes to the broker once it is durable, and what it fills is booked with its fee (S0.2, S3.9, S0.52)", async () => {
  attached.broker.quote("ACME@DEMO", 50);
  await attached.start();
  await attached.order("momentum", "ACME@DEMO", "buy 10");
  await attached.pass(2_000);
  expect(attached.held("momentum", "ACME@DEMO")).toBe(10);
  expect(attached.cash("momentum")).toBe(49_500);
  expect(attached.apart()).toEqual([]);
  expect([...attached.broker.accepted.values()]).toEqual([1]);
});

test("[LIVE-4] B28 a session of another account, or of real money for paper, is refused and nothing of it is booked", async () => {
  attached.venue = new FakeVenue({ broker: attached.broker, now: () => attached.clock.now(), account: "DU2" });
  await attached.start();
  expect(attached.status.session).toMatchObject({ state: "refused", reason: expect.stringContaining("DU2") });
  expect(attached.mode).toContain("cancel_only: venue: ");
  expect(attached.state.reconciliation.baselineAt).toBeNull();
  await attached.stop();
  attached.venue = new FakeVenue({ broker: attached.broker, now: () => attached.clock.now(), environment: "live" });
  await attached.start();
  expect(attached.status.session).toMatchObject({ state: "refused", reason: expect.stringContaining("live") });
});

test("[LIVE-4] B28 books are those of one account for ever, also where the configuration names none", async () => {
  const unnamed = ATTACHED.replace('[account.ibkr]\naccount = "DU1"', "");
  await attached.start(unnamed);
  expect(attached.mode).toBe("ready");
  await attached.stop();
  attached.venue = new FakeVenue({ broker: attached.broker, now: () => attached.clock.now(), account: "DU2" });
  await attached.start(unnamed);
  expect(attached.status.session).toMatchObject({ state: "refused", reason: expect.stringContaining("DU1") });
});

test.each([
  ["no confirmation", 'mode = "live"\naccess = "trade"', "", "DESK_LIVE_UNCONFIRMED"],
  ["another number", 'mode = "live"\naccess = "trade"\nconfirm_live = "U7"', "", "DESK_LIVE_UNCONFIRMED"],
  ["no number at all", 'mode = "live"\naccess = "trade"\nconfirm_live = "U1"', 'account = "DU1"\n', "DESK_LIVE_NUMBER_MISSING"],
] as const)("[LIVE-6] P10 real money is not traded without its number typed twice: %s", async (_what, account, without, code) => {
  const text = ATTACHED.replace('access = "trade"', account).replace('account = "DU1"\n', without === "" ? 'account = "U1"\n' : "");
  await expect(attached.start(text)).rejects.toMatchObject({ code });
  expect(attached.venue.session.number).toBe(0);
});

test("[LIVE-6] P10 looking on at real money needs no confirmation, and prices that are made up trade nothing at a broker", async () => {
  attached.venue = new FakeVenue({ broker: attached.broker, now: () => attached.clock.now(), account: "U1", environment: "live" });
  const live = READ_ONLY.replace('venue = "ibkr"', 'venue = "ibkr"\nmode = "live"').replace("DU1", "U1");
  await attached.start(live);
  expect(attached.mode).toBe("ready");
  await attached.stop();
  await expect(attached.start(INVENTED)).rejects.toMatchObject({ code: "DESK_BROKER_CHANGED" });
  const other = new Attached(newFolder());
  await expect(other.start(INVENTED)).rejects.toMatchObject({ code: "DESK_BROKER_PRICES" });
  removeFolder(other.folder);
});

test("[LIVE-6] P10 access that is given while the desk runs sends nothing before real money was confirmed", async () => {
  attached.venue = new FakeVenue({ broker: attached.broker, now: () => attached.clock.now(), account: "U1", environment: "live" });
  await attached.start(READ_ONLY.replace('venue = "ibkr"', 'venue = "ibkr"\nmode = "live"').replace("DU1", "U1"));
  attached.broker.quote("ACME@DEMO", 50);
  const { settings } = attached.state.account ?? {};
  await attached.submit({ type: "ConfigureAccount", by: "test", settings: { ...(settings as never as object), access: "trade" } as never });
  await attached.order("momentum", "ACME@DEMO", "buy 1");
  expect(attached.venue.sent).toEqual([]);
  attached.account.live?.confirm("U1");
  await attached.pass(1_000);
  await attached.order("momentum", "ACME@DEMO", "buy 1");
  expect(attached.venue.sent).toHaveLength(1);
});

test("[LIVE-3] an account that looks on needs no prices: invented markets are none of its instruments", async () => {
  await attached.start(INVENTED.replace('access = "trade"', "").replaceAll(/starting_cash = "\d+"/g, ""));
  expect(attached.mode).toBe("ready");
  expect([...attached.state.listings.keys()]).toEqual([]);
  expect(attached.cash(UNATTRIBUTED)).toBe(100_000);
  attached.broker.trade("ACME@DEMO", 3, 50);
  await attached.pass(2_000);
  expect([...attached.state.listings.keys()]).toEqual(["ACME@DEMO"]);
  expect(attached.apart()).toEqual([]);
});
