import { loadConfig } from "@bulkhead/contract";
import type { InstrumentId, PortfolioId } from "@bulkhead/core";
import { DeskConfiguration } from "@bulkhead/server";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { accountOf, BUSY, newFolder, openPaper, removeFolder } from "../desk/paper.ts";
import { anyAccountSettings, anySettings } from "../kit/any-settings.ts";

const folder = newFolder();
afterAll(() => removeFolder(folder));

const symbols = fc.constantFrom("ACME@DEMO", "BOLT@DEMO", "CRUX@DEMO", "DUSKUSD@DEMO", "EMBERUSD@DEMO") as fc.Arbitrary<InstrumentId>;
const strategy = fc
  .record({
    fast: fc.integer({ min: 2, max: 9 }),
    slow: fc.integer({ min: 10, max: 50 }),
    side: fc.constant("long"),
    reserve: fc.constant("2%"),
  })
  .map((params) => ({ type: "sma-cross", version: "1", codeHash: "", params: JSON.stringify(params) }));
const settings = anySettings(symbols, strategy);

test("[APPLY-6] whatever is set at a running desk, its export loads, and differs from its books in nothing", async () => {
  const { desk } = await openPaper({ folder });
  const account = accountOf(desk);
  const folders = { file: folder, working: folder };
  try {
    await fc.assert(
      fc.asyncProperty(settings, settings, anyAccountSettings, async (hands, steady, whole) => {
        const by = "test";
        const answer = await account.submitAll(() => [
          { type: "ConfigureAccount", by, settings: whole },
          { type: "ConfigurePortfolio", by, portfolio: "hands" as PortfolioId, settings: hands },
          { type: "ConfigurePortfolio", by, portfolio: "steady" as PortfolioId, settings: { ...steady, lotMatching: "fifo" } },
        ]);
        expect(answer).toMatchObject({ ok: true, steps: [{ ok: true }, { ok: true }, { ok: true }] });
        let text = "";
        const load = () => loadConfig({ file: { name: "export.toml", text } });
        const configuration = new DeskConfiguration({ kind: "file", file: "export.toml", folders, load }, BUSY, desk);
        const exported = configuration.export();
        expect(exported.notes).toEqual([]);
        text = exported.text;
        const difference = await configuration.difference();
        expect(difference.ok ? difference.changes.map(({ id, from, to }) => ({ id, from, to })) : difference.problems).toEqual([]);
      }),
      { numRuns: runs(300), seed: seed() },
    );
  } finally {
    await desk.stop();
  }
}, 120_000);
