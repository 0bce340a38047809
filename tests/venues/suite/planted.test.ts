import type { ExecutionId, InstantMs, VenueFact } from "@bulkhead/core";
import { expect, test } from "vitest";
import { FakeBroker } from "../../kit/fake-broker.ts";
import { FakeVenue } from "../../kit/fake-venue.ts";
import { wavesOf } from "./cases.ts";
import { expectContract } from "./contract.ts";
import { FAKE_HAPPENINGS, openFakeStage } from "./fake-stage.ts";
import { play } from "./play.ts";
import type { OpenStage, Restart } from "./stage.ts";

const now = (): InstantMs => 0 as InstantMs;
const { capabilities } = new FakeVenue({ broker: new FakeBroker(now, { assets: [], instruments: [] }), now });

/** An adapter that makes of each fact what it should not. */
const telling =
  (spoil: (fact: VenueFact, again: boolean) => readonly VenueFact[]): OpenStage =>
  async (symbols) => {
    const stage = await openFakeStage(symbols);
    let opened = 0;
    const open: typeof stage.open = (books) => {
      const take = books.take.bind(books);
      const isAgain = opened++ > 0;
      books.take = (fact) => {
        for (const each of spoil(fact, isAgain)) take(each);
      };
      return stage.open(books);
    };
    return { ...stage, open };
  };

const sendingTwice: OpenStage = async (symbols) => {
  const stage = await openFakeStage(symbols);
  return {
    ...stage,
    dispatch: (effect) => {
      stage.dispatch(effect);
      if (effect.type === "SubmitOrder") stage.dispatch(effect);
    },
  };
};

// biome-ignore format: the table is easier to check when its columns line up.
const PLANTED: readonly (readonly [string, string, Restart, OpenStage])[] = [
  ["sends again what nobody answered",               "lost reply", "none",  sendingTwice],
  ["tells an execution under another id anew",       "fill",       "after", telling((fact, again) => [again && fact.type === "RecordExecution" ? { ...fact, executionId: `${fact.executionId}'` as ExecutionId } : fact])],
  ["calls rejected what it does not know",           "lost reply", "none",  telling((fact) => [fact.type === "RecordSendOutcome" ? { type: "RecordReject", at: fact.at, venueOrder: fact.venueOrder, reason: "timeout" } : fact])],
  ["forgets the commission",                         "fill",       "none",  telling((fact) => [fact.type === "RecordExecution" ? { ...fact, fee: null } : fact])],
  ["does not know its order any more",               "fill",       "none",  telling((fact) => [fact.type === "RecordExecution" ? { ...fact, venueOrder: null } : fact])],
  ["acknowledges twice",                             "accept",     "none",  telling((fact) => (fact.type === "RecordAck" ? [fact, fact] : [fact]))],
];

test.each(PLANTED)("[VEN-1] the suite notices an adapter that %s", async (_, happening, restart, openStage) => {
  const waves = wavesOf("broken", capabilities, FAKE_HAPPENINGS);
  const wave = waves.find((each) => each.happening.name === happening && each.restart === restart);
  const [first] = wave?.cases ?? [];
  if (wave === undefined || first === undefined) throw new Error("no such wave");
  const played = await play(openStage, { ...wave, cases: [first] });
  const outcome = played.outcomes.get(first.name);
  if (outcome === undefined) throw new Error("not played");
  expect(() => expectContract(outcome, played)).toThrow();
  const sound = await play(openFakeStage, { ...wave, cases: [first] });
  expectContract(sound.outcomes.get(first.name) ?? outcome, sound);
});
