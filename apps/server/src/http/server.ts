import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import { getRequestListener } from "@hono/node-server";
import type { Desk } from "../desk/desk.ts";
import { refuseSocket, Sockets } from "../ws/sockets.ts";
import { type App, createApp } from "./app.ts";
import { bind, ListenRefused, portOf } from "./bind.ts";
import { HttpFailure, problemOf } from "./failure.ts";
import { renewTls, type TlsFiles } from "./renewal.ts";
import { isLoopbackAddress, isWithin, LOOPBACK_RANGES } from "./security/addresses.ts";
import { bracketed, checkHost, HEADERS, HSTS, type Names, namesOf } from "./security/guard.ts";
import { SetupToken } from "./security/setup.ts";
import { Users } from "./security/users.ts";
import type { AppOptions } from "./services.ts";

export type ListenOptions = Omit<AppOptions, "names" | "loginRequired" | "secure" | "proxies" | "setup"> &
  Readonly<{
    /** Default: both addresses of the loopback. */
    host?: string | undefined;
    /** 0 takes any free one. */
    port: number;
    /** More names that it answers under: what a proxy shows. */
    hosts?: readonly string[];
    /** PEM texts. */
    tls?: TlsFiles | undefined;
    /** Reads them again: a renewed certificate is taken without a restart. */
    readTls?: (() => TlsFiles) | undefined;
    renewEveryMs?: number;
    /** A proxy in front of it ends TLS; nobody else is answered then. */
    proxied?: boolean;
    /** Where the proxy asks from; default: this machine. */
    proxies?: readonly string[];
    /** Wants a login on loopback too. */
    login?: boolean;
    /** Shows a person the token that makes the first user; without it a desk that wants a login and has nobody refuses. */
    showSetup?: ((token: string) => void) | undefined;
  }>;

/** A desk that answers on a port. */
export type Listening = Readonly<{ port: number; url: string; app: App; sockets: Sockets; close: () => Promise<void> }>;

const ANY: ReadonlySet<string> = new Set(["0.0.0.0", "::"]);

/**
 * Opens the port of a desk for REST, WebSocket and the page. Loopback needs no login; any other bind refuses to start without TLS (or
 * a declared proxy) and somebody who can log in: a user, or a key with the right `admin` (C26, SEC-DEF 1).
 */
export async function listen(desk: Desk, options: ListenOptions): Promise<Listening> {
  const { host, tls, proxied } = options;
  const isLoopback = host === undefined || host === "localhost" || isLoopbackAddress(host);
  if (!isLoopback && tls === undefined && proxied !== true)
    throw new ListenRefused("BIND_UNSAFE", { host, needs: "TLS files, or a proxy that is declared" });
  const loginRequired = !isLoopback || proxied === true || options.login === true;
  const setup = loginRequired ? setupOf(options) : undefined;
  const servers = await bind(() => serverOf(tls), host, options.port);
  const port = portOf(servers[0]);
  const names = namesOf(port, {
    hosts: options.hosts ?? [],
    tls: tls !== undefined,
    own: host === undefined || ANY.has(host) ? undefined : host,
  });
  const proxies = proxied === true ? (options.proxies ?? LOOPBACK_RANGES) : [];
  const app = createApp(desk, { ...options, names, loginRequired, secure: tls !== undefined || proxied === true, proxies, setup });
  const sockets = new Sockets(app.services);
  const isSecure = tls !== undefined || proxied === true;
  const gate = { names, proxies, headers: Object.entries(isSecure ? { ...HEADERS, "Strict-Transport-Security": HSTS } : HEADERS) };
  for (const server of servers) serve(server, gate, app, sockets);
  const stop = renewal(servers, options);
  const url = `${tls === undefined ? "http" : "https"}://${shownHost(options)}:${port}`;
  return { port, url, app, sockets, close: () => close(servers, app, sockets).finally(stop) };
}

function renewal(servers: readonly Server[], { tls, readTls, renewEveryMs, onError }: ListenOptions): () => void {
  if (tls === undefined || readTls === undefined) return () => undefined;
  return renewTls(servers, tls, { read: readTls, everyMs: renewEveryMs, onError: (error) => onError?.(error, "tls") });
}

/** Nothing where somebody can log in already; else the token for the first user, where a person can be shown it. */
function setupOf({ store, now = Date.now, showSetup, host }: ListenOptions): SetupToken | undefined {
  const hasAdmin = store
    .keys()
    .some(({ actions, revokedAt, expiresAt }) => actions.includes("admin") && revokedAt === null && expiresAt > now());
  if (hasAdmin || new Users(store, now).count > 0) return undefined;
  if (showSetup !== undefined) return new SetupToken(now, showSetup);
  throw new ListenRefused("BIND_UNSAFE", { host: host ?? "this machine", needs: "somebody who can log in: `bulkhead user add <name>`" });
}

function serverOf(tls: ListenOptions["tls"]): Server {
  if (tls === undefined) return createServer();
  try {
    return createTlsServer({ ...tls, minVersion: "TLSv1.2" });
  } catch (error) {
    throw new ListenRefused("TLS_UNREADABLE", { cause: error instanceof Error ? error.message : String(error) });
  }
}

type Gate = Readonly<{ names: Names; proxies: readonly string[]; headers: readonly (readonly [string, string])[] }>;

function serve(server: Server, gate: Gate, app: App, sockets: Sockets): void {
  const answer = getRequestListener(app.fetch);
  server.on("request", (request, response) => {
    for (const [name, value] of gate.headers) response.setHeader(name, value);
    const failure = refusal(gate, request);
    if (failure === undefined) void answer(request, response);
    else refuse(response, failure);
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head) => {
    const failure = refusal(gate, request);
    if (failure === undefined) sockets.upgrade(request, socket, head);
    else refuseSocket(socket, failure);
  });
}

/** Before anything of the request is looked at: what a foreign name asks for, or who goes around the proxy, is never parsed. */
function refusal({ names, proxies }: Gate, request: IncomingMessage): HttpFailure | undefined {
  if (proxies.length > 0 && !isWithin(request.socket.remoteAddress ?? "", proxies)) return new HttpFailure(403, "NOT_A_PROXY");
  try {
    checkHost(names, request.headers.host);
    return undefined;
  } catch {
    return new HttpFailure(421, "HOST_NOT_ALLOWED");
  }
}

function refuse(response: ServerResponse, failure: HttpFailure): void {
  response.writeHead(failure.status, { "Content-Type": "application/problem+json" });
  response.end(JSON.stringify(problemOf(failure)));
}

/** What a person types: a configured name where it listens everywhere. */
function shownHost({ host, hosts = [] }: ListenOptions): string {
  if (host === undefined || host === "localhost") return "127.0.0.1";
  const named = hosts[0]?.replace(/:\d+$/, "");
  return ANY.has(host) && named !== undefined ? named : bracketed(host);
}

async function close(servers: readonly Server[], app: App, sockets: Sockets): Promise<void> {
  sockets.close();
  app.close();
  const closed = servers.map(
    (server) =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
      }),
  );
  for (const server of servers) server.closeIdleConnections();
  // Who still holds a stream open is let go.
  const timer = setTimeout(() => {
    for (const server of servers) server.closeAllConnections();
  }, 500);
  await Promise.all(closed);
  clearTimeout(timer);
}
