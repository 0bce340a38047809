import { expect, onTestFinished, test } from "vitest";
import { soon } from "../../../../tests/kit/soon.ts";
import { TIMINGS, type WorkerSetup } from "./messages.ts";
import { WorkerLink } from "./worker-link.ts";

const SETUP: WorkerSetup = {
  ...{ exchange: "binance", symbols: ["BTC/USDT"], timeframe: "1m", barMs: 60_000, method: "stream", url: null, historyBars: 0 },
  ...{ knownUntil: [null], timings: TIMINGS },
};

/** A link to a thread that runs this instead of ccxt, with what was heard of it. */
function linkTo(script: string) {
  const heard: string[] = [];
  let setups = 0;
  const link = new WorkerLink(
    () => {
      setups += 1;
      return { ...SETUP, historyBars: setups };
    },
    {
      onMessage: (message) => heard.push(message.type),
      onNonsense: () => heard.push("nonsense"),
      onDeath: (reason) => heard.push(`dead: ${reason}`),
    },
    new URL(`data:text/javascript,${encodeURIComponent(`import { parentPort, workerData } from "node:worker_threads";\n${script}`)}`),
  );
  onTestFinished(() => link.close());
  return { heard, setups: () => setups };
}

test("[CCXT-16] API10: only the messages that there are are believed; anything else is counted", async () => {
  const candle = { openAt: 60_000, open: "1", high: "1", low: "1", close: "1", volume: "0" };
  const said: readonly unknown[] = [
    { type: "bars", market: 0, candles: [candle] },
    { type: "bars", market: 0, candles: [] },
    { type: "bars", market: 0, candles: [{ ...candle, open: "NaN" }] },
    { type: "bars", market: 0, candles: [{ ...candle, close: "-1" }] },
    { type: "bars", market: 0, candles: [{ ...candle, volume: 1 }] },
    { type: "bars", market: 0, candles: [{ ...candle, openAt: 1.5 }] },
    { type: "bars", market: 0, candles: [{ ...candle, open: "1".repeat(41) }] },
    { type: "bars", market: 0, candles: [candle], more: "some" },
    { type: "bars", market: -1, candles: [candle] },
    { type: "orders" },
    null,
    "bars",
    { type: "state", connection: "connected", reason: null, reconnects: 0 },
  ];
  const { heard } = linkTo(`for (const each of ${JSON.stringify(said)}) parentPort.postMessage(each); setInterval(() => {}, 1000);`);
  await soon(() => expect(heard).toHaveLength(said.length));
  expect(heard).toEqual(["bars", ...Array.from({ length: 11 }, () => "nonsense"), "state"]);
});

test("[CCXT-17] a worker that dies is replaced by one that is told what is known by then", async () => {
  const { heard, setups } = linkTo(
    "if (workerData.historyBars === 1) throw new Error('out of luck'); parentPort.postMessage({ type: 'quiet', market: 0 }); setInterval(() => {}, 1000);",
  );
  await soon(() => expect(heard).toEqual(["dead: its worker failed: out of luck", "quiet"]));
  expect(setups()).toBe(2);
});
