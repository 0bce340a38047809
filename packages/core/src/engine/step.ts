import type { Effect } from "../ports.ts";
import type { Refusal, RefusalCode } from "../refusal.ts";
import type { Event } from "./events.ts";

/** The engine's answer to a command: what happened and what must be done, or why not. */
export type Step = Readonly<{ ok: true; events: readonly Event[]; effects: readonly Effect[] } | { ok: false; refusal: Refusal }>;

const NO_EFFECTS: readonly Effect[] = [];

/** The command happened. */
export const done = (events: readonly Event[], effects: readonly Effect[] = NO_EFFECTS): Step => ({ ok: true, events, effects });
/** A retry of what already happened: nothing new. */
export const NOTHING: Step = done([]);
/** The command is not admitted; nothing changes. */
export const refuse = (code: RefusalCode, params: Refusal["params"] = {}): Step => ({ ok: false, refusal: { code, params } });
