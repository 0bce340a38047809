import type { Server } from "node:http";
import { Server as TlsServer } from "node:https";

export type TlsFiles = Readonly<{ cert: string; key: string }>;
const LOOK_EVERY_MS = 60_000;

/** Takes a renewed certificate without a restart: looks now and then, and keeps the old one while the new one cannot be used. */
export function renewTls(
  servers: readonly Server[],
  first: TlsFiles,
  {
    read,
    everyMs = LOOK_EVERY_MS,
    onError,
  }: Readonly<{ read: () => TlsFiles; everyMs?: number | undefined; onError: (error: unknown) => void }>,
): () => void {
  let last = first;
  const timer = setInterval(() => {
    try {
      const files = read();
      if (files.cert === last.cert && files.key === last.key) return;
      last = files;
      for (const server of servers) if (server instanceof TlsServer) server.setSecureContext({ ...files, minVersion: "TLSv1.2" });
    } catch (error) {
      onError(error);
    }
  }, everyMs).unref();
  return () => clearInterval(timer);
}
