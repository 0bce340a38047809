import { randomUUID } from "node:crypto";
import {
  type AnswerOf,
  askedOf,
  type BodyOf,
  DeskClient,
  DeskRefused,
  DeskSilent,
  OPERATIONS,
  type OperationId,
  WHOLE_DESK,
} from "@bulkhead/contract";
import { CommandFailure, type Options, onlyTried, type Shell } from "../shell.ts";
import { findDesk, textOf } from "./find.ts";

type Query = Readonly<Record<string, string | number | boolean | undefined>>;
type ReadOf = { [O in OperationId]: (typeof OPERATIONS)[O]["kind"] extends "change" ? never : O }[OperationId];
type ChangeOf = { [O in OperationId]: (typeof OPERATIONS)[O]["kind"] extends "change" ? O : never }[OperationId];

/** What a question may say besides; the account that the command was given is in every query. */
type Question<O extends OperationId> = Readonly<{
  params?: Readonly<Record<string, string | number>>;
  query?: Query;
  /** The version that was read, in quotes: nobody's change is overwritten unseen. */
  ifMatch?: string;
  signal?: AbortSignal;
}> &
  (undefined extends BodyOf<O> ? Readonly<{ body?: undefined }> : Readonly<{ body: BodyOf<O> }>);

/** A change that was made, or was made before under the same key. */
export type Changed<O extends OperationId> = Readonly<{ answer: AnswerOf<O>; key: string; repeated: boolean }>;

/** A running desk as the command asks it; what it refuses and what it does not answer are failures with sentences. */
export class Desk {
  readonly url: string;
  /** The data folder, where it is this machine's. */
  readonly folder: string | null;
  readonly #client: DeskClient;
  readonly #account: string | undefined;
  readonly #key: string;
  readonly #options: Options;

  constructor(shell: Shell, options: Options) {
    const { url, folder } = findDesk(shell, options);
    this.#options = options;
    this.url = url;
    this.folder = folder;
    this.#client = new DeskClient({ url, client: "cli", key: secretOf(shell, options) });
    this.#account = textOf(options, "account");
    this.#key = textOf(options, "idempotencyKey") ?? `cli-${randomUUID()}`;
  }

  /** A read or a question; nothing changes. */
  async ask<O extends ReadOf>(id: O, question: Question<O>): Promise<AnswerOf<O>> {
    return (await this.#ask(id, question as Question<OperationId>)).body as AnswerOf<O>;
  }

  /** A change, done once however often it is asked for: retries carry the key that this call of the command made. */
  async change<O extends ChangeOf>(id: O, question: Question<O>): Promise<Changed<O>> {
    const { method, path, body: schema } = OPERATIONS[id];
    const where = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(question.params?.[name] ?? ""));
    onlyTried(this.#options, { at: `${method.toUpperCase()} ${this.url}${where}`, body: proved(schema, question.body) });
    const { body, repeated } = await this.#ask(id, question as Question<OperationId>, this.#key);
    return { answer: body as AnswerOf<O>, key: this.#key, repeated };
  }

  /** The key under which a change is asked for. */
  get key(): string {
    return this.#key;
  }

  async #ask(id: OperationId, question: Question<OperationId>, key?: string): Promise<Readonly<{ body: unknown; repeated: boolean }>> {
    const query = WHOLE_DESK.has(id) ? question.query : { account_id: this.#account, ...question.query };
    const asked = askedOf(id, { ...question, ...(query === undefined ? {} : { query }), ...(key === undefined ? {} : { key }) });
    try {
      return await this.#client.ask(id, asked);
    } catch (error) {
      const unknown =
        error instanceof DeskRefused && error.problem.code === "PORTFOLIO_UNKNOWN" ? error.problem.params["portfolio"] : undefined;
      throw failureFor(error, this.url, key, unknown === undefined ? undefined : await this.#accountWith(String(unknown)));
    }
  }

  /** Another account that has a portfolio of this id, as far as the caller may see. */
  async #accountWith(portfolio: string): Promise<string | undefined> {
    try {
      const { accounts } = (await this.#client.ask("listAccounts", {})).body.data;
      for (const { account_id } of accounts.filter((each) => each.account_id !== this.#account)) {
        const { data } = (await this.#client.ask("listPortfolios", { query: { account_id } })).body;
        if (data.some(({ portfolio_id }) => portfolio_id === portfolio.toLowerCase())) return account_id;
      }
    } catch {
      // Who may not see that is not told either.
    }
    return undefined;
  }
}

/** A body as the contract has it; what does not fit is said as the desk would say it. */
function proved(schema: Readonly<{ safeParse: (body: unknown) => Parsed }>, body: unknown): unknown {
  const parsed = schema.safeParse(body);
  if (parsed.success) return body ?? null;
  const [issue] = parsed.error.issues;
  throw new CommandFailure("REQUEST_INVALID", { field: issue?.path.join(".") || "body", problem: issue?.message ?? "" });
}

type Issue = Readonly<{ path: readonly PropertyKey[]; message: string }>;
type Parsed = Readonly<{ success: true } | { success: false; error: Readonly<{ issues: readonly Issue[] }> }>;

/** The API key: from the environment, or from the command line, where others on the machine can read it. */
function secretOf(shell: Shell, options: Options): string | undefined {
  const given = textOf(options, "key");
  if (given === undefined) return shell.environment["BULKHEAD_KEY"] || undefined;
  shell.err("Note: a key on the command line can be read by others on this machine; BULKHEAD_KEY in the environment cannot.\n");
  return given;
}

/** What the desk said, or that it said nothing, as a failure of the command. */
export function failureFor(error: unknown, url: string, key?: string, elsewhere?: string): unknown {
  if (error instanceof DeskRefused) {
    const { code, params, detail, receipt, status } = error.problem;
    const details = typeof receipt === "object" && receipt !== null ? [receiptLine(receipt as Readonly<Record<string, unknown>>)] : [];
    if (code === "ACCOUNT_UNCLEAR") details.push(`On the command line: --account with one of ${String(params["accounts"])}.`);
    if (elsewhere !== undefined) details.push(`On the command line: --account ${elsewhere}, which has one of this name.`);
    if (code === "PORTFOLIO_UNCLEAR") details.push("On the command line: --portfolio; `bulkhead portfolio list` shows them.");
    if (code === "LOGIN_REQUIRED") details.push("On the command line: an API key in BULKHEAD_KEY; `bulkhead keys create` makes one.");
    return new CommandFailure(code, params, { details, said: detail, status, cause: error });
  }
  if (!(error instanceof DeskSilent)) return error;
  const { reason, sent } = error;
  if (error.code === "DESK_ANSWER_UNKNOWN") return new CommandFailure("CLI_ANSWER_UNKNOWN", { url, reason }, { exitCode: 4, cause: error });
  // A certificate of one's own is known to whoever is told of it.
  const details = /CERT|SIGNED/.test(reason)
    ? ["NODE_EXTRA_CA_CERTS=cert.pem trusts the desk's certificate; --url names the desk as the certificate does."]
    : [];
  return key !== undefined && sent
    ? new CommandFailure("CLI_DESK_LOST", { url, reason, key }, { exitCode: 4, cause: error })
    : new CommandFailure("CLI_DESK_UNREACHABLE", { url, reason }, { details, exitCode: 4, cause: error });
}

const receiptLine = ({ asked, allowed, rule, scope }: Readonly<Record<string, unknown>>): string =>
  `asked ${String(asked)}, allowed ${String(allowed)}, rule ${String(rule)} of ${String(scope)}`;
