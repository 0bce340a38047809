// A desk in a process of its own whose capital moves every few milliseconds, to be killed.
import { writeSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { syntheticFeed } from "@bulkhead/market";
import { openDesk, pacedClock } from "@bulkhead/server";
import { CAPITAL_CONFIG } from "./capital-config.ts";
import { accountOf, START } from "./paper.ts";

const [folder = "", beganAt = ""] = process.argv.slice(2);
const SPEED = 600;
const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};

const from = Math.floor(START + (Date.now() - Number(beganAt)) * SPEED);
const clock = pacedClock({ from: from as ReturnType<typeof clock.now>, speed: SPEED });
const desk = await openDesk({ folder, config: CAPITAL_CONFIG, clock, feed: syntheticFeed({ seed: 7, from, instruments: [] }) });
const account = accountOf(desk);
account.onDurable((records) => {
  for (const { command } of records) if (command.type === "TransferCapital" && command.by === "scheduler") say("moved");
});
flushCompileCache(); // It will not end as others do.
say("ready");

// Somebody who makes it uneven again and again.
for (let n = 0; ; n++) {
  const [giver, taker] = n % 2 === 0 ? ["a", "b"] : ["b", "a"];
  await account.submit({
    type: "TransferCapital",
    by: "test",
    from: giver,
    to: taker,
    asset: "USD",
    amount: 1_000_000 * (1 + (n % 7)),
    transferId: `${from}:${n}`,
    reason: "unrest",
  } as unknown as Parameters<typeof account.submit>[0]);
  await new Promise((resolve) => setTimeout(resolve, 5));
}
