import { SimulatedVenue } from "@bulkhead/sim";
import { openSimulatedStage, SIMULATED_HAPPENINGS } from "./simulated-stage.ts";
import { suiteOf } from "./suite.ts";

const { capabilities } = new SimulatedVenue({ markets: [], acknowledge: true });

suiteOf({ name: "simulated", capabilities, happenings: SIMULATED_HAPPENINGS, openStage: openSimulatedStage, sampleBy: "case" });
