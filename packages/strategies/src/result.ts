/** What went well, or why it did not: expected failures are values (style 8). */
export type Result<Value, Problem> = Readonly<{ ok: true; value: Value } | { ok: false; problems: readonly Problem[] }>;

export const ok = <Value>(value: Value): Readonly<{ ok: true; value: Value }> => ({ ok: true, value });
export const fail = <Problem>(...problems: readonly Problem[]): Readonly<{ ok: false; problems: readonly Problem[] }> => ({
  ok: false,
  problems,
});
