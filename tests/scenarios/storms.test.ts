import type { CommandOf, PortfolioId } from "@bulkhead/core";
import { SendGuard, type StormLimits } from "@bulkhead/server";
import { describe, expect, test } from "vitest";
import type { Stage } from "../host/stage.ts";
import { blotter, eventsOf, HANDS, order, play, quiet } from "./weather.ts";

const LIMITS: StormLimits = { orders: 5, rejects: 3, accountOrders: 8 };
const OTHER = { ...HANDS, id: "other" };

type Guarded = Readonly<{ stage: Stage; guard: SendGuard; clock: { steady: number }; notes: string[] }>;

/** A stage whose orders pass a guard, with a clock that stands still unless told. */
function guarded(bars: number, storms = LIMITS): Guarded {
  const clock = { steady: 0 };
  const notes: string[] = [];
  let guard: SendGuard | undefined;
  const stage = quiet(bars, [HANDS, OTHER], {
    onTheWay: (venue, engine) => {
      guard = new SendGuard({ venue, state: () => engine.state, storms, steady: () => clock.steady, note: (text) => notes.push(text) });
      return guard;
    },
  });
  if (guard === undefined) throw new Error("nothing on the way");
  return { stage, guard, clock, notes };
}

const ended = (stage: Stage) => eventsOf(stage.records, "OrderEnded").filter(({ status }) => status === "rejected");

const scopes = (kills: readonly CommandOf<"EngageKill">[]): readonly string[] =>
  kills.map(({ scope, level, reason, by }) => `${scope.kind === "portfolio" ? scope.portfolio : scope.kind} ${level} ${by}: ${reason}`);

describe("a desk that stood still", () => {
  test("[DESK-26] R3: what opens and was decided on more than two seconds ago is not sent; what closes always goes", () => {
    const { stage, guard, clock, notes } = guarded(8);
    play(stage, {
      1: () => order(stage, "buy 10"),
      3: () => {
        guard.begin();
        clock.steady += 2_000;
        order(stage, "buy 1");
        clock.steady += 1;
        order(stage, "buy 2");
        order(stage, "sell 4");
      },
      4: () => {
        guard.begin();
        order(stage, "buy 3");
      },
    });
    expect(blotter(stage)).toEqual(["buy 10 filled 10", "buy 1 filled 1", "buy 2 rejected 0", "sell 4 filled 4", "buy 3 filled 3"]);
    const [rejected] = ended(stage);
    expect(rejected?.reason).toBe("NOT_SENT: decided 2.0 s ago, the desk stood still since");
    expect(notes).toEqual(["Order 3 of hands was not sent: decided 2.0 s ago, the desk stood still since."]);
    expect(stage.faulty.sent).toEqual([1, 2, 4, 5]);
  });
});

describe("storms", () => {
  test("[DESK-27, Z43] B29, A8: beyond so many orders within a minute nothing more that opens leaves, and a kill is asked for once", () => {
    const { stage, guard } = guarded(6);
    play(stage, {
      1: () => {
        for (let i = 0; i < 5; i++) order(stage, "buy 1");
        expect(guard.takeKills()).toEqual([]);
        order(stage, "buy 1");
        order(stage, "buy 1");
        expect(scopes(guard.takeKills())).toEqual(["hands cancel desk: storm: more than 5 orders within a minute"]);
        order(stage, "buy 1", { portfolio: "other" });
        expect(scopes(guard.takeKills())).toEqual([]);
      },
      // A minute later: not from the first.
      3: () => order(stage, "buy 1"),
    });
    expect(stage.faulty.sent).toEqual([1, 2, 3, 4, 5, 8, 9]);
    expect(ended(stage).map(({ reason }) => reason)).toEqual(
      Array.from({ length: 2 }, () => "NOT_SENT: storm: more than 5 orders within a minute"),
    );
    expect(stage.engine.state.portfolios.get("hands" as PortfolioId)?.orders).toEqual([]);
  });

  test("[DESK-27] B29: the account's own bound counts all portfolios, and kills the account", () => {
    const { stage, guard } = guarded(4);
    play(stage, {
      1: () => {
        for (let i = 0; i < 4; i++) for (const portfolio of ["hands", "other"]) order(stage, "buy 1", { portfolio });
        expect(guard.takeKills()).toEqual([]);
        order(stage, "buy 1");
        expect(scopes(guard.takeKills())).toEqual(["account cancel desk: storm: more than 8 orders of all portfolios within a minute"]);
      },
    });
    expect(stage.faulty.sent).toHaveLength(8);
  });

  test("[DESK-27] B29: rejects of the venue are a storm sooner; exits are sent through any", () => {
    const { stage, guard } = guarded(6);
    play(stage, {
      1: () => order(stage, "buy 10"),
      3: () => {
        stage.faulty.become({ rejects: 1000 });
        for (let i = 0; i < 3; i++) order(stage, "buy 1");
        expect(guard.takeKills()).toEqual([]);
        order(stage, "buy 1");
        expect(scopes(guard.takeKills())).toEqual(["hands cancel desk: storm: more than 3 rejects within a minute"]);
        stage.faulty.become({});
        for (let i = 0; i < 3; i++) order(stage, "sell 2");
      },
    });
    expect(stage.units("hands", "A")).toBe(4);
    const { stage: calm, guard: never } = guarded(3, { orders: null, rejects: null, accountOrders: null });
    play(calm, {
      1: () => {
        for (let i = 0; i < 50; i++) order(calm, "buy 1");
      },
    });
    expect(never.takeKills()).toEqual([]);
    expect(calm.faulty.sent).toHaveLength(50);
  });
});
