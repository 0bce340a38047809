import type { InstantMs } from "@bulkhead/core";
import { readTranscript, startReplay } from "@bulkhead/tws-gateway";
import { type IbkrOptions, openIbkrVenue } from "@bulkhead/venues";
import { expect, test } from "vitest";
import { soon } from "../../kit/soon.ts";
import { ACCOUNT, NOON, order, price, Rig } from "./rig.ts";

test("[IBKR-80] a session that was recorded is one that the test gateway replays, without the account's number in it", async (context) => {
  const lines: string[] = [];
  const rig = await Rig.ready(context, {}, { recorder: (frame) => lines.push(JSON.stringify(frame)) });
  rig.submit(1, order({ orderType: "limit", limit: price("150"), timeInForce: "gtc" }));
  await rig.fact("RecordAck");
  rig.submit(2);
  await rig.fact("RecordFee");
  // One question after the other: a transcript holds what was said after each.
  for (const section of ["positions", "cash"] as const) await rig.venue.snapshot([section], NOON as InstantMs);
  expect(lines.join("\n")).not.toContain("DU1234567");
  const transcript = readTranscript(lines.join("\n"));
  expect(transcript[0]).toMatchObject({ direction: "client", connection: 1, fields: ["API", "v100..193"] });

  const replay = await startReplay(transcript);
  context.onTestFinished(() => replay.close());
  const options: IbkrOptions = {
    ...{
      account: ACCOUNT,
      mode: "paper",
      expectedAccount: "DU9000001",
      host: replay.host,
      port: replay.port,
      clientId: 7,
      zone: "America/New_York",
    },
    ...{ books: () => rig, cashScale: () => 6, chance: () => 0 },
  };
  const venue = await openIbkrVenue(options);
  context.onTestFinished(() => venue.close());
  venue.listen({ onFact: () => {}, onNote: () => {}, onSession: () => {} });
  venue.open();
  await soon(() => expect(venue.session.state).toBe("ready"));
  const { positions } = await venue.snapshot(["positions"], NOON as InstantMs);
  const { cash } = await venue.snapshot(["cash"], NOON as InstantMs);
  expect(positions).toHaveLength(1);
  expect(cash).not.toBeNull();
});
