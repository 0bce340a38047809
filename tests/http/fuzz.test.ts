import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { raw } from "./raw.ts";
import { GOOD, type Json, type Operation, operationsOf } from "./sample.ts";
import { Stage } from "./stage.ts";

/** No schema of the wire takes any of these. */
const WRONG: readonly Json[] = [
  { bad: 1 },
  [["x"]],
  -1.5,
  { __proto__x: {} },
  [null],
  "\u0000",
  " ",
  "x".repeat(3_000),
  "9".repeat(80),
  "-".repeat(9),
];
/** Fields that are plain words: long or odd ones are theirs to take. */
const WORDS = ["name", "description", "reason", "bot_version", "run_id"];

const BAD_BODIES = [
  "",
  "{",
  "[]",
  "null",
  '"x"',
  "1",
  '{"a":',
  "{".repeat(40),
  `${'{"a":'.repeat(40)}1${"}".repeat(40)}`,
  '{"__proto__":{"admin":true}}',
  '{"constructor":{"prototype":{"x":1}}}',
  "\uFEFF{}",
  "NaN",
  `{"x":"${"y".repeat(300_000)}"}`,
];
const BAD_HEADERS: readonly Readonly<Record<string, string>>[] = [
  { "Content-Type": "text/plain" },
  { "Content-Type": "application/x-www-form-urlencoded" },
  { "Content-Type": "application/json; charset=utf-16" },
  { "Idempotency-Key": "" },
  { "Idempotency-Key": "ä".repeat(3) },
  { "Idempotency-Key": "x".repeat(200) },
  { Origin: "https://evil.example" },
  { Authorization: "Bearer ' OR 1=1 --" },
  { Cookie: "session=1" },
  { "Sec-Fetch-Site": "cross-site" },
];
const BAD_SEGMENTS = [
  "..%2f..%2fetc",
  "%00",
  "%ff",
  "a%20b",
  "'%20OR%201=1",
  "<script>",
  "-1",
  "0",
  "1e9",
  "9".repeat(40),
  "%E2%80%AE",
  "x".repeat(2_000),
  "*",
  "__proto__",
  "constructor",
];

/** What the edge keeps besides the books: nothing bad may change it. */
const keptBy = ({ store, listening }: Stage): string =>
  JSON.stringify([store.keys(), listening.app.services.users.list(), listening.app.services.sessions.list().length]);

const isGood = (name: string): boolean => GOOD[name] !== undefined;

const broken = fc.record({
  operation: fc.nat(),
  how: fc.constantFrom("field", "unknown", "missing", "body", "header", "segment", "query", "twice", "method"),
  which: fc.nat(),
  value: fc.nat(),
});

