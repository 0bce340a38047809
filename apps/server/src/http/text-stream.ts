import { setImmediate as nextTurn } from "node:timers/promises";

/** Text given to the socket at once, and how long the desk waits for more of it before it does something else. */
const CHUNK = 65_536;
const SLICE_MS = 5;

/**
 * Text as a body that is made as fast as it is read: never more than a chunk ahead, a turn for the desk at least every few milliseconds.
 * Empty parts are pauses. A reader that goes away ends it; `onEnd` is called once, however it ends.
 */
export function textStream(parts: Iterable<string>, onEnd: () => void): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const iterator = parts[Symbol.iterator]();
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    iterator.return?.();
    onEnd();
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          for (;;) {
            const { text, done } = take(iterator);
            if (text !== "") controller.enqueue(encoder.encode(text));
            if (done) {
              end();
              controller.close();
            }
            if (done || text !== "") return;
            await nextTurn();
          }
        } catch (error) {
          end();
          throw error;
        }
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  );
}

function take(iterator: Iterator<string>): Readonly<{ text: string; done: boolean }> {
  const until = performance.now() + SLICE_MS;
  let text = "";
  while (text.length < CHUNK && performance.now() < until) {
    const next = iterator.next();
    if (next.done === true) return { text, done: true };
    text += next.value;
  }
  return { text, done: false };
}
