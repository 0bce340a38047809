import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/**
 * A relay between a desk and its gateway that lets so many messages through, whole and in order, and then nothing more in either
 * direction: what the desk wrote after that never arrived, and what the gateway says is never heard.
 */
export class Relay {
  /** Messages that went through, of both directions. */
  passed = 0;
  readonly #server: Server;
  readonly #gatewayPort: number;
  readonly #sockets = new Set<Socket>();
  #cutAfter = Number.POSITIVE_INFINITY;
  #whenCut: () => void = () => undefined;

  constructor(gatewayPort: number) {
    this.#gatewayPort = gatewayPort;
    this.#server = createServer((socket) => this.#join(socket));
  }

  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return (this.#server.address() as AddressInfo).port;
  }

  /** Counts from nothing; `whenCut` is called once, with the last message on its way. */
  cutAfter(messages: number, whenCut: () => void): void {
    this.passed = 0;
    this.#cutAfter = messages;
    this.#whenCut = whenCut;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #join(desk: Socket): void {
    const gateway = connect(this.#gatewayPort, "127.0.0.1");
    const both = [desk, gateway] as const;
    for (const socket of both) {
      this.#sockets.add(socket.setNoDelay(true));
      socket.on("error", () => undefined); // Its end follows.
      socket.on("close", () => {
        this.#sockets.delete(socket);
        for (const one of both) one.destroy();
      });
    }
    this.#pump(desk, gateway, 4); // `API\0` comes before the first message.
    this.#pump(gateway, desk, 0);
  }

  #pump(from: Socket, to: Socket, greeting: number): void {
    let rest: Buffer = Buffer.alloc(0);
    let lead = greeting;
    from.on("data", (piece: Buffer) => {
      rest = Buffer.concat([rest, piece]);
      while (rest.length >= lead + 4 && rest.length >= lead + 4 + rest.readUInt32BE(lead)) {
        const end = lead + 4 + rest.readUInt32BE(lead);
        this.#pass(rest.subarray(0, end), to);
        rest = rest.subarray(end);
        lead = 0;
      }
    });
  }

  #pass(message: Buffer, to: Socket): void {
    if (this.passed >= this.#cutAfter) return;
    this.passed += 1;
    to.write(message);
    if (this.passed === this.#cutAfter) this.#whenCut();
  }
}
