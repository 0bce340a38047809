import type { VenueOrderSeq } from "@bulkhead/core";
import { clientOrderId, type IbkrOptions } from "@bulkhead/venues";
import { describe, expect, onTestFinished, test } from "vitest";
import { ACCOUNT, order, price, Rig } from "./rig.ts";

const limit = (text: string, more = {}) => order({ orderType: "limit", limit: price(text), timeInForce: "gtc", ...more });
const reference = (seq: number): string => clientOrderId(ACCOUNT, { epoch: 1, venueOrder: seq as VenueOrderSeq });

/** Portfolio beta has client 8, gamma client 9; order 66 is an exit. */
const CLIENTS: Partial<IbkrOptions> = {
  extraClients: [8, 9],
  clientOf: ({ portfolio, order: id }) => {
    const clientId = { beta: 8, gamma: 9 }[portfolio as string];
    return clientId === undefined ? undefined : { clientId, orMain: Number(id) === 66 };
  },
};

const connected = (rig: Rig) => rig.until(() => rig.gateway.clients().length === 3, "three clients", 20);
const sentBy = (rig: Rig, seq: number): number | undefined =>
  rig.gateway.control.truth().orders.find((each) => each.reference === reference(seq))?.clientId;

describe("client ids of their own (S3.4, C15)", () => {
  test.each([
    ["told to their client alone", null],
    ["told to the master too", 7],
  ] as const)(
    "[IBKR-13] S3.4 C15 each order goes out and is canceled through its own id, and executions are told once, %s",
    async (_what, masterClient) => {
      const rig = await Rig.ready({ onTestFinished }, { masterClient }, CLIENTS);
      await connected(rig);
      await rig.settle();
      for (const [index, portfolio] of ["alpha", "beta", "gamma"].entries()) rig.submit(index + 1, limit("150"), portfolio);
      await rig.fact("RecordAck", 3);
      expect([1, 2, 3].map((seq) => sentBy(rig, seq))).toEqual([7, 8, 9]);
      for (const seq of [1, 2, 3]) rig.gateway.control.fill({ reference: reference(seq) }, { quantity: "10", price: "150" });
      await rig.fact("RecordExecution", 3);
      await rig.venue.snapshot(["executions", "orders"], 0 as never);
      expect(
        rig
          .of("RecordExecution")
          .map(({ venueOrder }) => venueOrder)
          .sort(),
      ).toEqual([1, 2, 3]);
      expect(rig.of("RecordFee")).toHaveLength(3);
      // A client cannot cancel under its own number what another one sent: the gateway would not find it, or would end another order.
      rig.cancel(2);
      expect(await rig.fact("RecordCancel")).toMatchObject({ venueOrder: 2 });
      rig.replace(3, limit("149"), limit("150"));
      await rig.until(() => rig.gateway.control.truth().orders.find((each) => each.reference === reference(3))?.limit === "149", "changed");
      expect(
        rig.gateway.control
          .truth()
          .orders.map(({ status }) => status)
          .sort(),
      ).toEqual(["Cancelled", "Submitted", "Submitted"]);
    },
  );

  test("[IBKR-13] S3.4 an id that is in use (326) says so and stops nobody else; an exit goes over the first meanwhile", async (context) => {
    const rig = await Rig.make(context, {}, CLIENTS);
    rig.gateway.control.fault({ fault: "client-id-in-use", client: 8, times: "always" });
    rig.venue.open();
    await rig.until(() => rig.venue.session.state === "ready", "ready");
    await rig.until(() => rig.notes.some((note) => /client 8: .*client id 8 is in use/i.test(note)), "said");
    rig.submit(1, limit("150"), "alpha");
    rig.submit(2, limit("150"), "beta");
    rig.submit(66, limit("149"), "beta");
    await rig.fact("RecordAck", 2);
    expect([1, 2, 66].map((seq) => sentBy(rig, seq))).toEqual([7, undefined, 7]);
    expect(await rig.fact("RecordReject")).toMatchObject({ venueOrder: 2, reason: expect.stringMatching(/^NOT_SENT: .*client/i) });
    expect(await rig.venue.snapshot(["executions"], rig.clock.now() as never)).toMatchObject({ executionsSince: expect.any(Number) });
    rig.gateway.control.clearFaults();
    await rig.until(() => rig.gateway.clients().includes(8), "client 8 is let in", 50);
    await rig.until(() => rig.notes.some((note) => note.includes("client 8: connected")), "said", 20);
    rig.submit(3, limit("150"), "beta");
    await rig.fact("RecordAck", 3);
    expect(sentBy(rig, 3)).toBe(8);
  });

  test("[IBKR-13] S3.4 what a client's orders traded while it was away is told when it is back, and a cancel that waited leaves", async (context) => {
    const rig = await Rig.ready(context, {}, CLIENTS);
    await connected(rig);
    rig.submit(2, limit("150"), "beta");
    await rig.fact("RecordAck");
    rig.gateway.control.fault({ fault: "client-id-in-use", client: 8, times: "always" });
    rig.gateway.control.disconnect(8);
    await rig.until(() => rig.notes.some((note) => note.includes("client 8: ")), "lost");
    rig.gateway.control.fill({ reference: reference(2) }, { quantity: "10", price: "150" });
    rig.cancel(2);
    await rig.settle();
    expect(rig.venue.session.state).toBe("ready");
    expect([rig.of("RecordExecution"), rig.of("RecordCancel")]).toEqual([[], []]);
    rig.gateway.control.clearFaults();
    expect(await rig.fact("RecordExecution", 1, 50)).toMatchObject({ venueOrder: 2 });
    expect(await rig.fact("RecordCancel", 1, 50)).toMatchObject({ venueOrder: 2 });
    expect(rig.of("RecordExecution")).toHaveLength(1);
  });

  test("[IBKR-13] S3.4 an order of a client that is not configured any more is said to be out of reach, once; with it again it is canceled", async (context) => {
    const rig = await Rig.ready(context, {}, CLIENTS);
    await connected(rig);
    rig.submit(2, limit("150"), "beta");
    await rig.fact("RecordAck");
    await rig.restart();
    const said = () => rig.notes.filter((note) => /order 2 was sent by client 8, which is not configured/.test(note));
    await rig.until(() => said().length > 0, "said");
    rig.cancel(2);
    await rig.settle();
    expect(said()).toHaveLength(1);
    expect(rig.gateway.control.truth().orders[0]?.status).toBe("Submitted");
    await rig.restart(CLIENTS);
    rig.cancel(2);
    expect(await rig.fact("RecordCancel", 1, 20)).toMatchObject({ venueOrder: 2 });
  });
});
