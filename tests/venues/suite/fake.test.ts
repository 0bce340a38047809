import type { InstantMs } from "@bulkhead/core";
import { FakeBroker } from "../../kit/fake-broker.ts";
import { FakeVenue } from "../../kit/fake-venue.ts";
import { FAKE_HAPPENINGS, openFakeStage } from "./fake-stage.ts";
import { suiteOf } from "./suite.ts";

const now = (): InstantMs => 0 as InstantMs;
const { capabilities } = new FakeVenue({ broker: new FakeBroker(now, { assets: [], instruments: [] }), now });

suiteOf({ name: "fake", capabilities, happenings: FAKE_HAPPENINGS, openStage: openFakeStage, sampleBy: "case" });
