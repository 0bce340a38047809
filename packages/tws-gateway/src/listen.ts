import type { Server } from "node:net";

/** Lets a server listen, and says at which port. Rejects where that is not possible: `EADDRINUSE` when the port is busy. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      server.off("listening", open);
      reject(error);
    };
    const open = (): void => {
      server.off("error", fail);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    };
    server.once("error", fail);
    server.once("listening", open);
    server.listen(port, host);
  });
}
