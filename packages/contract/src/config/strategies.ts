import { z } from "zod";
import type { StrategiesConfig } from "./config.ts";
import { type Parsed, Reader, type Sink, tableLayer } from "./reader.ts";
import { duration, whole, yesOrNo } from "./values.ts";
import { durationWords } from "./words.ts";

/** `[strategies]`: how a desk keeps strategy files, each in a thread of its own. */
export const strategiesTable = z.strictObject({
  deadline: duration(10).optional(),
  memory_mb: whole(16, 65_536).optional(),
  parallel: yesOrNo.optional(),
});
export type StrategiesTable = z.output<typeof strategiesTable>;

/** Reads `[strategies]`. */
export function readStrategies(parsed: Parsed<StrategiesTable> | undefined, sink: Sink): StrategiesConfig {
  const layers = parsed === undefined ? [] : [tableLayer<StrategiesTable>(parsed)];
  const reader = new Reader<StrategiesTable>("strategies", layers, sink, { scale: 0, currency: "" });
  return {
    deadlineMs: reader.plain("deadline", 250, (ms) => `a strategy file that has not answered after ${durationWords(Number(ms))} is ended`),
    memoryMb: reader.plain("memory_mb", 128, (value) => `each gets ${value} MiB of memory`),
    parallel: reader.plain("parallel", true, (value) => (value ? "they think at the same time" : "they think one after the other")),
  };
}
