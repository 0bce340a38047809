import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { run } from "@bulkhead/cli";
import { describe, expect, test } from "vitest";
import { placeOrder, rawClient } from "../venues/tws-gateway/raw-client.ts";
import { bulkhead, temporary } from "./command.ts";

type Start = Readonly<{ host: string; port: number; account?: string; control?: number | null; messages?: number }>;

/** Starts `bulkhead sim ibkr` and waits for its first line. */
async function simulated(folder: string, ...args: readonly string[]) {
  const stop = new AbortController();
  let [out, errors] = ["", ""];
  let heard = (): void => {};
  const first = new Promise<void>((resolve) => {
    heard = resolve;
  });
  const shell = {
    out: (text: string) => {
      out += text;
      heard();
    },
    err: (text: string) => {
      errors += text;
    },
    ...{ isTerminal: false, folder, environment: {}, stopped: stop.signal },
  };
  const ended = run(shell, ["sim", "ibkr", "--port", "0", "--json", ...args]);
  await Promise.race([first, ended]);
  const lines = (): readonly unknown[] =>
    out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line));
  const start = lines()[0] as Start;
  return { start, lines, errors: () => errors, stop: () => stop.abort(), ended };
}

describe("bulkhead sim ibkr", () => {
  test("[TWSG-95] S3.1: a client trades against it, the session is recorded, and the recording is replayed", async () => {
    const folder = temporary();
    writeFileSync(join(folder, "prices.csv"), "symbol,price\n# one\nACME,12.5\nAAPL=200\n");
    const flags = [
      "--prices",
      "prices.csv",
      "--cash",
      "EUR=5",
      "--cash",
      "25000",
      "--position",
      "MSFT=10@390.50",
      "--fault",
      "lose:execDetails",
    ];
    const sim = await simulated(
      folder,
      ...flags,
      "--account",
      "DU7",
      "--control",
      "0",
      "--record",
      "session.jsonl",
      "--server-version",
      "187",
    );
    expect(sim.start).toMatchObject({ host: "127.0.0.1", account: "DU7" });
    expect(sim.start.control).toBeGreaterThan(0);
    const client = await rawClient(sim.start);
    client.send(...placeOrder(187, 1, { symbol: "ACME", quantity: "10" }));
    const said = (await client.until(([id]) => id === "59")).map(([id]) => id);
    expect([client.frames[0]?.[0], said]).toEqual(["187", ["5", "3", "5", "3", "59"]]);
    client.send(61, 1);
    const positions = (await client.until(([id]) => id === "62")).filter(([id]) => id === "61").map((fields) => [fields[4], fields[14]]);
    expect(positions).toEqual([
      ["MSFT", "10"],
      ["ACME", "10"],
    ]);
    sim.stop();
    expect(await sim.ended).toBe(0);
    expect(sim.lines().length).toBe(readFileSync(join(folder, "session.jsonl"), "utf8").trim().split("\n").length + 1);

    const replay = await simulated(folder, "--replay", "session.jsonl");
    const again = await rawClient(replay.start);
    again.send(...placeOrder(187, 1, { symbol: "ACME" }));
    expect((await again.until(([id]) => id === "59")).map(([id]) => id)).toEqual(said);
    replay.stop();
    expect(await replay.ended).toBe(0);
  });

  // biome-ignore format: the table is easier to check when its columns line up.
  test.each([
    [["--port", "many"],                 2, "--port many"],
    [["--port", "70000"],                2, "no port"],
    [["--server-version", "200"],        2, "173 to 193"],
    [["--prices", "AAPL=cheap"],         2, "AAPL=cheap"],
    [["--prices", "nowhere.csv"],        1, "nowhere.csv"],
    [["--position", "MSFT"],             2, "MSFT=10@390.50"],
    [["--cash", "much"],                 2, "USD=much"],
    [["--fault", "explode"],             2, "explode"],
    [["--replay", "empty.jsonl"],        2, "nothing is in it"],
    [["--replay", "broken.jsonl"],       2, "line 1"],
    [["--replay", "one.jsonl", "--pace", "fast"], 2, "--pace fast"],
  ] as const)("[TWSG-95] %j is refused", async (flags, code, words) => {
    const folder = temporary();
    writeFileSync(join(folder, "empty.jsonl"), "");
    writeFileSync(join(folder, "broken.jsonl"), "broken");
    writeFileSync(join(folder, "one.jsonl"), '{"at":"2026-11-20T00:00:00Z","direction":"client","connection":1,"fields":["API","v193"]}');
    const said = await bulkhead(["sim", "ibkr", ...flags], { folder });
    expect([said.code, said.err.includes(words)]).toEqual([code, true]);
  });

  test("[TWSG-95] a recording that cannot be written is said once, and the gateway goes on", async () => {
    const sim = await simulated(temporary(), "--record", "nowhere/session.jsonl");
    const client = await rawClient(sim.start);
    expect((await client.settle()).length).toBe(0);
    sim.stop();
    expect([await sim.ended, sim.errors().match(/CLI_FILE_UNWRITABLE/g)?.length]).toEqual([0, 1]);
  });

  test("[TWSG-95] a port that is taken is named", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const { port } = other.address() as { port: number };
    const said = await bulkhead(["sim", "ibkr", "--port", String(port)], { stopped: AbortSignal.abort() });
    expect([said.code, said.err]).toEqual([1, expect.stringContaining(`CLI_PORT_TAKEN: Port ${port}`)]);
    await new Promise((resolve) => other.close(resolve));
  });
});
