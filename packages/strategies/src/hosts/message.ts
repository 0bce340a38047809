import type { MessagePort } from "node:worker_threads";
import { z } from "zod";
import type { StrategySource } from "../files/load.ts";
import { type Reply, replyOf } from "../seat/reply.ts";
import type { ExplainOptions } from "../seat/seat.ts";
import type { StateSnapshot } from "../seat/state.ts";
import type { LineTrace } from "../seat/trace.ts";
import type { StrategyDeclaration } from "./declaration.ts";
import { FAULTS_INSIDE } from "./fault.ts";
import type { Progress, Question, Readings, SeatsMemory } from "./question.ts";
import { SCHEDULE, STATE_MAX } from "./seat-runner.ts";
import type { SeriesHandle } from "./shared-series.ts";

/** What a thread is started with. */
export type WorkerSetup = Readonly<{
  source: StrategySource;
  params: Readonly<Record<string, unknown>>;
  /** Every param is text: flags and forms. */
  fromText: boolean;
  symbols: readonly string[];
  series: readonly SeriesHandle[];
  /** See the places below. */
  signal: Int32Array;
  port: MessagePort;
}>;

/** Places in the signal: answers posted, heartbeats, and 1 once the thread is ending. */
export const ANSWERS = 0;
export const BEATS = 1;
export const GONE = 2;
export const BEAT_EVERY_MS = 250;

/** What a thread is told after that; each is answered with one `Answer`. */
export type Told = Readonly<
  | { type: "begin"; number: number; memory: SeatsMemory }
  | {
      type: "ask";
      number: number;
      questions: readonly Question[];
      readings: Readings;
      /** Series that moved to a larger memory, by seat. */
      moved: readonly (readonly [seat: number, handle: SeriesHandle])[];
    }
  | { type: "goOn"; number: number; readings: Readings }
>;

/** Asked beside all that, in no order with it: why a seat answered as it did. */
export type WhyAsked = Readonly<{ type: "why"; number: number; seat: number; options: ExplainOptions }>;

/** How loading ended: what the strategy is, or problems, one code and sentence each. */
export type Loaded = Readonly<
  | { ok: true; declaration: StrategyDeclaration }
  | { ok: false; problems: readonly Readonly<{ code: string; path: string; line: number | undefined; message: string }>[] }
>;

const PROBLEM = z.object({
  code: z.string().max(64),
  path: z.string().max(4_096),
  line: z.number().optional(),
  message: z.string().max(10_000),
});
const INDICATOR = z.object({
  key: z.string(),
  kind: z.string(),
  parameters: z.array(z.union([z.number(), z.string()])),
  lines: z.array(z.string()),
  warmUp: z.number(),
});
const DECLARATION = z.object({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  version: z.string().max(200),
  bars: z.string().max(16).optional(),
  params: z.record(z.string(), z.unknown()),
  codeHash: z.string().max(64).optional(),
  warmUp: z.number().int().min(1),
  indicators: z.record(z.string(), INDICATOR),
  schema: z.object({
    type: z.literal("object"),
    additionalProperties: z.literal(false),
    properties: z.record(z.string().max(64), z.record(z.string().max(64), z.unknown())),
  }),
  needs: z.object({ bars: z.boolean(), fills: z.boolean(), schedule: z.enum(["1h", "4h", "1d", "1w", "1mo", "3mo", "1y"]).optional() }),
});
const LOADED = z.union([
  z.object({ ok: z.literal(true), declaration: DECLARATION }),
  z.object({ ok: z.literal(false), problems: z.array(PROBLEM).min(1).max(1_000) }),
]);

/** What a thread says of its loading; undefined where that is anything else. */
export function loadedOf(raw: unknown): Loaded | undefined {
  const parsed = LOADED.safeParse(raw);
  return parsed.success ? (parsed.data as unknown as Loaded) : undefined;
}

/** An answer of a thread, proved. */
export type Answer = Progress & Readonly<{ states: readonly (readonly [seat: number, state: StateSnapshot])[]; log: readonly string[] }>;

const SNAPSHOT = z.object({ version: z.number(), json: z.string().max(STATE_MAX) });
const ANSWER = z.object({
  number: z.number(),
  place: z.number().int().min(0),
  reply: z.unknown().optional(),
  states: z.array(z.tuple([z.number().int(), SNAPSHOT])),
  log: z.array(z.string().max(500)).max(100_000),
});
const FAULT = z.object({
  type: z.literal("fault"),
  code: z.enum(FAULTS_INSIDE),
  path: z.string().max(500),
  message: z.string().max(2_000),
});

/** What was asked, and how far it was answered already. */
export type Asked = Readonly<{ number: number; questions: readonly Question[]; place: number; symbols: readonly string[] }>;

/** An answer to what was asked, every part of it checked again; undefined for anything else. Throws for nothing. */
export function answerOf(raw: unknown, asked: Asked): Answer | undefined {
  const parsed = ANSWER.safeParse(raw);
  if (!parsed.success || parsed.data.number !== asked.number) return undefined;
  const { place, states, log } = parsed.data;
  const { questions, symbols } = asked;
  const isSilent = parsed.data.reply === undefined;
  if (place > questions.length || (isSilent ? place !== questions.length : place <= asked.place)) return undefined;
  if (states.some(([seat]) => seat < SCHEDULE || seat >= symbols.length)) return undefined;
  const reply = isSilent ? undefined : proved(parsed.data.reply, questions[place - 1], symbols);
  return { place, reply, states: states as Answer["states"], log };
}

function proved(raw: unknown, question: Question | undefined, symbols: readonly string[]): Reply {
  const at = question?.kind === "schedule" ? question.at : 0;
  const fault = FAULT.safeParse(raw);
  if (fault.success) return { ...fault.data, at };
  const symbol = question === undefined || question.kind === "schedule" ? undefined : symbols[question.seat];
  return replyOf(raw, { symbol, symbols, at });
}

const PAIR = z.tuple([z.number().or(z.nan()), z.number().or(z.nan())]);
const LINE = z.string().max(200);
const READ = z.union([
  z.object({ line: LINE, question: z.enum(["value", "previous"]), answer: z.number().or(z.nan()) }),
  z.object({ line: LINE, question: z.literal("at"), barsAgo: z.number().int().min(0), answer: z.number().or(z.nan()) }),
  z.object({
    line: LINE,
    question: z.enum(["crossedAbove", "crossedBelow"]),
    other: z.union([LINE, z.number()]),
    answer: z.boolean(),
    now: PAIR,
    before: PAIR,
  }),
]);
const WHY = z.object({
  why: z.number(),
  trace: z
    .object({
      at: z.number(),
      warmUpLeft: z.number().int().min(0),
      reads: z.array(READ).max(10_000),
      reply: z.unknown().optional(),
      nearest: z.array(z.object({ line: LINE, value: z.number(), needed: z.number() })).max(1_000),
    })
    .optional(),
});

/** What a thread says of why, with the number of the question; undefined where that is anything else. */
export function whyOf(raw: unknown, symbols: readonly string[], symbol: (number: number) => string | undefined) {
  const parsed = WHY.safeParse(raw);
  if (!parsed.success) return undefined;
  const { why, trace } = parsed.data;
  const own = symbol(why);
  if (own === undefined || trace === undefined) return { number: why, trace: undefined };
  const fault = FAULT.safeParse(trace.reply);
  const reply =
    trace.reply === undefined
      ? undefined
      : fault.success
        ? { ...fault.data, at: trace.at }
        : replyOf(trace.reply, { symbol: own, symbols, at: trace.at });
  return { number: why, trace: { ...trace, symbol: own, reply } as LineTrace };
}
