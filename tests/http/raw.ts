import { request } from "node:http";

export type RawAnswer = Readonly<{ status: number; headers: Readonly<Record<string, unknown>>; text: string }>;

/** A request with any header at all: what browsers would not let a page send. `path` is sent as it is. */
export function raw(
  port: number,
  options: Readonly<{ method?: string; path?: string; headers?: Record<string, string>; body?: string | Buffer }>,
): Promise<RawAnswer> {
  const { method = "GET", path = "/", headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
    const sent = request({ host: "127.0.0.1", port, method, path, headers: { ...length, ...headers } }, (response) => {
      const parts: Buffer[] = [];
      response.on("data", (part: Buffer) => parts.push(part));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString() }),
      );
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text: "" });
    });
    sent.end(body);
  });
}
