import { memorySecrets, type Secrets } from "../../secrets/secrets.ts";
import type { EdgeStore } from "../edge-store.ts";
import { Attempts } from "./attempts.ts";
import { Audit } from "./audit.ts";
import type { Names } from "./guard.ts";
import { ApiKeys } from "./keys.ts";
import { RATES, type Rate, type RateName, Rates } from "./rates.ts";
import { LoginSessions } from "./sessions.ts";
import type { SetupToken } from "./setup.ts";
import { Tickets } from "./tickets.ts";
import { Users } from "./users.ts";

/** What decides who is let in and how. */
export type EdgeOptions = Readonly<{
  /** Names and origins it answers under; see `namesOf`. */
  names: Names;
  /** Keys, users, sessions, the audit and answered wishes; one file of the data folder, or `:memory:`. */
  store: EdgeStore;
  /** True where a request without a key or a session is nobody: every bind but loopback (C26). */
  loginRequired?: boolean;
  /** Browsers reach it by TLS, ours or a proxy's. */
  secure?: boolean;
  /** Addresses and networks of the proxies in front of it; empty: there are none. */
  proxies?: readonly string[];
  /** Where secrets of users are kept; default: in memory. */
  secrets?: Secrets;
  /** Makes the first user, where there is none yet. */
  setup?: SetupToken | undefined;
  rates?: Partial<Readonly<Record<RateName, Rate>>>;
  now?: () => number;
}>;

/** Who may come in, and what is remembered of those who did. */
export type Edge = Readonly<{
  options: EdgeOptions;
  now: () => number;
  keys: ApiKeys;
  users: Users;
  sessions: LoginSessions;
  tickets: Tickets;
  audit: Audit;
  attempts: Attempts;
  rates: Rates;
  secrets: Secrets;
}>;

export function openEdge(options: EdgeOptions): Edge {
  const now = options.now ?? Date.now;
  const { store } = options;
  return {
    options,
    now,
    keys: new ApiKeys(store, now),
    users: new Users(store, now),
    sessions: new LoginSessions(store, now),
    tickets: new Tickets(now),
    audit: new Audit(store, now),
    attempts: new Attempts(now),
    rates: new Rates({ ...RATES, ...options.rates }, now),
    secrets: options.secrets ?? memorySecrets(),
  };
}
