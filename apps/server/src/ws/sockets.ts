import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { HttpFailure, problemOf } from "../http/failure.ts";
import { alarmRow } from "../http/routes/alarms.ts";
import { connectionRow } from "../http/rows/reconcile-rows.ts";
import { HEADERS } from "../http/security/guard.ts";
import { isPerson, type Principal } from "../http/security/principal.ts";
import type { Services } from "../http/services.ts";
import { Session } from "./session.ts";

const MESSAGE_MAX = 65_536;
const PING_MS = 15_000;
const TICK_MS = 100;
/** Long enough for a turn's other records, too short for an eye. */
const SOON_MS = 5;
const SOCKETS_MAX = 1_000;
const SOCKETS_PER_KEY_MAX = 50;

/** All sockets of a desk, on the port of its API. */
export class Sockets {
  readonly #services: Services;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_MAX, perMessageDeflate: false, clientTracking: false });
  readonly #sessions = new Map<WebSocket, Session>();
  readonly #timers: readonly NodeJS.Timeout[];
  #soon: NodeJS.Timeout | undefined;
  readonly #stopAlarms: (() => void) | undefined;
  readonly #stopConnections: (() => void)[] = [];

  constructor(services: Services) {
    this.#services = services;
    this.#stopAlarms = services.options.alarms?.alarms.onChange((alarm, message) => {
      const row = alarmRow(alarm, message);
      for (const session of this.#sessions.values()) session.tellAlarm(alarm, row);
    });
    this.#timers = [
      setInterval(() => this.#pingSoon(), services.options.pingMs ?? PING_MS).unref(),
      setInterval(() => this.#tick(), TICK_MS).unref(),
    ];
    for (const account of services.desk.accounts.values()) {
      services.feeds.of(account).listen(() => this.#tickSoon());
      const stop = account.live?.onStatus(() => {
        const row = connectionRow(account);
        for (const session of this.#sessions.values()) session.tellConnection(account, row);
      });
      if (stop !== undefined) this.#stopConnections.push(stop);
    }
    services.keys.onChange((id, what) => this.#closeWhere((principal) => principal.id === id, `key ${what}`));
    services.sessions.onEnd((sessionId) => this.#closeWhere((principal) => principal.sessionId === sessionId, "session ended"));
  }

  get size(): number {
    return this.#sessions.size;
  }

  /** Takes an upgrade that is proven, refuses any other with a problem (SEC-WEB 16, 17, 20). */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    try {
      const principal = this.#admit(request);
      this.#server.handleUpgrade(request, socket, head, (client) => this.#open(client, principal));
    } catch (error) {
      refuseSocket(socket, error instanceof HttpFailure ? error : new HttpFailure(500, "INTERNAL_ERROR", { request: "ws" }));
    }
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    clearTimeout(this.#soon);
    this.#stopAlarms?.();
    for (const stop of this.#stopConnections) stop();
    for (const session of this.#sessions.values()) session.close(1001, "desk is stopping");
    this.#server.close();
  }

  #admit(request: IncomingMessage): Principal {
    const url = new URL(request.url ?? "/", "http://desk");
    const asking = {
      method: request.method ?? "GET",
      path: url.pathname,
      peer: request.socket.remoteAddress,
      header: (name: string) => {
        const value = request.headers[name];
        return typeof value === "string" ? value : undefined;
      },
    };
    const { principal } = this.#services.admission.admitSocket(asking, url.searchParams.get("ticket") ?? undefined);
    const own = [...this.#sessions.values()].filter((session) => session.principal.id === principal.id).length;
    if (this.#sessions.size >= SOCKETS_MAX || (!isPerson(principal) && own >= SOCKETS_PER_KEY_MAX))
      throw new HttpFailure(429, "RATE_LIMITED", { seconds: 1 });
    return principal;
  }

  #open(client: WebSocket, principal: Principal): void {
    const session = new Session(client, principal, this.#services);
    this.#sessions.set(client, session);
    client.on("message", (data, isBinary) => {
      if (isBinary) return session.close(1003, "text only");
      void session.take(String(data));
    });
    client.on("pong", () => {
      session.isAlive = true;
    });
    client.on("error", () => client.terminate());
    client.on("close", () => {
      session.end();
      this.#sessions.delete(client);
    });
  }

  #closeWhere(isMeant: (principal: Principal) => boolean, reason: string): void {
    for (const session of this.#sessions.values()) if (isMeant(session.principal)) session.close(1008, reason);
  }

  /** A desk that stood still for a while reads the answers that came meanwhile before it lets anybody go. */
  #pingSoon(): void {
    setImmediate(() => this.ping());
  }

  /** Lets go who did not answer the last time, and asks the others. */
  ping(): void {
    for (const [client, session] of this.#sessions) {
      if (!session.isAlive) client.terminate();
      session.isAlive = false;
      client.ping();
    }
  }

  /** Something happened: who looks at it is told before the next beat. */
  #tickSoon(): void {
    if (this.#sessions.size === 0 || this.#soon !== undefined) return;
    this.#soon = setTimeout(() => {
      this.#soon = undefined;
      this.#tick();
    }, SOON_MS).unref();
  }

  #tick(): void {
    const now = this.#services.now();
    for (const session of this.#sessions.values()) {
      if (!this.#services.admission.isGood(session.principal)) session.close(1008, "key or session expired");
      else void session.catchUp(now);
    }
  }
}

/** Answers an upgrade that is not taken with a problem. */
export function refuseSocket(socket: Duplex, failure: HttpFailure): void {
  const body = JSON.stringify(problemOf(failure));
  const headers = {
    ...HEADERS,
    "Content-Type": "application/problem+json",
    "Content-Length": String(Buffer.byteLength(body)),
    Connection: "close",
    ...failure.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  socket.end([`HTTP/1.1 ${failure.status} ${failure.code}`, ...lines, "", body].join("\r\n"));
}
