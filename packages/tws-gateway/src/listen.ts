import type { Server } from "node:net";

/** Lets a server listen, and says at which port. Rejects where that is not possible: `EADDRINUSE` when the port is busy. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}
