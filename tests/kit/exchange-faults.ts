import type { ServerResponse } from "node:http";

/** Where a fault strikes. */
export type Place = "submit" | "cancel" | "order" | "openOrders" | "trades" | "account" | "time";
/** What happens there. `before` the exchange does what is asked, or `after` it did: then only the answer is lost or spoilt. */
export type Fault = Readonly<
  | { at: Place; how: "cut" | "mute" | "html" | "truncated" | "500" | "503" | "empty"; when: "before" | "after" }
  /** An error of the exchange's own. */
  | { at: Place; how: "refuse"; status: number; code: number; message: string }
  | { at: Place; how: "limit"; status: 418 | 429; retryAfterS: number | null }
  /** The order is there and the exchange says that it is not. */
  | { at: "order"; how: "hide" }
>;

export function reply(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(answer));
}

type Spoiling = Extract<Fault, { when: "before" | "after" }>["how"];

export function spoil(response: ServerResponse, how: Spoiling, whole: string): void {
  if (how === "mute") return;
  if (how === "cut") return void response.destroy();
  if (how === "500" || how === "503") {
    response.writeHead(Number(how), { "Content-Type": "application/json" });
    return void response.end(JSON.stringify({ code: -1000, msg: "An unknown error occurred while processing the request." }));
  }
  response.writeHead(200, { "Content-Type": how === "html" ? "text/html" : "application/json" });
  if (how === "html") response.end("<html><body>Please log in to the network.</body></html>");
  else response.end(how === "empty" ? "" : whole.slice(0, Math.max(1, whole.length - 7)));
}

/** Requests of Binance by where they strike. */
export const PLACES: Readonly<Record<string, Place | undefined>> = {
  "GET /api/v3/time": "time",
  "GET /api/v3/account": "account",
  "POST /api/v3/order": "submit",
  "GET /api/v3/order": "order",
  "DELETE /api/v3/order": "cancel",
  "GET /api/v3/openOrders": "openOrders",
  "GET /api/v3/myTrades": "trades",
};
