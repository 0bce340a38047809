import { randomUUID } from "node:crypto";
import { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import type { DeskAccount } from "../desk/desk.ts";
import { readJson } from "./body.ts";
import { csvOf } from "./csv.ts";
import type { Definition, Shape } from "./definition.ts";
import { documented } from "./documented.ts";
import { type Accounts, asksEvery, asList, ofEveryAccount, rowsOfAccounts } from "./every-account.ts";
import { HttpFailure, ofMachine, problemOf } from "./failure.ts";
import type { Admitted, Asking } from "./security/admission.ts";
import type { Principal } from "./security/principal.ts";
import type { Services } from "./services.ts";

const NOTHING = z.strictObject({});

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
  /** Where it comes from. */
  address: string;
  header: (name: string) => string | undefined;
}>;

/** An answer: JSON, or a body of another type. */
export type Outcome = Readonly<{ body: unknown; headers?: Readonly<Record<string, string>> }>;

type Bindings = {
  incoming?: {
    headers?: Readonly<Record<string, string | readonly string[] | undefined>>;
    socket?: { remoteAddress?: string | undefined };
  };
};
type Env = { Bindings: Bindings; Variables: { admitted: Admitted; principal: Principal } };
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
    this.app.notFound((context) => this.problem(new HttpFailure(404, "ROUTE_UNKNOWN", { path: context.req.path.slice(0, 200) })));
    this.app.onError((error, context) => this.problem(error, context.get("admitted")?.requestId));
  }

  /** A read: no key needed beyond the right to read, nothing changes. */
  read<Q extends Shape, P extends Shape>(
    definition: Omit<Definition<Q, P, z.ZodType>, "method" | "body">,
    answer: (call: Call<z.output<Q>, z.output<P>, null>) => Promise<Outcome | Response> | Outcome | Response,
  ): void {
    const own: Definition = { ...definition, method: "get" };
    const full = asList(own);
    const of = answer as (call: unknown) => ReturnType<typeof answer>;
    const { desk } = this.services;
    this.#register(full);
    this.app.get(honoPath(definition.path), async (context) => {
      const principal = this.#allow(context, full);
      const call = { ...this.#call(context, full, principal), body: null, wishId: "", again: false };
      const { query } = call;
      const outcome = asksEvery(query)
        ? await ofEveryAccount({ desk, principal, query }, (one) => of({ ...call, query: one }))
        : await of(call);
      if (full.audited === true) this.#audit(context, full, "ok", null);
      return outcome instanceof Response ? outcome : this.#answer(context, own, outcome);
    });
  }

  /** A question that needs a body; nothing changes. */
  ask<Q extends Shape, P extends Shape, B extends z.ZodType>(
    definition: Omit<Definition<Q, P, B>, "method">,
    answer: (call: Call<z.output<Q>, z.output<P>, z.output<B>>) => Promise<Outcome>,
  ): void {
    const full = { ...definition, method: "post", unkeyed: true } as const;
    this.#register(full);
    this.app.post(honoPath(definition.path), async (context) => {
      const principal = this.#allow(context, full);
      const call = { ...this.#call(context, full, principal), body: await this.#body(context, full), wishId: "", again: false };
      return this.#answer(context, full, await answer(call as Call<z.output<Q>, z.output<P>, z.output<B>>));
    });
  }

  /** Who is logged in changes, and nothing of the books: no Idempotency-Key, and nothing of the request is kept but a line of the audit. */
  act<Q extends Shape, P extends Shape, B extends z.ZodType>(
    definition: Definition<Q, P, B>,
    answer: (call: Call<z.output<Q>, z.output<P>, z.output<B>>) => Promise<Outcome>,
  ): void {
    const full = { ...definition, unkeyed: true };
    this.#register(full);
    this.app.on(definition.method.toUpperCase(), honoPath(definition.path), (context) =>
      this.#audited(context, full, async (told) => {
        const principal = this.#allow(context, full);
        const call = { ...this.#call(context, full, principal), wishId: "", again: false };
        const body = definition.body === undefined ? null : await this.#body(context, full);
        told(body);
        return this.#answer(context, full, await answer({ ...call, body } as unknown as Call<z.output<Q>, z.output<P>, z.output<B>>));
      }),
    );
  }

  /** A change: once per Idempotency-Key. */
  write<Q extends Shape, P extends Shape, B extends z.ZodType>(
    definition: Definition<Q, P, B>,
    answer: (call: Call<z.output<Q>, z.output<P>, z.output<B>>) => Promise<Outcome>,
  ): void {
    this.#register(definition);
    this.app.on(definition.method.toUpperCase(), honoPath(definition.path), (context) =>
      this.#audited(context, definition, async (told) => {
        const principal = this.#allow(context, definition);
        const call = this.#call(context, definition, principal);
        const body = definition.method === "delete" ? null : await this.#body(context, definition);
        // What is taken away has no body: why stands in the address.
        told(body ?? call.query);
        const { method, path } = context.req;
        const { query, ifMatch } = call;
        const wish = { principal: principal.id, key: headerOf(context, "idempotency-key"), method, path, query, body, ifMatch };
        const {
          status,
          body: text,
          repeated,
        } = await this.services.wishes.once(wish, async (wishId, again) => {
          const outcome = await answer({ ...call, body, wishId, again } as unknown as Call<z.output<Q>, z.output<P>, z.output<B>>);
          const text = JSON.stringify(outcome.body);
          const kept = definition.secret === true ? JSON.stringify(withoutSecret(outcome.body)) : text;
          return { status: definition.status ?? 200, body: text, kept };
        });
        const { requestId } = context.get("admitted");
        return new Response(text, {
          status,
          headers: {
            "Content-Type": "application/json; charset=utf-8",
            "X-Request-Id": requestId,
            ...(repeated ? { "Idempotency-Replayed": "true" } : {}),
          },
        });
      }),
    );
  }

  problem(error: unknown, request?: string): Response {
    const requestId = request ?? randomUUID();
    if (error instanceof HttpFailure) return problemResponse(error, requestId);
    this.services.options.onError?.(error, requestId);
    const machine = ofMachine(error);
    if (machine !== undefined) return problemResponse(machine, requestId);
    return problemResponse(new HttpFailure(500, "INTERNAL_ERROR", { request: requestId }), requestId);
  }

  #admit(context: AppContext): void {
    const admitted = this.services.admission.admit(askingOf(context));
    context.set("admitted", admitted);
    context.set("principal", admitted.principal);
  }

  #allow(context: AppContext, definition: Definition | Omit<Definition, "method">): Principal {
    return this.services.admission.allow(context.get("admitted"), definition);
  }

  /** Runs a change and writes down that it was made, or why not. */
  async #audited(
    context: AppContext,
    definition: Definition,
    run: (told: (body: unknown) => void) => Promise<Response>,
  ): Promise<Response> {
    if (!(definition.audited ?? AUDITED.has(definition.action))) return run(() => undefined);
    let asked: unknown = null;
    try {
      const response = await run((body) => {
        asked = body;
      });
      this.#audit(context, definition, "ok", asked);
      return response;
    } catch (error) {
      this.#audit(context, definition, error instanceof HttpFailure ? error.code : "INTERNAL_ERROR", asked);
      throw error;
    }
  }

  #audit(context: AppContext, definition: Pick<Definition, "operationId">, outcome: string, body: unknown): void {
    const { principal, address, requestId } = context.get("admitted");
    const reason = typeof body === "object" && body !== null && "reason" in body ? { reason: String(body.reason) } : {};
    const account = principal.account ?? context.req.query("account_id")?.slice(0, 64) ?? "";
    const details = { ...context.req.param(), ...reason, ...this.#userIn(body) };
    const entry = { who: principal.id, what: definition.operationId, outcome, account, from: address, requestId, details };
    if (outcome === "ok") this.services.audit.add(entry);
    else this.services.audit.denied(entry);
  }

  /** Who tried to log in, where there is such a user: any other text in that place may be a password. */
  #userIn(body: unknown): Readonly<{ user?: string }> {
    const user = typeof body === "object" && body !== null && "user" in body ? String(body.user).toLowerCase() : "";
    return user !== "" && this.services.users.find(user) !== undefined ? { user } : {};
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
      address: context.get("admitted").address,
      header: (name: string) => headerOf(context, name),
    };
  }

  async #body(context: AppContext, definition: Pick<Definition, "body">): Promise<unknown> {
    return parse(definition.body ?? NOTHING, await readJson(context.req.raw));
  }

  #answer(context: AppContext, definition: Pick<Definition, "csv" | "status" | "answer">, { body, headers }: Outcome): Response {
    const asCsv = definition.csv === true && (context.req.query("format") === "csv" || wantsCsv(headerOf(context, "accept")));
    const page = body as Readonly<{ data?: unknown; as_of_seq?: number; next_cursor?: string | null }> & Partial<Accounts>;
    const common = { "As-Of-Seq": String(page.as_of_seq ?? ""), ...headers };
    if (asCsv && (Array.isArray(page.data) || page.accounts !== undefined)) {
      const rows =
        page.accounts === undefined
          ? (page.data as readonly Readonly<Record<string, unknown>>[])
          : rowsOfAccounts({ accounts: page.accounts });
      const columns = [...(page.accounts === undefined ? [] : ["account_id", "mode"]), ...columnsOf(definition.answer)];
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

const askingOf = (context: AppContext): Asking => ({
  method: context.req.method,
  path: context.req.path,
  peer: context.env?.incoming?.socket?.remoteAddress,
  header: (name) => headerOf(context, name),
});

const problemResponse = (failure: HttpFailure, requestId: string): Response =>
  new Response(JSON.stringify(problemOf(failure)), {
    status: failure.status,
    headers: { "Content-Type": "application/problem+json", "X-Request-Id": requestId, ...failure.headers },
  });

/** Changes of orders stand in the journal with who and why; these are about who may what, and what stops. */
const AUDITED: ReadonlySet<string> = new Set(["admin", "kill", "person", "open"]);

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
