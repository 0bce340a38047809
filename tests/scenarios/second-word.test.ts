import type { Command, CommandOf, InstantMs, PortfolioId, VenueCommand, VenueSnapshot } from "@bulkhead/core";
import { SendGuard } from "@bulkhead/server";
import { enter, type Strategy, size, stop, strategy } from "@bulkhead/strategies";
import { describe, expect, test } from "vitest";
import type { Stage } from "../host/stage.ts";
import { accountCash, blotter, eventsOf, order, play, quiet } from "./weather.ts";

/** Wants to be long under a stop whenever it is flat. */
const guarded: Strategy = strategy({
  name: "guarded",
  onBar: ({ position, waiting }) =>
    position === undefined && !waiting ? enter.long({ size: size.units(10), stop: stop.percent("10%"), why: "flat" }) : undefined,
}) as Strategy;

const executionsIn = (said: readonly Command[]): readonly CommandOf<"RecordExecution">[] =>
  said.filter((fact): fact is CommandOf<"RecordExecution"> => fact.type === "RecordExecution");

/** Has a fact told again, now. */
const again = (stage: Stage, fact: VenueCommand): void =>
  void stage.host.submit({ ...fact, at: Math.max(stage.engine.state.at, stage.host.now()) as InstantMs });

describe("the second word on an execution", () => {
  test("[Z09] its id with another ending is a correction: booked as the difference, once, the newest however late the older come (S3.22, S3.43, C14)", () => {
    const stage = quiet(10);
    stage.faulty.become({ corrections: 1000, duplicates: 1000 });
    play(stage, {
      1: () => void order(stage, "buy 10"),
      4: () => {
        // $10.00 first, then $10.01: a cent for each of ten.
        expect([stage.units("hands", "A"), stage.cash("hands")]).toEqual([10, 100_000 - 100.1]);
        for (const fact of executionsIn(stage.said).toReversed()) again(stage, fact);
        expect([stage.units("hands", "A"), stage.cash("hands")]).toEqual([10, 100_000 - 100.1]);
      },
    });
    expect(executionsIn(stage.said).map(({ version }) => version)).toEqual([0, 1]);
    expect([eventsOf(stage.records, "ExecutionBooked").length, eventsOf(stage.records, "ExecutionCorrected").length]).toEqual([1, 1]);
    expect(accountCash(stage)).toBe(100_000_000_000 - 10_010);
    stage.engine.audit();
  });

  test("[Z10] one execution told four times is one fill, whatever comes between, and after a restart of the books too (S2.7, S2.52, I12)", () => {
    const first = quiet(14);
    first.faulty.become({ duplicates: 1000 });
    play(first, {
      1: () => void order(first, "buy 10"),
      3: () => {
        for (const fact of executionsIn(first.said)) again(first, fact);
        order(first, "sell 4");
      },
      6: () => {
        for (const fact of executionsIn(first.said)) again(first, fact);
      },
    });
    expect(executionsIn(first.said)).toHaveLength(2);
    expect(eventsOf(first.records, "ExecutionBooked")).toHaveLength(2);
    expect([first.units("hands", "A"), first.cash("hands")]).toEqual([6, 100_000 - 60]);
    const second = quiet(14, [], { books: first });
    for (const fact of executionsIn(first.said)) again(second, fact);
    expect([second.units("hands", "A"), second.cash("hands"), eventsOf(second.records, "ExecutionBooked")]).toEqual([6, 100_000 - 60, []]);
  });
});

describe("no answer is no information", () => {
  test("[Z16] a snapshot whose questions failed, or that was taken while fills came, makes nobody flat: nothing is sold, stops stay (P8, S3.34)", () => {
    const stage = quiet(12, [{ id: "guarded", strategy: guarded }]);
    let told = 0;
    const failed = (more: Partial<VenueSnapshot>): void => {
      const at = stage.host.now() as InstantMs;
      const nothing = { positions: null, cash: null, openOrders: null, endedOrders: null, executionsSince: null };
      const snapshot = { snapshotId: `s-${++told}`, from: at, to: at, quiet: true, ...nothing, ...more };
      expect(stage.host.submit({ type: "RecordSnapshot", at, snapshot })).toMatchObject({ ok: true, events: [] });
    };
    play(stage, {
      4: () => {
        expect(stage.units("guarded", "A")).toBe(10);
        failed({});
        failed({ openOrders: null, executionsSince: 0 as InstantMs });
        failed({ quiet: false, positions: [], cash: [] });
      },
    });
    expect([stage.units("guarded", "A"), blotter(stage)]).toEqual([10, ["buy 10 filled 10"]]);
    expect(stage.engine.state.portfolios.get("guarded" as PortfolioId)?.protections.size).toBe(1);
    expect(eventsOf(stage.records, "BreakOpened")).toEqual([]);
  });
});

describe("a venue that restarts", () => {
  test("[Z35] one that refuses for minutes (425, then post-only) is not stormed: its portfolio is stopped, and trades on after a person's word", () => {
    let guard: SendGuard | undefined;
    const stage = quiet(12, undefined, {
      onTheWay: (venue, engine) => {
        const storms = { orders: null, rejects: 3, accountOrders: null };
        guard = new SendGuard({ venue, state: () => engine.state, storms, steady: () => 0, note: () => {} });
        return guard;
      },
    });
    const at = (): InstantMs => Math.max(stage.engine.state.at, stage.host.now()) as InstantMs;
    play(stage, {
      1: () => {
        stage.faulty.become({ rejects: 1000 });
        // A client that tries again and again; the desk does what the guard asks for, as it does after each turn.
        for (let tries = 0; tries < 20; tries++) {
          order(stage, "buy 10");
          for (const kill of guard?.takeKills() ?? []) stage.host.submit({ ...kill, at: at() });
        }
        expect(stage.faulty.sent).toEqual([1, 2, 3, 4]);
        expect([...stage.engine.state.kills]).toMatchObject([
          ["portfolio:hands", { reason: "storm: more than 3 rejects within a minute" }],
        ]);
        expect(new Set(blotter(stage))).toEqual(new Set(["buy 10 rejected 0"]));
      },
      5: () => {
        stage.faulty.become({});
        const scope = { kind: "portfolio", portfolio: "hands" as PortfolioId } as const;
        stage.host.submit({ type: "ClearKill", at: at(), by: "ada", scope, reason: "the venue is back" });
        order(stage, "buy 5");
      },
    });
    expect(blotter(stage).at(-1)).toBe("buy 5 filled 5");
    expect([stage.faulty.sent.length, stage.units("hands", "A")]).toEqual([5, 5]);
  });
});
