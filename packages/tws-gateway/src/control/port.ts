import { createServer, type Socket } from "node:net";
import { listen } from "../listen.ts";
import { call } from "./calls.ts";
import type { Control } from "./control.ts";

/** A port at which lines of JSON drive a gateway, for programs in other languages. It is open to this machine only. */
export type ControlPort = Readonly<{ port: number; close: () => Promise<void> }>;

/** Longest line that is read. */
const LINE_MAX = 1 << 20;

/** Opens it. Each line gets one line back: `{"ok": true, "result": …}` or `{"ok": false, "error": "…"}`. */
export async function openControlPort(control: Control, port = 0): Promise<ControlPort> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {}); // Its end follows.
    serve(socket, control);
  });
  return {
    port: await listen(server, "127.0.0.1", port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function serve(socket: Socket, control: Control): void {
  let rest = "";
  socket.setEncoding("utf8");
  socket.on("data", (piece: string) => {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LINE_MAX) socket.destroy();
    for (const line of lines) if (line.trim() !== "") socket.write(`${JSON.stringify(answerTo(control, line))}\n`);
  });
}

function answerTo(control: Control, line: string): Readonly<Record<string, unknown>> {
  try {
    return { ok: true, result: call(control, line) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.message : String(error) };
  }
}
