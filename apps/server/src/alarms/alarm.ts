import type { AlarmCode, Severity } from "@bulkhead/contract";
import type { AccountId, PortfolioId } from "@bulkhead/core";

/** Something that somebody must look at, as a source saw it. The same `key` as long as it is the same alarm. */
export type Sighting = Readonly<{
  key: string;
  code: AlarmCode;
  severity: Severity;
  /** Null: of the whole desk. */
  account: AccountId | null;
  /** Null: of the whole account. */
  portfolio: PortfolioId | null;
  /** Figures of the code's sentence. */
  params: Readonly<Record<string, string>>;
}>;

/** An alarm as it is kept. */
export type KeptAlarm = Sighting &
  Readonly<{
    alarmId: number;
    raisedAt: number;
    seenAt: number;
    /** How often it was seen to begin. */
    times: number;
    /** Null while it goes on. */
    resolvedAt: number | null;
    acknowledgedAt: number | null;
    acknowledgedBy: string | null;
  }>;

/** What is said of an alarm: that it began, that it still goes on, that it is over, or that the channel is tried. */
export type MessageKind = "raised" | "again" | "resolved" | "test";
/** `muted` is not told: below the least severity, or nobody is there to be told. */
export type MessageState = "pending" | "delivered" | "expired" | "muted";

/** One message of an alarm on its way. */
export type AlarmMessage = Readonly<{
  messageId: number;
  alarmId: number;
  kind: MessageKind;
  state: MessageState;
  createdAt: number;
  attempts: number;
  deliveredAt: number | null;
  /** What the channel said last, or why it was not reached. */
  answer: string | null;
}>;

export const SEVERITY_RANK: Readonly<Record<Severity, number>> = { info: 0, warning: 1, critical: 2 };