test("[HTTP-18, HTTP-7] bad requests made from the document: no 5xx, and nothing changes (T-FUZZ)", { timeout: 600_000 }, async () => {
  const stage = await Stage.open();
  await stage.post("/api/orders", {
    portfolio_id: "alpha",
    instrument: "LONG",
    side: "buy",
    quantity: "50",
    order_type: "limit",
    limit_price: "9",
  });
  const { operations, resolve } = operationsOf(stage.listening.app.document());
  const { port } = stage.listening;
  const statuses = new Map<number, number>();
  let number = 0;

  await fc.assert(
    fc.asyncProperty(broken, async ({ operation, how, which, value }) => {
      const chosen = operations[operation % operations.length] as Operation;
      const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
      const records = stage.account.records.length;
      const kept = keptBy(stage);
      number += 1;
      let { method } = chosen;
      let path = chosen.sample.path;
      let headers: Record<string, string> = {
        Host: `127.0.0.1:${port}`,
        "X-Bulkhead-Client": "fuzz",
        "Content-Type": "application/json",
        "Idempotency-Key": `fuzz-${number}`,
      };
      const schema = resolve(chosen.body);
      const fields = Object.keys(schema.properties ?? {});
      const sample = chosen.sample.body as Record<string, Json> | undefined;
      const body: Record<string, Json> =
        schema.required === undefined ? Object.fromEntries(fields.filter(isGood).map((name) => [name, GOOD[name] ?? "x"])) : { ...sample };
      let text: string | undefined = chosen.body === undefined ? undefined : JSON.stringify(body);
      /** Whether it cannot possibly be fine. */
      let isBad = true;
      switch (how) {
        case "field": {
          const name = fields.length === 0 ? "x" : pick(fields, which);
          const options = WORDS.includes(name) ? WRONG.slice(0, 6) : WRONG;
          text = JSON.stringify({ ...body, [name]: pick(options, value) });
          isBad = chosen.body !== undefined;
          break;
        }
        case "unknown":
          text = JSON.stringify({ ...body, [pick(["admin", "by", "at", "__proto__x", "portfolioId", "seq"], which)]: 1 });
          isBad = chosen.body !== undefined;
          break;
        case "missing": {
          const required = schema.required ?? [];
          if (required.length > 0) delete body[pick(required, which)];
          text = JSON.stringify(body);
          isBad = required.length > 0;
          break;
        }
        case "body":
          text = pick(BAD_BODIES, which);
          isBad = chosen.body !== undefined;
          break;
        case "header":
          headers = { ...headers, ...pick(BAD_HEADERS, which) };
          for (const name of Object.keys(headers)) headers[name] = Buffer.from(headers[name] ?? "").toString("latin1");
          isBad = false;
          break;
        case "segment":
          path = chosen.path.replaceAll(/\{\w+\}/g, pick(BAD_SEGMENTS, which));
          isBad = chosen.path.includes("{");
          break;
        case "query":
          path += `?${pick([...chosen.query, "x", "limit", "cursor", "account_id"], which)}=${encodeURIComponent(String(pick([...WRONG.filter((each) => typeof each === "string"), "../..", "main'--", "%", "[]"], value)))}`;
          isBad = false;
          break;
        case "twice":
          path += "?account_id=main&account_id=main";
          break;
        case "method":
          method = pick(["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "HEAD"], which);
          isBad = false;
          break;
      }
      // What a header, a query or a method leaves whole would be a good request: it is asked without its key.
      if (!isBad) delete headers["Idempotency-Key"];
      const answer = await raw(port, {
        method,
        path,
        headers,
        ...(text === undefined || method === "GET" || method === "HEAD" ? {} : { body: text }),
      });
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      // 503 is meant: it says what is not there on this stage.
      const is5xx =
        answer.status >= 500 && !(answer.status === 503 && String(answer.headers["content-type"]) === "application/problem+json");
      expect([method, path.slice(0, 80), text?.slice(0, 120), answer.status, is5xx]).toEqual([
        method,
        path.slice(0, 80),
        text?.slice(0, 120),
        answer.status,
        false,
      ]);
      if (isBad && method !== "GET") expect([answer.status, answer.status >= 400]).toEqual([answer.status, true]);
      expect([method, path.slice(0, 80), text?.slice(0, 120), stage.account.records.length, keptBy(stage)]).toEqual([
        method,
        path.slice(0, 80),
        text?.slice(0, 120),
        records,
        kept,
      ]);
    }),
    { numRuns: runs(5_000), seed: seed(), endOnFailure: true },
  );
  expect(statuses.get(400)).toBeGreaterThan(0);
  expect((await stage.ask("/api/orders?portfolio_id=alpha")).status).toBe(200);
});

test("[HTTP-7] what is too large, too deep, not JSON or not the desk's is told by its own number", async () => {
  const stage = await Stage.open();
  const { seq } = stage;
  const ask = async (body: string, headers: Record<string, string> = {}): Promise<number> =>
    (await stage.post("/api/kill", body, { headers })).status;
  expect(await ask(JSON.stringify({ level: "pause", reason: "x".repeat(270_000) }))).toBe(413);
  expect(await ask(`${"[".repeat(33)}${"]".repeat(33)}`)).toBe(400);
  expect(await ask("{", {})).toBe(400);
  expect(await ask("{}", { "Content-Type": "text/json" })).toBe(415);
  expect(await ask('{"level":"pause","reason":"x","__proto__":{}}')).toBe(400);
  expect(await ask('{"level":"pause","reason":"x","force":true}')).toBe(400);
  expect((await stage.ask("/api/pnl?portfolio_id=alpha&portfolio_id=beta")).status).toBe(400);
  expect((await stage.ask("/api/pnl?portfolios=alpha")).status).toBe(400);
  expect(stage.seq).toBe(seq);
});
