import { randomUUID } from "node:crypto";
import { HttpFailure } from "../failure.ts";
import { clientAddress } from "./addresses.ts";
import type { AuditEntry } from "./audit.ts";
import { tokenOf } from "./cookie.ts";
import type { Edge } from "./edge.ts";
import { checkChange, checkCookieChange, checkHost, checkRead, type Provenance } from "./guard.ts";
import { isPerson, LOCAL, NOBODY, type Principal, personOf } from "./principal.ts";

/** A request before anything of it is believed. Header names in lower case. */
export type Asking = Readonly<{
  method: string;
  path: string;
  /** Address of the other end of the connection. */
  peer: string | undefined;
  header: (name: string) => string | undefined;
}>;

/** Who asks, from where, under which number. */
export type Admitted = Readonly<{ principal: Principal; address: string; requestId: string }>;

/** What a route asks of who calls it. `open`: nothing; `person`: somebody at this desk, never a key; else the action. */
export type Demand = Readonly<{ operationId: string; action: string; budget?: "safety"; stepUp?: boolean }>;

/** The door of the API: names, origins, who it is, what they may (SEC-AUTHZ 11, SEC-WEB 16 to 18). In this order, before a route is looked at. */
export class Admission {
  readonly #edge: Edge;

  constructor(edge: Edge) {
    this.#edge = edge;
  }

  /** True where a request without a key or a session is nobody: every bind but loopback, and loopback with more than one user (C26). */
  get loginRequired(): boolean {
    return this.#edge.options.loginRequired === true || this.#edge.users.count > 1;
  }

