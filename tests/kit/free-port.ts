import { createServer } from "node:net";

/** Below are those that systems give to whoever asks for any: nobody is given one of ours between our asking and our use. */
const FIRST = 20_000;
const COUNT = 12_000;

/** A port of the loopback on which nobody listens, for who has to know it before its program does. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await isFree(port)) return port;
  }
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
