import type { AssetId, InstantMs, InstrumentId } from "@bulkhead/core";
import { expect, test } from "vitest";
import { type Surroundings, toCommands } from "./commands.ts";
import { loadConfig } from "./load.ts";

const TEXT = `[account]
starting_cash = 250
[[portfolio]]
id = "a"
starting_cash = 100
max_position_pct = "4%"
[[portfolio]]
id = "b"
starting_cash = 50
active = false
`;

const around: Surroundings = {
  at: 5 as InstantMs,
  by: "test",
  mode: "backtest",
  venue: "XNYS",
  assets: [
    { id: "USD" as AssetId, kind: "cash", scale: 6 },
    { id: "SPY@XNYS" as AssetId, kind: "share", scale: 0 },
  ],
  instruments: [],
  portfolios: new Map([
    ["a", { universe: ["SPY@XNYS" as InstrumentId], strategy: { type: "sma-cross", version: "1", codeHash: "", params: "{}" } }],
  ]),
};

test("[CFG-16] opens, defines, deposits, creates, in that order (S0.32)", () => {
  const loaded = loadConfig({ file: { name: "bulkhead.toml", text: TEXT } });
  const [account] = loaded.ok ? loaded.config.accounts : [];
  const commands = account === undefined ? [] : toCommands(account, around);
  expect(commands).toMatchObject([
    { type: "OpenAccount", at: 5, by: "test", account: "main", venue: "XNYS", mode: "backtest", base: { id: "USD", scale: 6 } },
    { type: "DefineAsset", asset: { id: "SPY@XNYS" } },
    { type: "Deposit", portfolio: "unattributed", asset: "USD", amount: 250_000_000, transferId: "starting-cash" },
    {
      type: "CreatePortfolio",
      portfolio: "a",
      startingCash: 100_000_000,
      settings: { universe: ["SPY@XNYS"], strategy: { type: "sma-cross" }, limits: { maxPositionPct: 40_000_000 } },
    },
    { type: "CreatePortfolio", portfolio: "b", startingCash: 50_000_000, settings: { universe: null, strategy: null } },
    { type: "PausePortfolio", portfolio: "b" },
  ]);
  expect(account === undefined ? [] : toCommands(account, around)).toEqual(commands);
});
