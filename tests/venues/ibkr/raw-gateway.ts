import { createServer, type Socket } from "node:net";

/** A gateway of nothing but frames, for words that no honest one says. */
export type RawGateway = Readonly<{ port: number; say: (...fields: readonly (string | number)[]) => void; close: () => Promise<void> }>;

/** Greets, names an account and an order number, answers the time and the ends of lists; `answer` may say something else and returns true where it did. */
export async function startRawGateway(
  answer: (fields: readonly string[], say: RawGateway["say"]) => boolean = () => false,
): Promise<RawGateway> {
  const sockets = new Set<Socket>();
  const say: RawGateway["say"] = (...fields) => {
    for (const socket of sockets) socket.write(frame(fields));
  };
  const usual = ([id, , ...rest]: readonly string[]): void => {
    if (id === "71") {
      say(15, 1, "DU1234567");
      say(9, 1, 1);
    } else if (id === "49") say(49, 1, 1_800_000_000);
    else if (id === "16") say(53, 1);
    else if (id === "61") say(62, 1);
    else if (id === "99") say(102);
    else if (id === "7") say(55, 1, rest[0] ?? "");
    else if (id === "6" && rest[0] === "1") say(54, 1, "DU1234567");
  };
  const server = createServer((socket) => {
    sockets.add(socket);
    let pending = Buffer.alloc(0);
    let isGreeted = false;
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (data: Buffer) => {
      pending = Buffer.concat([pending, data]);
      if (!isGreeted && pending.length > 8) {
        pending = pending.subarray(8 + pending.readUInt32BE(4));
        isGreeted = true;
        socket.write(frame(["193", "20261020 11:00:00 US/Eastern"]));
      }
      while (isGreeted && pending.length >= 4 && pending.length >= 4 + pending.readUInt32BE(0)) {
        const size = pending.readUInt32BE(0);
        const fields = pending
          .subarray(4, 4 + size)
          .toString("utf8")
          .split("\0")
          .slice(0, -1);
        pending = pending.subarray(4 + size);
        if (!answer(fields, say)) usual(fields);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  return { port: typeof address === "object" && address !== null ? address.port : 0, say, close };
}

function frame(fields: readonly (string | number)[]): Buffer {
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(""), "utf8");
  const head = Buffer.alloc(4);
  head.writeUInt32BE(body.length);
  return Buffer.concat([head, body]);
}