  admit(asking: Asking): Admitted {
    const { method, path } = asking;
    const from = provenanceOf(asking.header);
    const address = this.#address(asking);
    const requestId = randomUUID();
    // Control characters escaped: a line of the audit stays one line.
    const what = (): string => `${method} ${JSON.stringify(path.slice(0, 120)).slice(1, -1)}`;
    return this.#guarded({ who: "nobody", what, from: address, requestId }, () => {
      checkHost(this.#edge.options.names, from.host);
      const reads = method === "GET" || method === "HEAD";
      if (!reads) checkChange(this.#edge.options.names, from);
      else if (path.startsWith("/api")) checkRead(this.#edge.options.names, from);
      const principal = this.#principal(from, address, requestId);
      if (principal.sessionId !== undefined) {
        if (!reads) checkCookieChange(from);
        // A page that asks for itself again and again is not a person who is there.
        if (path.startsWith("/api")) this.#edge.sessions.touch(principal.sessionId);
      }
      return { principal, address, requestId };
    });
  }

  /** A socket: proven as a change is; a page shows a ticket, for a cookie alone says nothing of which page it was. */
  admitSocket(asking: Asking, ticket: string | undefined): Admitted {
    const from = provenanceOf(asking.header);
    const address = this.#address(asking);
    const requestId = randomUUID();
    return this.#guarded({ who: "nobody", what: "socket", from: address, requestId }, () => {
      checkHost(this.#edge.options.names, from.host);
      const client = from.client ?? (from.cookie === undefined && from.origin === undefined ? "program" : undefined);
      checkChange(this.#edge.options.names, { ...from, client });
      if (asking.path !== "/ws") throw new HttpFailure(404, "ROUTE_UNKNOWN", { path: asking.path.slice(0, 200) });
      const principal = this.#socketPrincipal(from, address, requestId, ticket);
      if (!principal.actions.has("read")) throw new HttpFailure(403, "ACTION_NOT_ALLOWED", { action: "read" });
      return { principal, address, requestId };
    });
  }

  /** Lets who was admitted do this, or says why not. */
  allow({ principal, address, requestId }: Admitted, demand: Demand): Principal {
    const { action, budget, operationId } = demand;
    if (action === "open") return principal;
    return this.#guarded({ who: principal.id, what: operationId, from: address, requestId }, () => {
      if (principal === NOBODY) throw new HttpFailure(401, "LOGIN_REQUIRED", {}, { headers: { "WWW-Authenticate": "Bearer" } });
      this.#edge.rates.take(budget ?? (isPerson(principal) ? "local" : "key"), principal.id);
      if (action === "person") {
        if (!isPerson(principal)) throw new HttpFailure(403, "PERSON_REQUIRED");
      } else if (!principal.actions.has(action as never)) throw new HttpFailure(403, "ACTION_NOT_ALLOWED", { action });
      if (demand.stepUp === true) this.requireStepUp(principal);
      return principal;
    });
  }

  /** Somebody who logged in has to have proved again, in the last five minutes, who they are; keys and the single user on loopback need not. */
  requireStepUp(principal: Principal): void {
    const { sessionId } = principal;
    if (sessionId !== undefined && this.#edge.sessions.stepUpUntil(sessionId) === null) throw new HttpFailure(403, "STEP_UP_REQUIRED");
  }

  /** Whether a principal may still act: its key or its session holds. */
  isGood({ id, sessionId }: Principal): boolean {
    return sessionId === undefined ? this.#edge.keys.isGood(id) : this.#edge.sessions.isGood(sessionId);
  }

  #principal(from: Provenance, address: string, requestId: string): Principal {
    if (from.authorization !== undefined) return this.#ofKey(from.authorization, address, requestId);
    const token = tokenOf(from.cookie, this.#edge.options.secure === true);
    const session = token === undefined ? undefined : this.#edge.sessions.find(token);
    if (session !== undefined) return personOf(session.user, session.sessionId);
    return this.loginRequired ? NOBODY : LOCAL;
  }

  #socketPrincipal(from: Provenance, address: string, requestId: string, ticket: string | undefined): Principal {
    if (from.authorization !== undefined) return this.#ofKey(from.authorization, address, requestId);
    if (ticket === undefined && !this.loginRequired) return LOCAL;
    const principal = ticket === undefined ? undefined : this.#edge.tickets.redeem(ticket);
    if (principal !== undefined && this.isGood(principal) && (isPerson(principal) || this.#edge.keys.isFrom(principal.id, address)))
      return principal;
    this.#edge.rates.take("stranger", address);
    throw new HttpFailure(401, "TICKET_REQUIRED");
  }

  #ofKey(authorization: string, address: string, requestId: string): Principal {
    const principal = this.#edge.keys.principalOf(authorization, address);
    if (principal === undefined) {
      this.#edge.rates.take("stranger", address);
      throw new HttpFailure(401, "KEY_INVALID", {}, { headers: { "WWW-Authenticate": "Bearer" } });
    }
    const account = principal.account ?? "";
    this.#edge.audit.used({ who: principal.id, what: "key_used", outcome: "ok", account, from: address, requestId, details: {} });
    return principal;
  }

  #address({ peer, header }: Asking): string {
    const proxies = this.#edge.options.proxies ?? [];
    return clientAddress(peer, proxies.length === 0 ? undefined : header("x-forwarded-for"), proxies);
  }

  /** What is refused here is audited. */
  #guarded<T>(about: Pick<AuditEntry, "who" | "from" | "requestId"> & Readonly<{ what: string | (() => string) }>, run: () => T): T {
    try {
      return run();
    } catch (error) {
      if (error instanceof HttpFailure && error.status !== 404)
        this.#edge.audit.denied({
          ...about,
          what: typeof about.what === "string" ? about.what : about.what(),
          outcome: error.code,
          account: "",
          details: {},
        });
      throw error;
    }
  }
}

export function provenanceOf(header: (name: string) => string | undefined): Provenance {
  return {
    host: header("host"),
    origin: header("origin"),
    site: header("sec-fetch-site"),
    cookie: header("cookie"),
    authorization: header("authorization"),
    client: header("x-bulkhead-client") || undefined,
  };
}
