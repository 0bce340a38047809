import type { AccountId, Command, InstantMs, JournalRecord, Refusal, StateView } from "@bulkhead/core";
import type { LiveAccount } from "../live/live-account.ts";
import type { Alarm } from "./alarms.ts";

/** A command without its instant: the desk stamps it on entry. */
export type Unstamped = Command extends infer C ? (C extends Command ? Omit<C, "at"> : never) : never;

/** A command's answer once what it made is durable: the records up to `seq` survive `kill -9`. */
export type Acknowledged = Readonly<
  | { ok: true; seq: number; record: JournalRecord | null }
  | { ok: false; refusal: Refusal; seq: number }
  /** Not taken: the desk is busy beyond its bounds, stopping, or reads only. Nothing changed; asking again is safe. */
  | { ok: false; unavailable: "busy" | "stopping" | "read_only" | "halted"; seq: number }
>;

/** What became of one command of a group; a null record: it changed nothing. */
export type GroupStep = Readonly<{ ok: true; record: JournalRecord | null } | { ok: false; refusal: Refusal }>;

/** Decides on commands at the state in which they are executed. Changes nothing by itself. */
export type GroupPlan = (state: StateView, at: InstantMs) => readonly Unstamped[];

/** A group's answer once what it made is durable: one step for each command, in order. */
export type GroupAcknowledged = Readonly<
  | { ok: true; seq: number; steps: readonly GroupStep[] }
  | { ok: false; unavailable: "busy" | "stopping" | "read_only" | "halted"; seq: number }
>;

/** Why a desk or an account is not free to trade, in words for health and screens. */
export type Readiness = Readonly<{ ready: boolean; reasons: readonly string[] }>;

/** One account of a running desk: the only way in is a command, the only truth is the journal. */
export interface DeskAccount {
  readonly id: AccountId;
  /** The engine's tables, to look at between two turns of the event loop; may run ahead of what is durable. */
  readonly state: StateView;
  /** Position up to which everything is durable; nothing newer is ever shown or acknowledged. */
  readonly durableSeq: number;
  readonly readiness: Readiness;
  /** Its broker; absent where the venue is simulated. */
  readonly live?: LiveAccount | undefined;
  /** What somebody must look at now; empty is the rule. */
  readonly alarms: readonly Alarm[];
  /** Executes a command with the desk's clock as its instant; resolves once durable. Commands are taken in order. */
  submit(command: Unstamped): Promise<Acknowledged>;
  /** Executes what `plan` decides on, with nothing in between and as one append; resolves once durable. */
  submitAll(plan: GroupPlan): Promise<GroupAcknowledged>;
  /** Durable records in order, from the next one on; returns the way to stop. A listener never throws. */
  onDurable(listener: (records: readonly JournalRecord[]) => void): () => void;
}

/** A running desk: any number of accounts over one data folder. */
export interface Desk {
  readonly accounts: ReadonlyMap<AccountId, DeskAccount>;
  readonly readiness: Readiness;
  /** Stops entries, makes everything durable and lets go of the folder. Idempotent. */
  stop(): Promise<void>;
}
