import { randomUUID } from "node:crypto";
import { type Action, Problem } from "@bulkhead/contract";
import { createRoute, OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import type { DeskAccount } from "../desk/desk.ts";
import { readJson } from "./body.ts";
import { csvOf } from "./csv.ts";
import { HttpFailure, problemOf } from "./failure.ts";
import { checkChange, checkHost, checkRead, type Provenance } from "./security/guard.ts";
import { LOCAL, type Principal } from "./security/principal.ts";
import type { Services } from "./services.ts";

type Shape = z.ZodObject;
const NOTHING = z.strictObject({});

/** One route: what the document says of it and what its request has to be. `action` is what a key needs; `open` needs none. */
export type Definition<Q extends Shape = Shape, P extends Shape = Shape, B extends z.ZodType = z.ZodType> = Readonly<{
  method: "get" | "post" | "patch" | "delete";
  /** `/api/orders/{order_id}`. */
  path: string;
  operationId: string;
  summary: string;
  action: Action | "open";
  /** Which budget it draws on; cancels and kills have their own. */
  budget?: "safety";
  query?: Q;
  params?: P;
  body?: B;
  answer: z.ZodType;
  status?: 200 | 201;
  /** Answers as CSV where asked. */
  csv?: boolean;
  /** Answers with text of these kinds in place of JSON. */
  streams?: readonly string[];
  /** Its answer holds a secret: a retry is told that it was done, never the secret again. */
  secret?: boolean;
}>;

/** A request that has been proven: who asks, and what, in our types. */
export type Call<Q, P, B> = Readonly<{
  principal: Principal;
  query: Q;
  params: P;
  body: B;
  ifMatch: string | undefined;
  /** Of a change: makes it harmless to retry, for ever. Empty for reads. */
  wishId: string;
  /** The process may have died while doing this wish before. */
  again: boolean;
  accepts: (type: string) => boolean;
  /** Where a stream goes on. */
  lastEventId: number | undefined;
  /** Ends with the request. */
  signal: () => AbortSignal;
}>;

/** An answer: JSON, or a body of another type. */
export type Outcome = Readonly<{ body: unknown; headers?: Readonly<Record<string, string>> }>;

type Bindings = {
  incoming?: {
    headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
    socket?: { remoteAddress?: string | undefined };
  };
};
type Env = { Bindings: Bindings; Variables: { principal: Principal } };
export type AppContext = Context<Env>;

/** Everything that the routes of the API are made with: proof of a request, answers, and the document, from one definition each. */
export class Api {
  readonly app = new OpenAPIHono<Env>();
  readonly services: Services;
  readonly definitions: Definition[] = [];

  constructor(services: Services) {
    this.services = services;
    this.app.use("*", async (context, next) => {
      this.#admit(context);
      await next();
    });
    this.app.notFound((context) => problemResponse(new HttpFailure(404, "ROUTE_UNKNOWN", { path: context.req.path.slice(0, 200) })));
    this.app.onError((error) => this.problem(error));
  }

  /** A read: no key needed beyond the right to read, nothing changes. */
  read<Q extends Shape, P extends Shape>(
    definition: Omit<Definition<Q, P, z.ZodType>, "method" | "body">,
    answer: (call: Call<z.output<Q>, z.output<P>, null>) => Promise<Outcome | Response> | Outcome | Response,
  ): void {
    const full = { ...definition, method: "get" } as const;
    this.#register(full as unknown as Definition);
    this.app.get(honoPath(definition.path), async (context) => {
      const principal = this.#allow(context, full);
      const call = { ...this.#call(context, full, principal), body: null, wishId: "", again: false };
      const outcome = await answer(call as Call<z.output<Q>, z.output<P>, null>);
      return outcome instanceof Response ? outcome : this.#answer(context, full, outcome);
    });
  }

  /** A question that needs a body; nothing changes. */
  ask<Q extends Shape, P extends Shape, B extends z.ZodType>(
    definition: Omit<Definition<Q, P, B>, "method">,
    answer: (call: Call<z.output<Q>, z.output<P>, z.output<B>>) => Promise<Outcome>,
  ): void {
    const full = { ...definition, method: "post" } as const;
    this.#register(full as unknown as Definition);
    this.app.post(honoPath(definition.path), async (context) => {
      const principal = this.#allow(context, full);
      const call = { ...this.#call(context, full, principal), body: await this.#body(context, full), wishId: "", again: false };
      return this.#answer(context, full, await answer(call as Call<z.output<Q>, z.output<P>, z.output<B>>));
    });
  }

  /** A change: once per Idempotency-Key. */
  write<Q extends Shape, P extends Shape, B extends z.ZodType>(
    definition: Definition<Q, P, B>,
    answer: (call: Call<z.output<Q>, z.output<P>, z.output<B>>) => Promise<Outcome>,
  ): void {
    this.#register(definition as unknown as Definition);
    this.app.on(definition.method.toUpperCase(), honoPath(definition.path), async (context) => {
      const principal = this.#allow(context, definition);
      const call = this.#call(context, definition, principal);
      const body = definition.method === "delete" ? null : await this.#body(context, definition);
      const { method } = context.req;
      const key = headerOf(context, "idempotency-key");
      const wish = { principal: principal.id, key, method, path: context.req.path, body, ifMatch: call.ifMatch };
      const {
        status,
        body: text,
        repeated,
      } = await this.services.wishes.once(wish, async (wishId, again) => {
        const outcome = await answer({ ...call, body, wishId, again } as unknown as Call<z.output<Q>, z.output<P>, z.output<B>>);
        const text = JSON.stringify(outcome.body);
        return {
          status: definition.status ?? 200,
          body: text,
          kept: definition.secret === true ? JSON.stringify(withoutSecret(outcome.body)) : text,
        };
      });
      return new Response(text, {
        status,
        headers: { "Content-Type": "application/json; charset=utf-8", ...(repeated ? { "Idempotency-Replayed": "true" } : {}) },
      });
    });
  }

  problem(error: unknown): Response {
    if (error instanceof HttpFailure) return problemResponse(error);
    const requestId = randomUUID();
    this.services.options.onError?.(error, requestId);
    return problemResponse(new HttpFailure(500, "INTERNAL_ERROR", { request: requestId }, { headers: { "X-Request-Id": requestId } }));
  }

  /** Host, origin and who it is; in this order, before any route is looked at. */
  #admit(context: AppContext): void {
    const { names } = this.services.options;
    const from = provenanceOf((name) => headerOf(context, name));
    checkHost(names, from.host);
    const reads = context.req.method === "GET" || context.req.method === "HEAD";
    if (!reads) checkChange(names, from);
    else if (context.req.path.startsWith("/api")) checkRead(names, from);
    context.set("principal", this.#principal(context, from));
  }

  #principal(context: AppContext, from: Provenance): Principal {
    const { keys, rates, options } = this.services;
    if (from.authorization !== undefined) {
      const principal = keys.principalOf(from.authorization);
      if (principal !== undefined) return principal;
      rates.take("stranger", context.env?.incoming?.socket?.remoteAddress ?? "");
      throw new HttpFailure(401, "KEY_INVALID", {}, { headers: { "WWW-Authenticate": "Bearer" } });
    }
    if (options.loginRequired !== true) return LOCAL;
    return NOBODY;
  }

  #allow(context: AppContext, definition: Pick<Definition, "action" | "budget">): Principal {
    const principal = context.get("principal");
    const { action, budget } = definition;
    if (action === "open") return principal;
    if (principal === NOBODY) throw new HttpFailure(401, "LOGIN_REQUIRED", {}, { headers: { "WWW-Authenticate": "Bearer" } });
    this.services.rates.take(budget ?? (principal === LOCAL ? "local" : "key"), principal.id);
    if (!principal.actions.has(action)) throw new HttpFailure(403, "ACTION_NOT_ALLOWED", { action });
    return principal;
  }

  #call(context: AppContext, definition: Pick<Definition, "query" | "params" | "csv">, principal: Principal) {
    return {
      principal,
      query: parse(definition.query ?? NOTHING, singles(context.req.queries())),
      params: parse(definition.params ?? NOTHING, context.req.param()),
      ifMatch: headerOf(context, "if-match"),
      lastEventId: lastEventOf(headerOf(context, "last-event-id")),
      accepts: (type: string) => (headerOf(context, "accept") ?? "").toLowerCase().includes(type),
      // Made only where a stream wants it: it costs more than the rest of a request.
      signal: () => context.req.raw.signal,
    };
  }

  async #body(context: AppContext, definition: Pick<Definition, "body">): Promise<unknown> {
    return parse(definition.body ?? NOTHING, await readJson(context.req.raw));
  }

  #answer(context: AppContext, definition: Pick<Definition, "csv" | "status" | "answer">, { body, headers }: Outcome): Response {
    const asCsv = definition.csv === true && (context.req.query("format") === "csv" || wantsCsv(headerOf(context, "accept")));
    const page = body as Readonly<{ data?: unknown; as_of_seq?: number; next_cursor?: string | null }>;
    const common = { "As-Of-Seq": String(page.as_of_seq ?? ""), ...headers };
    if (asCsv && Array.isArray(page.data)) {
      const rows = page.data as readonly Readonly<Record<string, unknown>>[];
      const columns = columnsOf(definition.answer);
      return new Response(csvOf(columns, rows), {
        headers: { "Content-Type": "text/csv; charset=utf-8", "Next-Cursor": page.next_cursor ?? "", ...common },
      });
    }
    return new Response(JSON.stringify(body), {
      status: definition.status ?? 200,
      headers: { "Content-Type": "application/json; charset=utf-8", ...common },
    });
  }

  #register(definition: Definition): void {
    this.definitions.push(definition);
    this.app.openAPIRegistry.registerPath(documented(definition));
  }
}

