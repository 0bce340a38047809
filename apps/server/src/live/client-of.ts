import type { ExtraClient } from "@bulkhead/contract";
import type { Effect, StateView } from "@bulkhead/core";
import { isExit } from "./self-crossing.ts";

/**
 * The client id of its own that an order goes over: its portfolio's, else its portfolio's strategy's; undefined: the account's. While that
 * connection is away an exit goes over the account's: isolation is worth less than a way out.
 */
export function clientOf(
  clients: readonly ExtraClient[],
  state: StateView,
  submit: Pick<Extract<Effect, { type: "SubmitOrder" }>, "portfolio" | "order">,
): Readonly<{ clientId: number; orMain: boolean }> | undefined {
  const { portfolio } = submit;
  const strategy = state.portfolios.get(portfolio)?.settings.strategy?.type;
  const own =
    clients.find(({ portfolios }) => portfolios.includes(portfolio)) ??
    (strategy === undefined ? undefined : clients.find(({ strategies }) => strategies.includes(strategy)));
  return own === undefined ? undefined : { clientId: own.clientId, orMain: isExit(state, submit) };
}
