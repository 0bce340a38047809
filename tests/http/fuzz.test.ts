import fc from "fast-check";
import { expect, test } from "vitest";
import { runs, seed } from "../count.ts";
import { raw } from "./raw.ts";
import { Stage } from "./stage.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
type Schema = Readonly<{
  $ref?: string;
  type?: string | readonly string[];
  properties?: Readonly<Record<string, Schema>>;
  required?: readonly string[];
  anyOf?: readonly Schema[];
}>;
type Operation = Readonly<{
  method: string;
  path: string;
  body: Schema | undefined;
  query: readonly string[];
}>;

/** Operations of the document, as a stranger reads them. */
function operationsOf(document: unknown): Readonly<{ operations: readonly Operation[]; schemas: Readonly<Record<string, Schema>> }> {
  const { paths, components } = document as Readonly<{
    paths: Readonly<
      Record<
        string,
        Readonly<
          Record<
            string,
            { parameters?: readonly { in: string; name: string }[]; requestBody?: { content: Record<string, { schema: Schema }> } }
          >
        >
      >
    >;
    components: { schemas: Readonly<Record<string, Schema>> };
  }>;
  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => ({
      method: method.toUpperCase(),
      path,
      body: requestBody?.content["application/json"]?.schema,
      query: parameters.filter((each) => each.in === "query").map(({ name }) => name),
    })),
  );
  return { operations, schemas: components.schemas };
}

/** Values that would do something if they were taken: the most dangerous base for what is then broken. */
const GOOD: Readonly<Record<string, Json>> = {
  portfolio_id: "alpha",
  to_portfolio_id: "beta",
  instrument: "LONG",
  side: "buy",
  quantity: "50",
  starting_cash: "1",
  amount: "1",
  reason: "x",
  level: "flatten",
  name: "x",
  portfolios: "*",
  actions: ["read"],
};

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
  const { operations, schemas } = operationsOf(stage.listening.app.document());
  const resolve = (schema: Schema | undefined): Schema =>
    schema?.$ref === undefined ? (schema ?? {}) : (schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {});
  const { port } = stage.listening;
  const statuses = new Map<number, number>();
  let number = 0;

  await fc.assert(
    fc.asyncProperty(broken, async ({ operation, how, which, value }) => {
      const chosen = operations[operation % operations.length] as Operation;
      const pick = <T>(list: readonly T[], index: number): T => list[index % list.length] as T;
      const records = stage.account.records.length;
      const keys = stage.store.keys().length;
      number += 1;
      let { method } = chosen;
      let path = chosen.path.replace("{portfolio_id}", "alpha").replace("{order_id}", "1").replace("{key_id}", "0".repeat(16));
      let headers: Record<string, string> = {
        Host: `127.0.0.1:${port}`,
        "X-Bulkhead-Client": "fuzz",
        "Content-Type": "application/json",
        "Idempotency-Key": `fuzz-${number}`,
      };
      const schema = resolve(chosen.body);
      const fields = Object.keys(schema.properties ?? {});
      const body: Record<string, Json> = Object.fromEntries(
        (schema.required ?? fields.filter(isGood)).map((name) => [name, GOOD[name] ?? "x"]),
      );
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
      const is5xx = answer.status >= 500 && !(answer.status === 503 && chosen.path === "/api/logs");
      expect([method, path.slice(0, 80), text?.slice(0, 120), answer.status, is5xx]).toEqual([
        method,
        path.slice(0, 80),
        text?.slice(0, 120),
        answer.status,
        false,
      ]);
      if (isBad && method !== "GET") expect([answer.status, answer.status >= 400]).toEqual([answer.status, true]);
      expect([method, path.slice(0, 80), text?.slice(0, 120), stage.account.records.length, stage.store.keys().length]).toEqual([
        method,
        path.slice(0, 80),
        text?.slice(0, 120),
        records,
        keys,
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