/** A header as the socket gave it: building the whole set of them for each request is dear. */
function headerOf(context: AppContext, name: string): string | undefined {
  const headers = context.env?.incoming?.headers;
  if (headers === undefined) return context.req.header(name);
  const value = headers[name];
  return typeof value === "string" ? value : undefined;
}

const problemResponse = (failure: HttpFailure): Response =>
  new Response(JSON.stringify(problemOf(failure)), {
    status: failure.status,
    headers: { "Content-Type": "application/problem+json", ...failure.headers },
  });

/** Nobody in particular: sees only what is open. */
const NOBODY: Principal = { id: "nobody", account: null, portfolios: new Set(), actions: new Set() };

export function provenanceOf(header: (name: string) => string | undefined): Provenance {
  return {
    host: header("host"),
    origin: header("origin"),
    site: header("sec-fetch-site"),
    cookie: header("cookie"),
    authorization: header("authorization"),
    client: header("x-bulkhead-client"),
  };
}

/** The answer of one thing, with the record that it is as of. */
export const one = (account: DeskAccount, asOfSeq: number, data: unknown): Readonly<Record<string, unknown>> => ({
  account_id: account.id,
  mode: account.state.account?.mode,
  as_of_seq: asOfSeq,
  data,
});

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");
const wantsCsv = (accept: string | undefined): boolean =>
  accept !== undefined && /\btext\/csv\b/i.test(accept) && !/\bapplication\/json\b/i.test(accept);

