import { plain, sum } from "../../shared/format/amount.ts";

/** A denial: the rule that spoke, what it allows and what the order would have made it. */
export type Denial = Readonly<{ rule: string | null; scope: string | null; bound: string | null; observed: string | null }>;

const MEASURED = new Set([
  "max_order_notional",
  "max_position_pct",
  "max_position_size",
  "max_total_exposure",
  "max_leverage",
  "max_net_exposure",
]);
const COUNTED = new Set(["max_open_positions", "max_orders_per_minute"]);

const IN_WORDS: Readonly<Record<string, string>> = {
  trading_state: "Resuming the portfolio.",
  kill_switch: "Clearing the kill switch.",
  enabled_strategies: "This strategy among enabled_strategies.",
  universe: "This instrument among its symbols.",
  quote_missing: "A price to decide on.",
  closed_market: "The market's next session, or an order that may wait.",
  duplicate: "The same a little later, or flagged as meant.",
  crossing: "Canceling the order that it would have met.",
  shortable: "No more than is held: this cannot be sold short here.",
  unanswered: "The venue's word on the order before it.",
};

/** The smallest change with which the gate would have let it through, as far as its figures say; null where they do not. */
export function smallestChange({ rule, scope, bound, observed }: Denial): string | null {
  if (rule === null) return null;
  const words = IN_WORDS[rule];
  if (words !== undefined) return words;
  if (bound === null || observed === null) return null;
  const [allowed, wanted] = [plain(bound), plain(observed)];
  const more = plain(difference(observed, bound));
  const whose = scope === null ? "" : ` of the ${scope}`;
  if (MEASURED.has(rule)) return `An order that is smaller by ${more}, or ${rule}${whose} at ${wanted} in place of ${allowed}.`;
  if (COUNTED.has(rule)) return `${rule}${whose} at ${wanted} in place of ${allowed}, or ${more} fewer.`;
  switch (rule) {
    case "available_cash":
      return `${more} more cash in the portfolio, or an order that needs no more than ${allowed}.`;
    case "available_quantity":
      return `No more than ${allowed}, which is ${more} less.`;
    case "min_confidence":
      return `min_confidence${whose} at ${wanted} in place of ${allowed}, or a signal that is ${plain(difference(bound, observed))} surer.`;
    case "collar":
      return `A limit that is ${allowed} from the quote or closer; it was ${wanted}.`;
    case "minimum_size":
      return `${plain(difference(bound, observed))} more: the venue takes no less than ${allowed}.`;
    case "quote_stale":
      return `A quote that is no older than ${allowed}; it was ${wanted} old.`;
    default:
      return rule.startsWith("max_loss") || rule === "max_drawdown" ? `${rule}${whose} above ${wanted}; it is ${allowed}.` : null;
  }
}

const difference = (more: string, less: string): string => sum([more, less.startsWith("-") ? less.slice(1) : `-${less}`]);
