/**
 * What a message code of TWS says about whatever its id names.
 * `refused`: proof that the order, or the change of it, was not taken; of a question, that there is no answer.
 * `canceled`: the order ended by a cancel. `cancel-failed`: the cancel did not take; the order is what it was.
 * `held`: the order was taken and waits. `warning`: the order lives, the words are for people.
 * `lost`, `restored`: IBKR behind the gateway is away, is back; after `restored-lost` every subscription is gone.
 * `session`: the connection itself. `person`: connecting again will not help. `data`: market data. `farm`: news of data farms.
 * `decoder`: a message could not be read and is lost. `ambiguous`: listed, but proof of nothing.
 */
export type CodeKind =
  | "refused"
  | "canceled"
  | "cancel-failed"
  | "held"
  | "warning"
  | "lost"
  | "restored"
  | "restored-lost"
  | "session"
  | "person"
  | "data"
  | "farm"
  | "decoder"
  | "ambiguous";

/** One code of the table, in our words. */
export type CodeMeaning = Readonly<{ code: number; kind: CodeKind; says: string }>;

/** What a code means; a code that is not in the table proves nothing (B2). */
export function meaningOf(code: number): CodeMeaning {
  return BY_CODE.get(code) ?? { code, kind: "ambiguous", says: "a code that the table does not know" };
}

