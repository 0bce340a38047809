import { join } from "node:path";
import type { AccountId } from "@bulkhead/core";
import { type KeptLine, Logs } from "@bulkhead/store";
import type { OpenedDesk } from "../desk/open-desk.ts";
import { AccountLog } from "./account-log.ts";

/** A line for the terminal. */
export type ShownLine = KeptLine & Readonly<{ account: AccountId }>;

/** The logs of every account of a desk, each in a file beside its books. */
export class DeskLogs {
  readonly #logs = new Map<AccountId, AccountLog>();
  readonly #ends: (() => void)[] = [];

  constructor(desk: OpenedDesk, show: ((line: ShownLine) => void) | undefined) {
    for (const account of desk.accounts.values()) {
      const file = new Logs(join(account.books.home.folder, "logs.sqlite"));
      this.#ends.push(() => file.close());
      const log = new AccountLog({
        account,
        logs: file,
        now: () => desk.clock.now(),
        show: show === undefined ? undefined : (id, line) => show({ account: id, ...line }),
      });
      this.#ends.push(() => log.close());
      this.#logs.set(account.id, log);
      log.catchUp((fromSeq) => account.books.journal.read(fromSeq));
      this.#ends.push(account.onDurable((records) => log.tell(records)));
      account.speaker.listen((words) => log.say(words));
    }
  }

  of(account: AccountId): AccountLog | undefined {
    return this.#logs.get(account);
  }

  /** What is about the whole desk stands in the log of its first account. */
  say(...words: Parameters<AccountLog["say"]>): void {
    const [first] = this.#logs.values();
    first?.say(...words);
  }

  close(): void {
    for (const end of this.#ends.splice(0).reverse()) end();
  }
}

/** A line as text for a person, or as JSON for a program. */
export function lineText({ account, at, level, source, portfolioId, message, ...more }: ShownLine, asJson: boolean): string {
  const time = new Date(at).toISOString();
  if (!asJson) return `${time} ${level} ${portfolioId === "*" ? account : `${account}/${portfolioId}`} ${source}: ${message}`;
  const { seq, logId, runId } = more;
  return JSON.stringify({ at: time, level, account, portfolio_id: portfolioId, run_id: runId, source, message, seq, log_id: logId });
}
