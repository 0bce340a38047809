import type { AccountId, Break, StateView, VenueTag, View } from "@bulkhead/core";
import type { DeskAccount } from "../desk/desk.ts";
import type { Services } from "./services.ts";

/** Far more than can wait at once. */
const KEPT_MAX = 10_000;

/** Who sent the orders whose executions wait in the inbox: the journal tells, with the execution that opened each of them. */
export class SentBy {
  readonly #services: Pick<Services, "options">;
  readonly #known = new Map<string, VenueTag | null>();

  constructor(services: Pick<Services, "options">) {
    this.#services = services;
  }

  /** By break; null where the venue did not tell, nothing where nobody knows any more. Only of executions of others. */
  of(account: DeskAccount, items: readonly View<Break>[]): ReadonlyMap<string, VenueTag | null> {
    const found = new Map<string, VenueTag | null>();
    const unknown: View<Break>[] = [];
    for (const item of items) {
      const known = this.#known.get(keyOf(account.id, item));
      if (known !== undefined) found.set(item.id, known);
      else if (item.kind === "unknown_order" && !isShared(item)) unknown.push(item);
    }
    if (unknown.length === 0) return found;
    for (const [item, tag] of this.#look(account, unknown)) {
      if (this.#known.size >= KEPT_MAX) this.#known.clear();
      this.#known.set(keyOf(account.id, item), tag);
      found.set(item.id, tag);
    }
    return found;
  }

  #look({ id }: DeskAccount, items: readonly View<Break>[]): readonly (readonly [View<Break>, VenueTag | null])[] {
    const { history, records } = this.#services.options;
    const read = records?.(id);
    const openedAt = history?.(id)?.openedAt(items.map((item) => item.id));
    if (read === undefined || openedAt === undefined) return [];
    return items.flatMap((item) => {
      const seq = openedAt.get(item.id);
      if (seq === undefined) return [];
      for (const { command } of read(seq)) return command.type === "RecordExecution" ? [[item, command.tag] as const] : [];
      return [];
    });
  }
}

const keyOf = (account: AccountId, { id, openedAt }: View<Break>): string => `${account} ${id} ${openedAt}`;

/** Beyond the bound of breaks executions of one asset wait together, whoever sent them. */
const isShared = ({ id }: View<Break>): boolean => id.startsWith("executions:");

/** What executions of others brought and is still nobody's. */
export const openTrades = (state: StateView): readonly View<Break>[] =>
  [...state.reconciliation.breaks.values()].filter(({ kind, status }) => kind === "unknown_order" && status === "open");
