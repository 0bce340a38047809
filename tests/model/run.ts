import { type Command, createEngine, type Engine, type JournalRecord } from "@bulkhead/core";
import { Chance } from "./chance.ts";
import { Commands } from "./generate.ts";
import { opening, portfolioIds, tradedOf } from "./world.ts";

/** Commands after the opening ones. */
const LENGTH = 60;

/** What happened to one command of a generated run. */
export type Happened = Readonly<{ command: Command; step: ReturnType<Engine["execute"]> }>;
export type GeneratedRun = Readonly<{ seed: number; engine: Engine; happened: readonly Happened[]; records: readonly JournalRecord[] }>;

/** Plays the run of a seed; `look` is shown every command and what became of it. */
export function play(seed: number, look: (happened: Happened, engine: Engine) => void = () => undefined): GeneratedRun {
  const chance = new Chance(seed);
  const engine = createEngine();
  const traded = tradedOf(chance);
  const portfolios = portfolioIds(chance.whole(1, 6));
  const happened: Happened[] = [];
  const records: JournalRecord[] = [];
  const execute = (command: Command): void => {
    const before = engine.state.seq;
    const step = engine.execute(command);
    const each = { command, step };
    happened.push(each);
    if (step.ok && engine.state.seq !== before) records.push({ seq: engine.state.seq, command, events: step.events });
    look(each, engine);
  };
  for (const command of opening(chance, traded, portfolios)) execute(command);
  const commands = new Commands(chance, engine.state, traded, portfolios);
  for (let i = 0; i < LENGTH; i++) execute(commands.next());
  return { seed, engine, happened, records };
}
