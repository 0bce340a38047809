import { execFileSync } from "node:child_process";
import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { Secret } from "./secrets/secret.ts";

/** Asks the person at the terminal for something that is not shown while they type it; undefined where nobody sits at one. */
export function askHidden(question: string): Secret | undefined {
  const terminal = openTerminal();
  if (terminal === undefined) return undefined;
  const echo = (isOn: boolean): void => {
    execFileSync("stty", [isOn ? "echo" : "-echo"], { stdio: [terminal, "ignore", "ignore"] });
  };
  try {
    writeSync(terminal, question);
    echo(false);
    return new Secret(readLine((buffer) => readSync(terminal, buffer)));
  } finally {
    echo(true);
    writeSync(terminal, "\n");
    closeSync(terminal);
  }
}

function openTerminal(): number | undefined {
  try {
    return openSync("/dev/tty", "r+");
  } catch {
    return undefined;
  }
}

/** One line, without its end; `read` fills a buffer of one byte and says how many came. */
export function readLine(read: (buffer: Buffer) => number): string {
  const bytes: number[] = [];
  const one = Buffer.alloc(1);
  while (bytes.length < 4_096 && read(one) === 1 && one[0] !== 10) bytes.push(one[0] ?? 0);
  return Buffer.from(bytes).toString("utf8").replace(/\r$/, "");
}
