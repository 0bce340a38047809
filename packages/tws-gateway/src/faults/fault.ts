import type { MessageName } from "../wire/answers.ts";
import type { RequestName } from "../wire/requests.ts";

/** Which of the occasions of its kind a fault takes. */
export type Occasion = Readonly<{
  /** Only orders with this reference. */
  reference?: string;
  /** Only orders in this symbol. */
  symbol?: string;
  /** Only the client with this id. */
  client?: number;
  /** The first occasion that it takes, from 1 (the default, the next one). */
  nth?: number;
  /** How many from there on; once by default. */
  times?: number | "always";
}>;

/** What goes wrong. Each is used up by its occasions. */
export type Mishap =
  /** A message is not sent, sent twice, or sent later. */
  | Readonly<{ fault: "lose" | "duplicate"; message: MessageName }>
  | Readonly<{ fault: "delay"; message: MessageName; byMs: number }>
  /** The connection breaks before or after a message is sent, which is lost in the first case. */
  | Readonly<{ fault: "drop-before" | "drop-after"; message: MessageName }>
  /** A request is never read; it is, and the connection breaks before; everything is done, and it breaks before a word is said of it. */
  | Readonly<{ fault: "lose-request" | "drop-unread" | "drop-unanswered"; request: RequestName }>
  /** From this request on the gateway neither reads nor writes, and keeps the connection. */
  | Readonly<{ fault: "half-open"; request: RequestName }>
  /** An order is rejected with a code: 201, 321, 110, 103 or any other. */
  | Readonly<{ fault: "reject"; code: number; text?: string; rejectJson?: string }>
  /** An order message (399), after which the order lives on. */
  | Readonly<{ fault: "warn"; code?: number; text?: string }>
  /** A cancellation is refused (10148), or its answer is withheld while the order lives on. */
  | Readonly<{ fault: "reject-cancel"; code?: number }>
  | Readonly<{ fault: "ignore-cancel" }>
  /** The rest of the order trades while its cancellation is on the way. */
  | Readonly<{ fault: "fill-before-cancel" }>
  /** The first word on an order carries the permanent id 0. */
  | Readonly<{ fault: "permanent-id-late" }>
  /** Status comes before the execution that it tells of. */
  | Readonly<{ fault: "status-first" }>
  /** What a commission report does: comes late, never, with −1, unset, or with one amount and then the right one. */
  | Readonly<{ fault: "commission"; as: "late" | "never" | "minus-one" | "unset" | "revised"; byMs?: number; first?: string }>
  /** An execution is corrected, or busted, that much later. */
  | Readonly<{ fault: "correct"; price?: string; quantity?: string; afterMs?: number }>
  | Readonly<{ fault: "bust"; afterMs?: number }>
  /** An order trades in these quantities; what is more than their sum rests. */
  | Readonly<{ fault: "partial"; quantities: readonly string[] }>
  /** The client id is in use (326), another session has the market data (10197), messages came too fast (100). */
  | Readonly<{ fault: "client-id-in-use" }>
  | Readonly<{ fault: "competing-session" }>
  | Readonly<{ fault: "rate-limit"; request?: RequestName }>;

export type Fault = Mishap & Occasion;
export type FaultName = Mishap["fault"];

/** What is happening when a fault may strike. */
export type Scene = Readonly<{
  message?: MessageName;
  request?: RequestName;
  reference?: string;
  symbol?: string;
  client?: number;
}>;

/** Every fault's name, for those who check what people write. */
export const FAULT_NAMES = [
  ...(["lose", "duplicate", "delay", "drop-before", "drop-after", "lose-request", "drop-unread", "drop-unanswered"] as const),
  ...(["half-open", "reject", "warn", "reject-cancel", "ignore-cancel", "fill-before-cancel", "permanent-id-late"] as const),
  ...(["status-first", "commission", "correct", "bust", "partial", "client-id-in-use", "competing-session", "rate-limit"] as const),
] as const satisfies readonly FaultName[];
