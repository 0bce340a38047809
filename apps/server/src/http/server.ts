import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import type { Desk } from "../desk/desk.ts";
import { Sockets } from "../ws/sockets.ts";
import { type App, createApp } from "./app.ts";
import { HttpFailure, problemOf } from "./failure.ts";
import { checkHost, HEADERS, HSTS, namesOf } from "./security/guard.ts";
import type { AppOptions } from "./services.ts";

export type ListenOptions = Omit<AppOptions, "names" | "loginRequired"> &
  Readonly<{
    /** Default 127.0.0.1. */
    host?: string;
    /** 0 takes any free one. */
    port: number;
    /** More names that it answers under: what a proxy shows. */
    hosts?: readonly string[];
    /** PEM texts. */
    tls?: Readonly<{ cert: string; key: string }>;
    /** A proxy in front of it ends TLS. */
    proxied?: boolean;
  }>;

/** Why a desk does not listen: `code` of the operating system, or one of ours. */
export class ListenRefused extends Error {
  readonly code: "PORT_BUSY" | "BIND_UNSAFE" | "PORT_DENIED";
  constructor(code: ListenRefused["code"], details: string) {
    super(`${code}: ${details}`);
    this.code = code;
  }
}

/** A desk that answers on a port. */
export type Listening = Readonly<{ port: number; url: string; app: App; sockets: Sockets; close: () => Promise<void> }>;

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "::1", "localhost"]);

/**
 * Opens the port of a desk for REST, WebSocket and the page. Loopback needs no login; any other bind refuses to start without TLS (or
 * a declared proxy) and somebody who can log in: a key with the right `admin` (C26, SEC-DEF 1).
 */
export async function listen(desk: Desk, options: ListenOptions): Promise<Listening> {
  const host = options.host ?? "127.0.0.1";
  const isLoopback = LOOPBACK.has(host);
  const hasTls = options.tls !== undefined;
  if (!isLoopback) assertSafe(options, hasTls);
  const server = hasTls ? createTlsServer(options.tls ?? {}) : createServer();
  await bound(server, options.port, host);
  const { port } = server.address() as AddressInfo;
  const names = namesOf(port, { hosts: options.hosts ?? [], tls: hasTls });
  const app = createApp(desk, { ...options, names, loginRequired: !isLoopback || options.proxied === true });
  const sockets = new Sockets(app.services);
  const answer = getRequestListener(app.fetch);
  const headers = Object.entries(hasTls ? { ...HEADERS, "Strict-Transport-Security": HSTS } : HEADERS);
  server.on("request", (request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    // Before anything of the request is looked at: what a foreign name asks for is never parsed.
    try {
      checkHost(names, request.headers.host);
    } catch (error) {
      const failure = error instanceof HttpFailure ? error : new HttpFailure(421, "HOST_NOT_ALLOWED");
      response.writeHead(failure.status, { "Content-Type": "application/problem+json" });
      response.end(JSON.stringify(problemOf(failure)));
      return;
    }
    void answer(request, response);
  });
  server.on("upgrade", (request: IncomingMessage, socket, head) => sockets.upgrade(request, socket, head));
  const shown = host === "::1" ? "[::1]" : host;
  return { port, url: `${hasTls ? "https" : "http"}://${shown}:${port}`, app, sockets, close: () => close(server, app, sockets) };
}

function assertSafe(options: ListenOptions, hasTls: boolean): void {
  if (!hasTls && options.proxied !== true)
    throw new ListenRefused("BIND_UNSAFE", `host=${options.host}, needs=TLS files or a declared proxy`);
  const now = (options.now ?? Date.now)();
  const canLogIn = options.store
    .keys()
    .some(({ actions, revokedAt, expiresAt }) => actions.includes("admin") && revokedAt === null && expiresAt > now);
  if (!canLogIn) throw new ListenRefused("BIND_UNSAFE", `host=${options.host}, needs=a key with the right admin`);
}

function bound(server: Server, port: number, host: string): Promise<void> {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxHeadersCount = 100;
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      const code = error.code === "EADDRINUSE" ? "PORT_BUSY" : "PORT_DENIED";
      reject(new ListenRefused(code, `host=${host}, port=${port}, cause=${error.code}`));
    });
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve();
    });
  });
}

async function close(server: Server, app: App, sockets: Sockets): Promise<void> {
  sockets.close();
  app.close();
  const closed = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  // Who still holds a stream open is let go.
  const timer = setTimeout(() => server.closeAllConnections(), 500);
  await closed;
  clearTimeout(timer);
}