/** The columns of a list, the same whether it has rows or not. */
function columnsOf(answer: z.ZodType): readonly string[] {
  const list = answer instanceof z.ZodObject ? answer.shape["data"] : undefined;
  return list instanceof z.ZodArray && list.element instanceof z.ZodObject ? Object.keys(list.element.shape) : [];
}

const lastEventOf = (text: string | undefined): number | undefined =>
  text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;

/** What may be kept of an answer whose data holds a secret. */
function withoutSecret(body: unknown): unknown {
  const { data, ...frame } = body as Readonly<{ data: Readonly<Record<string, unknown>> }>;
  return { ...frame, data: { ...data, secret: null } };
}

function singles(queries: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, string>> {
  const found: [string, string][] = [];
  for (const [name, values] of Object.entries(queries)) {
    const [value] = values;
    if (values.length !== 1 || value === undefined)
      throw new HttpFailure(400, "REQUEST_INVALID", { field: name.slice(0, 64), problem: "given twice" });
    found.push([name, value]);
  }
  return Object.fromEntries(found);
}

function parse<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const keys = issue?.code === "unrecognized_keys" ? issue.keys : [];
  const field = [...(issue?.path ?? []), ...keys.slice(0, 1)].map(String).join(".").slice(0, 128);
  throw new HttpFailure(400, "REQUEST_INVALID", { field: field === "" ? "body" : field, problem: (issue?.message ?? "").slice(0, 200) });
}

const PROBLEMS: Readonly<Record<number, string>> = {
  400: "Malformed.",
  401: "Who asks is not known.",
  403: "Not allowed.",
  404: "Missing, or foreign.",
  409: "Against what is there.",
  412: "Changed since it was read.",
  422: "Refused or denied; nothing changed but the receipt.",
  429: "Too much at once.",
  503: "Not taken; asking again is safe.",
};

/** What the document says of a route. */
function documented(definition: Definition): ReturnType<typeof createRoute> {
  const { method, path, operationId, summary, action, query, params, body, status } = definition;
  const changes = method !== "get" && !operationId.startsWith("preview");
  const headers = z.object({
    ...(changes ? { "Idempotency-Key": z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/) } : {}),
    ...(method === "patch" ? { "If-Match": z.string().optional() } : {}),
  });
  const problems = Object.entries(PROBLEMS).map(([code, description]) => [
    code,
    { description, content: { "application/problem+json": { schema: Problem } } },
  ]);
  return createRoute({
    method,
    path,
    operationId,
    summary,
    tags: [path.split("/")[2] ?? "desk"],
    "x-action": action,
    security: action === "open" ? [] : [{}, { key: [] }],
    request: {
      ...(query === undefined ? {} : { query }),
      ...(params === undefined ? {} : { params }),
      ...(changes ? { headers } : {}),
      ...(body === undefined ? {} : { body: { required: true, content: { "application/json": { schema: body } } } }),
    },
    responses: {
      [status ?? 200]: {
        description: summary,
        content: contentOf(definition),
      },
      ...Object.fromEntries(problems),
    },
  });
}

function contentOf({ answer, csv, streams }: Definition): Readonly<Record<string, { schema: z.ZodType }>> {
  const texts = streams ?? (csv === true ? ["text/csv"] : []);
  return {
    ...(streams === undefined ? { "application/json": { schema: answer } } : {}),
    ...Object.fromEntries(texts.map((type) => [type, { schema: z.string() }])),
  };
}
