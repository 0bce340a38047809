import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Door } from "./door.ts";
import { bind, ListenRefused } from "./http/bind.ts";

/**
 * What answers while a desk waits for its market data and has no books open yet: that the process lives, that it is not ready, and why. Only
 * to this machine and without TLS: it has nothing to say that needs more, and everybody else waits for the desk itself.
 */
export class WaitingRoom {
  #reason = "";
  #opening: Promise<readonly Server[]> | undefined;

  /** Says why, from now on; opens at the first word. */
  wait(reason: string, { host, port, tls, proxied }: Pick<Door, "host" | "port" | "tls" | "proxied">, defaultPort: number): void {
    this.#reason = reason;
    if (tls !== undefined || proxied === true || !(host === undefined || host === "localhost")) return;
    this.#opening ??= bind(() => createServer(this.#answer), host, port ?? defaultPort).catch((error: unknown) => {
      // The desk itself will say so, or move on to the next port.
      if (error instanceof ListenRefused) return [];
      throw error;
    });
  }

  /** The port is free when this returns. */
  async close(): Promise<void> {
    const servers = (await this.#opening) ?? [];
    this.#opening = undefined;
    await Promise.all(
      servers.map((server) => {
        server.closeAllConnections();
        return new Promise((resolve) => server.close(resolve));
      }),
    );
  }

  readonly #answer = ({ url }: IncomingMessage, response: ServerResponse): void => {
    const { pathname } = URL.parse(url ?? "/", "http://localhost") ?? { pathname: "/" };
    const isAlive = pathname === "/healthz";
    const isText = pathname === "/";
    const reasons = [`market data: ${this.#reason}`];
    const body = isAlive ? { status: "ok" } : { ready: false, reasons };
    response.writeHead(isAlive ? 200 : 503, {
      "Content-Type": isText ? "text/plain; charset=utf-8" : "application/json",
      "Cache-Control": "no-store",
      "Content-Security-Policy": "default-src 'none'",
      "X-Content-Type-Options": "nosniff",
      ...(isAlive ? {} : { "Retry-After": "5", Refresh: "5" }),
    });
    response.end(isText ? `Bulkhead waits for its market data and trades nothing: ${this.#reason}.\n` : JSON.stringify(body));
  };
}
