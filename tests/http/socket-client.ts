import { once } from "node:events";
import { onTestFinished } from "vitest";
import { WebSocket } from "ws";
import { SOON_MS } from "../kit/soon.ts";
import type { Stage } from "./stage.ts";

export type Message = Readonly<{
  type: string;
  portfolio_id?: string;
  seq?: number;
  data?: Readonly<Record<string, unknown>>;
  conflated?: boolean;
  code?: string;
  resumed?: boolean;
  log_id?: number;
  portfolio_ids?: readonly string[];
}>;

/** A client of `/ws` that remembers what it was told. */
export class Client {
  readonly socket: WebSocket;
  readonly messages: Message[] = [];
  closed: number | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data) => this.messages.push(JSON.parse(String(data)) as Message));
    socket.on("close", (code) => {
      this.closed = code;
    });
    socket.on("error", () => undefined);
  }

  static async open(stage: Pick<Stage, "listening">, headers: Readonly<Record<string, string>> = {}): Promise<Client> {
    const socket = new WebSocket(`${stage.listening.url.replace("http", "ws")}/ws`, { headers });
    const client = new Client(socket);
    onTestFinished(() => socket.terminate());
    await once(socket, "open");
    return client;
  }

  say(request: unknown): void {
    this.socket.send(typeof request === "string" ? request : JSON.stringify(request));
  }

  /** Until what it was told is enough. */
  async until(enough: (messages: readonly Message[]) => boolean, ms = SOON_MS): Promise<readonly Message[]> {
    const end = Date.now() + ms;
    while (!enough(this.messages)) {
      if (Date.now() > end) throw new Error(`waited in vain; got ${JSON.stringify(this.messages).slice(0, 2_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.messages;
  }

  /** Waits for the answer. */
  async subscribe(ids: readonly string[], more: number | Readonly<Record<string, unknown>> = {}): Promise<void> {
    const before = this.messages.length;
    const wish = typeof more === "number" ? { since: more } : more;
    this.say({ action: "subscribe", portfolio_ids: ids, ...wish });
    await this.until((all) => all.slice(before).some(({ type }) => type === "subscribed" || type === "error"));
  }

  /** Waits until everything that was said to it before has been read and answered: its pong comes after that. */
  async heard(): Promise<void> {
    const before = this.of("pong").length;
    this.say({ action: "ping" });
    await this.until(() => this.of("pong").length > before);
  }

  of(type: string): readonly Message[] {
    return this.messages.filter((message) => message.type === type);
  }
}
