import { expect, test } from "vitest";
import { smallestChange } from "./smallest-change.ts";

// biome-ignore format: the table is easier to check when its columns line up.
test.each([
  ["max_order_notional", "portfolio", "100",   "100.5", "An order that is smaller by 0.5, or max_order_notional of the portfolio at 100.5 in place of 100."],
  ["max_leverage",       "account",   "2",     "2.25",  "An order that is smaller by 0.25, or max_leverage of the account at 2.25 in place of 2."],
  ["max_open_positions", "portfolio", "3",     "4",     "max_open_positions of the portfolio at 4 in place of 3, or 1 fewer."],
  ["available_cash",     null,        "10.1",  "12",    "1.9 more cash in the portfolio, or an order that needs no more than 10.1."],
  ["available_quantity", null,        "5",     "7",     "No more than 5, which is 2 less."],
  ["min_confidence",     "portfolio", "0.6",   "0.55",  "min_confidence of the portfolio at 0.55 in place of 0.6, or a signal that is 0.05 surer."],
  ["minimum_size",       null,        "1",     "0.2",   "0.8 more: the venue takes no less than 1."],
  ["max_loss_day",       "portfolio", "500",   "612.5", "max_loss_day of the portfolio above 612.5; it is 500."],
  ["trading_state",      "portfolio", null,    null,    "Resuming the portfolio."],
  ["mode",               null,        null,    null,    null],
  [null,                 null,        null,    null,    null],
] as const)("%s of %s, %s allowed and %s asked", (rule, scope, bound, observed, expected) =>
  expect(smallestChange({ rule, scope, bound, observed })).toBe(expected));
