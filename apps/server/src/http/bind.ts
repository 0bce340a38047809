import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { explain } from "@bulkhead/contract";
import { portOwner } from "./port-owner.ts";

export type ListenProblem = "PORT_BUSY" | "BIND_UNSAFE" | "PORT_DENIED" | "TLS_UNREADABLE";

/** Why a desk does not listen. */
export class ListenRefused extends Error {
  readonly code: ListenProblem;
  constructor(code: ListenProblem, figures: Readonly<Record<string, string>>) {
    super(`${code}: ${explain(code, figures)}`);
    this.code = code;
  }
}

/** Both addresses of this machine for itself; a system without IPv6 has one. */
const LOOPBACK = ["127.0.0.1", "::1"] as const;
const MISSING: ReadonlySet<string> = new Set(["EADDRNOTAVAIL", "EAFNOSUPPORT", "EINVAL"]);
/** How often a free port of one address is tried on the other too. */
const TRIES = 20;

/** Opens servers on a host, all on one port: undefined or `localhost` is both loopback addresses. Port 0 takes any that is free. */
export async function bind(make: () => Server, host: string | undefined, port: number): Promise<readonly [Server, ...Server[]]> {
  if (host !== undefined && host !== "localhost") return [await bound(make(), host, port)];
  for (let attempt = 1; ; attempt++) {
    const first = await bound(make(), LOOPBACK[0], port);
    try {
      return [first, await bound(make(), LOOPBACK[1], portOf(first))];
    } catch (error) {
      if (error instanceof BindError && MISSING.has(error.cause)) return [first];
      first.close();
      if (!(error instanceof BindError && error.code === "PORT_BUSY" && port === 0 && attempt < TRIES)) throw error;
    }
  }
}

export const portOf = (server: Server): number => (server.address() as AddressInfo).port;

class BindError extends ListenRefused {
  override readonly cause: string;
  constructor(host: string, port: number, cause: string) {
    super(cause === "EADDRINUSE" ? "PORT_BUSY" : "PORT_DENIED", {
      host,
      port: String(port),
      cause,
      owner: cause === "EADDRINUSE" ? portOwner(port) : "",
    });
    this.cause = cause;
  }
}

function bound(server: Server, host: string, port: number): Promise<Server> {
  server.headersTimeout = 10_000;
  server.requestTimeout = 30_000;
  server.maxHeadersCount = 100;
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(new BindError(host, port, String(error.code))));
    server.listen(port, host, () => {
      server.removeAllListeners("error");
      resolve(server);
    });
  });
}
