import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { Stage } from "./stage.ts";

const committed = new URL("../../docs/openapi.json", import.meta.url);
const bots = readFileSync(new URL("../../docs/bots.md", import.meta.url), "utf8");
const run = promisify(execFile);

test("[HTTP-17] docs/openapi.json is the document; BULKHEAD_WRITE=1 writes it", async () => {
  const stage = await Stage.open();
  const document = `${JSON.stringify(stage.listening.app.document(), null, 2)}\n`;
  if (process.env["BULKHEAD_WRITE"] === "1") writeFileSync(committed, document);
  expect(readFileSync(committed, "utf8")).toBe(document);
  expect(JSON.parse((await stage.ask("/openapi.json")).text)).toEqual(JSON.parse(document));
});

test("[HTTP-17] every route is in it once, with its right, its answer and its problems", async () => {
  const stage = await Stage.open();
  const { paths, openapi } = stage.listening.app.document() as Readonly<{
    openapi: string;
    paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  }>;
  expect(openapi).toBe("3.1.0");
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );
  expect(operations).toHaveLength(stage.listening.app.definitions.length);
  const ids = operations.map(({ operation }) => operation["operationId"]);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { path, method, operation } of operations) {
    expect([path, typeof operation["x-action"], typeof operation["summary"]]).toEqual([path, "string", "string"]);
    expect(Object.keys(operation["responses"] as object)).toEqual(expect.arrayContaining(["400", "404", "422", "503"]));
    // What a route says it is has to be what it is: a stranger's method on a known path is nothing.
    expect((await stage.ask(path, { method: method === "get" ? "PUT" : "GET", body: method === "get" ? {} : undefined })).status).toSatisfy(
      (status: number) => status < 500 || status === 503,
    );
  }
});

const PYTHON = /```python\n([\s\S]*?)```/.exec(bots)?.[1] ?? "";
const hasPython = await run("python3", ["--version"]).then(
  () => true,
  () => false,
);

test.skipIf(!hasPython)("[HTTP-4, SEC-4] the bot of docs/bots.md places an order with a scoped key in ten lines of Python", async () => {
  const stage = await Stage.open();
  expect(
    PYTHON.trim()
      .split("\n")
      .filter((line) => line !== "").length,
  ).toBeLessThanOrEqual(10);
  const { headers } = await stage.key(["read", "trade"], ["alpha"]);
  const environment = {
    PATH: process.env["PATH"] ?? "",
    BULKHEAD_URL: stage.listening.url,
    BULKHEAD_KEY: String(headers["Authorization"]).slice(7),
  };
  const { stdout } = await run("python3", ["-c", PYTHON], { env: environment });
  expect(stdout).toBe("1 sending\n");
  expect(stage.account.state.portfolios.get("alpha" as never)?.orders).toHaveLength(1);
});

test("[HTTP-4] the key of docs/bots.md is made as it says", async () => {
  const stage = await Stage.open();
  const body = /-d '(\{.*\})'/.exec(bots)?.[1] ?? "";
  expect((await stage.post("/api/keys", body)).status).toBe(201);
});
