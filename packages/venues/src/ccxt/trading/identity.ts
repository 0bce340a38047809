import type { Ccxt } from "./ccxt-exchange.ts";
import type { Identity, MarketKind } from "./messages.ts";
import { at, isRecord } from "./texts.ts";

/** What nobody said. */
const UNKNOWN: Identity = { account: null, mayTrade: null, mayWithdraw: null, isBoundToAddresses: null, isHedged: null };

/** What an exchange says about the key that asks: whose it is and what it may do. What it does not say is null, never a guess. */
export async function identify(exchange: string, ccxt: Ccxt, kinds: readonly MarketKind[]): Promise<Identity> {
  const said = (await READERS[exchange]?.(ccxt, kinds)) ?? UNKNOWN;
  if (!kinds.includes("linear") || said.isHedged !== null || ccxt.has["fetchPositionMode"] !== true) return said;
  const mode = await ccxt.fetchPositionMode(undefined, { subType: "linear" });
  return { ...said, isHedged: isRecord(mode) && typeof mode["hedged"] === "boolean" ? mode["hedged"] : null };
}

type Reader = (ccxt: Ccxt, kinds: readonly MarketKind[]) => Promise<Identity>;

const READERS: Readonly<Record<string, Reader | undefined>> = {
  binance: async (ccxt, kinds) => {
    // Keys for perpetuals only are no keys of the other account.
    if (!kinds.includes("spot")) return UNKNOWN;
    const account = await call(ccxt, "privateGetAccount");
    return { ...UNKNOWN, account: text(at(account, "uid")), mayTrade: flag(at(account, "canTrade")), mayWithdraw: null };
  },
  bybit: async (ccxt) => {
    const reply = await call(ccxt, "privateGetV5UserQueryApi");
    const permissions = at(reply, "result.permissions");
    const wallet = at(permissions, "Wallet");
    const trades = ["ContractTrade", "Spot"].some((name) => isList(at(permissions, name)));
    const addresses = at(reply, "result.ips");
    return {
      account: text(at(reply, "result.userID")),
      mayTrade: permissions === undefined ? null : String(at(reply, "result.readOnly")) !== "1" && trades,
      mayWithdraw: Array.isArray(wallet) ? wallet.includes("Withdraw") : null,
      isBoundToAddresses: Array.isArray(addresses) ? addresses.length > 0 && !addresses.includes("*") : null,
      isHedged: null,
    };
  },
  okx: async (ccxt) => {
    const reply = await call(ccxt, "privateGetAccountConfig");
    const [permissions, mode, addresses] = [
      text(at(reply, "data.0.perm")),
      text(at(reply, "data.0.posMode")),
      text(at(reply, "data.0.ip")),
    ];
    return {
      account: text(at(reply, "data.0.uid")),
      mayTrade: permissions?.split(",").includes("trade") ?? null,
      mayWithdraw: permissions?.split(",").includes("withdraw") ?? null,
      isBoundToAddresses: addresses === null ? null : addresses !== "",
      isHedged: mode === null ? null : mode === "long_short_mode",
    };
  },
  coinbase: async (ccxt) => {
    const reply = await call(ccxt, "v3PrivateGetBrokerageKeyPermissions");
    return {
      ...UNKNOWN,
      account: text(at(reply, "portfolio_uuid")),
      mayTrade: flag(at(reply, "can_trade")),
      mayWithdraw: flag(at(reply, "can_transfer")),
    };
  },
};

async function call(ccxt: Ccxt, method: string): Promise<unknown> {
  const ask = (ccxt as unknown as Readonly<Record<string, unknown>>)[method];
  return typeof ask === "function" ? await (ask as (params: object) => Promise<unknown>).call(ccxt, {}) : undefined;
}

const isList = (value: unknown): boolean => Array.isArray(value) && value.length > 0;
const flag = (value: unknown): boolean | null => (typeof value === "boolean" ? value : null);
const text = (value: unknown): string | null =>
  typeof value === "string" ? value.slice(0, 120) : typeof value === "number" ? String(value) : null;
