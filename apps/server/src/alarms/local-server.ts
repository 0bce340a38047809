import { createServer, type IncomingHttpHeaders, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** What a server of this machine was asked. */
export type Heard = Readonly<{ method: string; path: string; headers: IncomingHttpHeaders; body: string }>;

/** A server of this machine for tests: it writes down what it is asked and answers as `answer` says, by default 200. */
export class LocalServer {
  readonly heard: Heard[] = [];
  answer: (response: ServerResponse, heard: Heard) => void;
  readonly #server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on("data", (part: Buffer) => parts.push(part));
    request.on("end", () => {
      const { method = "", url = "", headers } = request;
      const heard = { method, path: url, headers, body: Buffer.concat(parts).toString() };
      this.heard.push(heard);
      this.answer(response, heard);
    });
  });

  private constructor(answer: LocalServer["answer"]) {
    this.answer = answer;
  }

  static async open(answer: LocalServer["answer"] = (response) => void response.end("ok")): Promise<LocalServer> {
    const server = new LocalServer(answer);
    await new Promise<void>((resolve) => {
      server.#server.listen(0, "127.0.0.1", resolve);
    });
    return server;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** The bodies of what was heard, as JSON. */
  get said(): readonly Readonly<Record<string, unknown>>[] {
    return this.heard.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