// biome-ignore format: one code, one line.
const TABLE: readonly (readonly [number, CodeKind, string])[] = [
  [100, "ambiguous", "more messages in a second than the gateway takes"],
  [101, "data", "no more market data lines are left"],
  [102, "data", "a market data id was used twice"],
  [103, "refused", "the order number was used before"],
  [104, "refused", "a filled order cannot be changed"],
  [105, "refused", "the change does not fit the original order"],
  [106, "refused", "the order could not be transmitted"],
  [107, "refused", "the order is incomplete"],
  [109, "refused", "the price is beyond the percentage of the gateway's order presets"],
  [110, "refused", "the price does not conform to the minimum price variation"],
  [111, "refused", "time in force and order type do not go together"],
  [113, "refused", "the time in force must be DAY for this order type"],
  [116, "refused", "the exchange cannot be reached for orders"],
  [117, "refused", "a block order is too small"],
  [125, "refused", "the buy price must be the best ask"],
  [126, "refused", "the sell price must be the best bid"],
  [132, "refused", "a clearing account is missing"],
  [133, "ambiguous", "submitting the order failed"],
  [134, "ambiguous", "changing the order failed"],
  [135, "cancel-failed", "there is no order of that number"],
  [136, "cancel-failed", "this order cannot be canceled"],
  [140, "refused", "the size must be a whole number"],
  [141, "refused", "the price must be a number"],
  [144, "refused", "the size does not match the allocation"],
  [145, "refused", "a field of the order could not be read"],
  [146, "refused", "the trigger method is invalid"],
  [147, "refused", "the contract is incomplete"],
  [148, "refused", "a stop price is missing"],
  [151, "refused", "this order type cannot be hidden"],
  [152, "refused", "the order cannot be hidden there"],
  [154, "refused", "the stop price is invalid"],
  [157, "refused", "the order does not have a quantity for the legs"],
  [159, "refused", "the order cannot be linked"],
  [161, "cancel-failed", "the order is not in a state in which it can be canceled"],
  [162, "data", "historical data could not be given"],
  [163, "refused", "the price exceeds the percentage of the gateway's precautions"],
  [164, "data", "there is no market data to check the price with"],
  [165, "data", "a remark of the historical data service"],
  [200, "refused", "there is no such contract, or more than one"],
  [201, "refused", "the order was rejected"],
  [202, "canceled", "the order was canceled"],
  [203, "refused", "the security is not available or not allowed for this account"],
  [300, "data", "no such market data subscription"],
  [309, "data", "no more market depth subscriptions are left"],
  [320, "refused", "the request could not be read"],
  [321, "refused", "the request is not valid"],
  [322, "refused", "the request could not be served"],
  [326, "session", "the client id is in use"],
  [328, "refused", "a trailing order needs a limit, market or stop parent"],
  [329, "refused", "the order could not be changed to this type"],
  [334, "refused", "a good-till-date order is invalid"],
  [336, "refused", "the time is not valid"],
  [337, "refused", "the date is not valid"],
  [339, "refused", "the time zone is not valid"],
  [341, "refused", "a price is needed for this order"],
  [347, "refused", "a short sale slot is needed"],
  [354, "data", "market data is not subscribed"],
  [366, "data", "no such request of historical data"],
  [382, "refused", "the price exceeds the limit of the gateway's presets"],
  [383, "refused", "the size exceeds the limit of the gateway's presets"],
  [387, "refused", "the order type is not supported there"],
  [388, "refused", "the order is smaller than the minimum"],
  [391, "refused", "the time in force is invalid"],
  [392, "refused", "the good-till-date is invalid"],
  [399, "warning", "a remark on the order, which lives"],
  [403, "refused", "the stop price is invalid"],
  [404, "held", "shares are being located for the short sale"],
  [406, "refused", "the currency is not allowed"],
  [412, "refused", "the contract is not available for trading"],
  [420, "data", "too many data requests in a short time"],
  [434, "refused", "the size cannot be zero"],
  [435, "refused", "an account must be named"],
  [460, "refused", "there is no permission to trade this"],
  [461, "refused", "the order cannot be placed with these values"],
  [463, "refused", "a valid price must be entered"],
  [478, "refused", "contract number and contract details do not agree"],
  [481, "warning", "the size of the order was reduced"],
  [502, "session", "nothing answers at this address"],
  [503, "person", "the gateway is older than this client can speak to"],
  [504, "session", "there is no connection"],
  [505, "decoder", "a message could not be read and was dropped: the gateway may be newer than this client"],
  [506, "person", "the gateway speaks a version that this client does not"],
  [507, "session", "a message of bad length: the gateway closed the connection"],
  [508, "session", "a message could not be understood"],
  [509, "session", "a message could not be sent"],
  [1100, "lost", "the gateway lost its connection to IBKR"],
  [1101, "restored-lost", "the gateway is connected to IBKR again and lost its subscriptions"],
  [1102, "restored", "the gateway is connected to IBKR again and kept its subscriptions"],
  [1300, "session", "the gateway's port was changed"],
  [2100, "warning", "account updates went to another subscription"],
  [2101, "warning", "another client has the account updates"],
  [2102, "refused", "an order that is still being processed cannot be changed"],
  [2103, "farm", "a market data farm is disconnected"],
  [2104, "farm", "a market data farm is connected"],
  [2105, "farm", "a historical data farm is disconnected"],
  [2106, "farm", "a historical data farm is connected"],
  [2107, "farm", "a historical data farm is idle"],
  [2108, "farm", "a market data farm is idle"],
  [2109, "warning", "outside regular hours was ignored for this order"],
  [2110, "lost", "the gateway lost its connection to IBKR and will restore it"],
  [2119, "farm", "a market data farm is connecting"],
  [2137, "warning", "the order closes a position on the other side"],
  [2150, "warning", "a position value could not be derived"],
  [2157, "farm", "a security definition farm is disconnected"],
  [2158, "farm", "a security definition farm is connected"],
  [2161, "warning", "the price was capped"],
  [2168, "warning", "an attribute of the order was ignored"],
  [2169, "warning", "an attribute of the order was ignored"],
  [10052, "refused", "the time in force is invalid"],
  [10089, "data", "market data needs another subscription"],
  [10090, "data", "a part of the market data is not subscribed"],
  [10091, "data", "a part of the market data needs another subscription"],
  [10141, "person", "the paper trading disclaimer must be accepted in the gateway first"],
  [10147, "cancel-failed", "the order to cancel was not found"],
  [10148, "cancel-failed", "the order cannot be canceled in its state"],
  [10149, "cancel-failed", "the order number is invalid"],
  [10167, "data", "market data is not subscribed; delayed data is shown"],
  [10168, "data", "market data is not subscribed and delayed data is not switched on"],
  [10182, "data", "live updates could not be given"],
  [10186, "data", "market data is not subscribed and there is no delayed data"],
  [10187, "data", "historical ticks could not be given"],
  [10189, "data", "tick-by-tick data could not be given"],
  [10190, "data", "no more tick-by-tick subscriptions are left"],
  [10197, "data", "another session of the same user has the market data"],
  [10239, "refused", "the stop price is on the wrong side"],
  [10243, "refused", "fractions cannot be ordered through the API"],
  [10247, "refused", "fractions cannot be ordered in this way"],
  [10250, "refused", "fractions of this cannot be ordered"],
  [10268, "refused", "an attribute of the order is not supported"],
  [10269, "refused", "an attribute of the order is not supported"],
  [10270, "refused", "an attribute of the order is not supported"],
  [10289, "refused", "this order needs a cash quantity"],
  [10311, "refused", "direct routing is held back by the gateway's precautions"],
  [10318, "refused", "this order does not take fractions"],
  [10326, "refused", "the group of the order cannot be changed"],
  [10349, "warning", "the time in force was set by the gateway's order presets"],
];

/** The whole table, in order of code: what `docs/venues/ibkr.md` shows. */
export const CODES: readonly CodeMeaning[] = TABLE.map(([code, kind, says]) => ({ code, kind, says }));
const BY_CODE: ReadonlyMap<number, CodeMeaning> = new Map(CODES.map((meaning) => [meaning.code, meaning]));
