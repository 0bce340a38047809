import { z } from "zod";
import { reference } from "./secret-reference.ts";
import { hours, refuse, show, slug, text, timeZone, whole, word, yesOrNo } from "./values.ts";

const hostName = z.unknown().transform((value, context) => {
  if (typeof value === "string" && /^(?:[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?|[0-9A-Fa-f:.]{2,45})$/.test(value)) return value;
  return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: 'a name or an address such as "127.0.0.1"' });
}) as z.ZodType<string>;

const accountNumber: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value === "string" && /^[A-Za-z0-9_.-]{1,64}$/.test(value)) return value;
  return refuse(context, "CONFIG_TYPE_WRONG", {
    value: show(value),
    expected: 'the number that the broker gave it, in quotes: "DU1234567"',
  });
});

const LOOPBACK = /^(?:http|ws):\/\/(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?(?:\/[\w./-]*)?$/;
const address: z.ZodType<string> = z.unknown().transform((value, context) => {
  if (typeof value === "string" && (LOOPBACK.test(value) || (value.startsWith("https://") && URL.canParse(value)))) return value;
  return refuse(context, "CONFIG_TYPE_WRONG", { value: show(value), expected: 'an encrypted address such as "https://api.example.com"' });
});

/** The gateway takes 32 connections; one is the account's own. */
const CLIENTS_MAX = 31;

/** `[account.ibkr]`. */
const ibkrTable = z.strictObject({
  host: hostName.optional(),
  port: whole(1, 65_535).optional(),
  client_id: whole(1, 2_147_483_647).optional(),
  client: z
    .array(
      z.strictObject({
        client_id: whole(1, 2_147_483_647),
        portfolios: z.array(slug).optional(),
        strategies: z.array(text(64)).optional(),
      }),
    )
    .max(CLIENTS_MAX)
    .optional(),
  account: accountNumber.optional(),
  time_zone: timeZone.optional(),
  market_data: word(["live", "frozen", "delayed", "delayed-frozen"]).optional(),
  reset_hours: hours.optional(),
});

/** `[account.ccxt]`. */
const ccxtTable = z.strictObject({
  exchange: text(32),
  environment: word(["live", "sandbox", "demo"]).optional(),
  markets: z
    .array(word(["spot", "linear"]))
    .min(1)
    .optional(),
  stream: yesOrNo.optional(),
  account: accountNumber.optional(),
  api_key: reference.optional(),
  secret: reference.optional(),
  password: reference.optional(),
  uid: reference.optional(),
  url: address.optional(),
});

/** Keys of `[account]` about who keeps it. */
export const brokerKeys = {
  /** The account's number at the broker, typed again beside `mode = "live"` and `access = "trade"`: then real money may be traded (P10). */
  confirm_live: accountNumber.optional(),
  /** What becomes of an order that would trade with another one of the account. */
  self_crossing: z.enum(["wait", "allow"]).optional(),
  ibkr: ibkrTable.optional(),
  ccxt: ccxtTable.optional(),
} as const;
