import type { Fields } from "../wire/frame.ts";

/** Where a message of the client has the number of its request, and where one of the server repeats it. */
const REQUESTS: Readonly<Record<"client" | "server", Readonly<Record<string, number>>>> = {
  client: {
    ...{ "1": 2, "2": 2, "7": 2, "9": 2, "20": 1, "25": 2, "50": 2, "51": 2, "62": 2, "63": 2, "74": 2, "75": 2, "76": 2, "77": 2 },
    ...{ "81": 1, "87": 1, "90": 1, "92": 1, "93": 1, "94": 1, "95": 1, "104": 1 },
  },
  server: {
    ...{ "1": 2, "2": 2, "4": 2, "10": 1, "11": 1, "17": 1, "50": 2, "52": 2, "55": 2, "57": 2, "58": 2, "63": 2, "64": 2, "71": 2 },
    ...{ "72": 2, "73": 2, "74": 2, "79": 1, "81": 1, "88": 1, "90": 1, "94": 1, "95": 1, "107": 1 },
  },
};

/** The same for the ids of orders. */
const ORDERS: Readonly<Record<"client" | "server", Readonly<Record<string, number>>>> = {
  client: { "3": 1 },
  server: { "3": 1, "4": 2, "5": 1, "11": 2 },
};

/** Which number of the living client stands for which one of the recorded. */
export class LivingIds {
  readonly #version: number;
  readonly #requests = new Map<string, string>();
  readonly #orders = new Map<string, string>();

  constructor(version: number) {
    this.#version = version;
  }

  /** Notes that this message of the client is that recorded one. */
  note(living: Fields, recorded: Fields): void {
    const [id = ""] = recorded;
    const order = id === "4" ? (this.#version >= 192 ? 1 : 2) : ORDERS.client[id];
    const request = REQUESTS.client[id];
    if (order !== undefined) this.#orders.set(recorded[order] ?? "", living[order] ?? "");
    if (request !== undefined) this.#requests.set(recorded[request] ?? "", living[request] ?? "");
  }

  /** A recorded message of the server under the living client's numbers. */
  living(recorded: Fields): Fields {
    const [id = ""] = recorded;
    const [order, request] = [ORDERS.server[id], REQUESTS.server[id]];
    return recorded.map((field, index) => {
      const known = (index === order ? this.#orders.get(field) : undefined) ?? (index === request ? this.#requests.get(field) : undefined);
      return known ?? field;
    });
  }
}
