import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** An answer to a request: what is returned as it is, or what is made of its parameters. */
export type Reply = object | ((parameters: URLSearchParams) => object);

/** Answers requests from a table of replies, by method and path; what is not in it is 404. Keeps what was asked. */
export class ReplyServer {
  readonly requests: Readonly<{ route: string; parameters: URLSearchParams; body: string }>[] = [];
  readonly replies: Record<string, Reply | undefined>;
  readonly #server: Server;

  constructor(replies: Readonly<Record<string, Reply | undefined>>) {
    this.replies = { ...replies };
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => void chunks.push(chunk));
      request.on("end", () => {
        const body = Buffer.concat(chunks).toString();
        const url = new URL(request.url ?? "/", "http://x");
        const route = `${request.method ?? "GET"} ${url.pathname}`;
        const parameters = new URLSearchParams([...url.searchParams, ...parametersOf(body)]);
        this.requests.push({ route, parameters, body });
        const reply = this.replies[route];
        response.writeHead(reply === undefined ? 404 : 200, { "Content-Type": "application/json" });
        response.end(
          JSON.stringify(
            reply === undefined ? {} : typeof reply === "function" ? (reply as (p: URLSearchParams) => object)(parameters) : reply,
          ),
        );
      });
    });
  }

  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  /** What was last asked of a route. */
  last(route: string): URLSearchParams | undefined {
    return this.requests.findLast((each) => each.route === route)?.parameters;
  }
}

/** The fields of a body, JSON's or a form's; the first of a list. */
function parametersOf(body: string): URLSearchParams {
  if (!/^[[{]/.test(body)) return new URLSearchParams(body);
  const parsed = JSON.parse(body) as unknown;
  const fields = Array.isArray(parsed) ? (parsed[0] as unknown) : parsed;
  return new URLSearchParams(
    Object.entries(fields as object).map(([name, value]) => [name, typeof value === "object" ? JSON.stringify(value) : String(value)]),
  );
}
