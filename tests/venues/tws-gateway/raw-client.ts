import { connect, type Socket } from "node:net";
import type { Gateway } from "@bulkhead/tws-gateway";
import { SOON_MS } from "../../kit/soon.ts";

/** A client made of bytes, so that nothing of the gateway's own codec judges it. */
export type RawClient = Readonly<{
  /** Frames received so far, fields each; the greeting's answer is the first. */
  frames: readonly (readonly string[])[];
  send: (...fields: readonly (string | number)[]) => void;
  sendBytes: (bytes: Buffer) => void;
  /** Frames up to the first that meets this, from where the last call ended. Fails after five seconds or with the connection. */
  until: (meets: (fields: readonly string[]) => boolean, what?: string) => Promise<readonly (readonly string[])[]>;
  /** Frames up to the answer to a question that is asked now: all that was said before it is in. */
  settle: () => Promise<readonly (readonly string[])[]>;
  closed: Promise<void>;
  close: () => void;
}>;

const DEADLINE_MS = SOON_MS;

export function bytesOf(fields: readonly (string | number)[]): Buffer {
  const body = Buffer.from(fields.map((field) => `${field}\0`).join(""), "utf8");
  return Buffer.concat([Buffer.from([body.length >>> 24, (body.length >>> 16) & 255, (body.length >>> 8) & 255, body.length & 255]), body]);
}

export function greeting(range: string): Buffer {
  return Buffer.concat([Buffer.from("API\0"), Buffer.from([0, 0, 0, range.length]), Buffer.from(range)]);
}

/** Connects, and starts the API under a client id unless that is null. */
export async function rawClient(gateway: Pick<Gateway, "host" | "port">, client: number | null = 1, version = 193): Promise<RawClient> {
  const socket = connect(gateway.port, gateway.host);
  const raw = clientOn(socket);
  raw.sendBytes(greeting(`v100..${version}`));
  if (client === null) return raw;
  await raw.until(() => true, "the greeting's answer");
  raw.send(71, 2, client, "");
  await raw.until(([id, , , code]) => id === "4" && (code === "2158" || code === "326"), "the start");
  return raw;
}

function clientOn(socket: Socket): RawClient {
  const frames: string[][] = [];
  let rest = Buffer.alloc(0);
  let told = 0;
  let over = false;
  let wake = (): void => {};
  const closed = new Promise<void>((resolve) => {
    socket.on("close", () => {
      over = true;
      wake();
      resolve();
    });
  });
  socket.on("error", () => {});
  socket.on("data", (piece: Buffer) => {
    rest = Buffer.concat([rest, piece]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE()) {
      const end = 4 + rest.readUInt32BE();
      frames.push(rest.toString("utf8", 4, end - 1).split("\0"));
      rest = rest.subarray(end);
    }
    wake();
  });
  const until: RawClient["until"] = async (meets, what = "a frame") => {
    const deadline = Date.now() + DEADLINE_MS;
    for (let at = told; ; ) {
      for (; at < frames.length; at++) {
        if (!meets(frames[at] ?? [])) continue;
        const news = frames.slice(told, at + 1);
        told = at + 1;
        return news;
      }
      if (over) throw new Error(`closed before ${what}; said: ${JSON.stringify(frames.slice(told))}`);
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`no ${what} in time; said: ${JSON.stringify(frames.slice(told))}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  };
  return {
    ...{ frames, until, closed },
    send: (...fields) => void socket.write(bytesOf(fields)),
    sendBytes: (bytes) => void socket.write(bytes),
    settle: async () => {
      socket.write(bytesOf([49, 1]));
      return (await until(([id]) => id === "49", "the time")).slice(0, -1);
    },
    close: () => socket.destroy(),
  };
}

/** What a test says of an order; the rest is left out, as a client does. */
export type RawOrder = Readonly<
  Partial<{
    symbol: string;
    conId: number;
    secType: string;
    action: "BUY" | "SELL";
    quantity: string;
    type: string;
    limit: string;
    aux: string;
    tif: string;
    oca: string;
    ocaType: number;
    account: string;
    reference: string;
    transmit: boolean;
    parent: number;
    goodTill: string;
    trailStop: string;
    trailPercent: string;
    offset: string;
    algo: string;
    whatIf: boolean;
  }>
>;

/** PLACE_ORDER of a plain order in the fields of a server version, written out as venues.md 2.6 lists them. */
export function placeOrder(version: number, orderId: number, order: RawOrder): (string | number)[] {
  const blank = (count: number): string[] => Array.from({ length: count }, () => "");
  const { symbol = "AAPL", conId = 0, secType = "STK", action = "BUY", quantity = "100", type = "MKT", tif = "DAY" } = order;
  return [
    ...[3, orderId, conId, symbol, secType, "", "0", "", "", "SMART", "", "USD", "", "", "", ""],
    ...[action, quantity, type, order.limit ?? "", order.aux ?? "", tif, order.oca ?? "", order.account ?? "", "", "0"],
    ...[order.reference ?? "", order.transmit === false ? "0" : "1", order.parent ?? 0, "0", "0", "0", "0", "0", "0", "", "0", ""],
    ...[order.goodTill ?? "", ...blank(version < 177 ? 5 : 4), "0", "", "-1", order.ocaType ?? 0, "", "", "0", ...blank(14)],
    ...["", "", "0", "", order.trailStop ?? "", order.trailPercent ?? "", ...blank(3), ...blank(3), "", "0", "", "", "0", "0"],
    ...[order.algo ?? "", "", order.whatIf === true ? "1" : "0", "", "0", "0", "0", "0", "", "", order.offset ?? "", ...blank(4)],
    ...[...blank(3), "", ...blank(4), "0", "0", "0", ""],
    ...["", "", "0", "", ""],
    ...(version >= 183 ? [""] : []),
    ...(version >= 184 ? ["0"] : []),
    ...(version >= 187 && version < 190 ? ["", "2147483647"] : []),
    ...(version >= 189 ? ["0"] : []),
    ...(version >= 192 ? ["2147483647"] : []),
  ];
}

/** A short name of what a frame says, for sequences: `openOrder:Filled`, `orderStatus:Cancelled`, `error:202`. */
export function nameOf(fields: readonly string[]): string {
  const names: Readonly<Record<string, string>> = {
    ...{ "3": `orderStatus:${fields[2]}`, "4": `error:${fields[3]}`, "11": "execDetails", "53": "openOrderEnd", "55": "execDetailsEnd" },
    ...{ "59": "commissionReport", "61": "position", "62": "positionEnd", "101": "completedOrder", "102": "completedOrdersEnd" },
  };
  if (fields[0] !== "5") return names[fields[0] ?? ""] ?? `message:${fields[0]}`;
  const statuses = ["PendingSubmit", "PreSubmitted", "Submitted", "Filled", "Cancelled", "Inactive"];
  return `openOrder:${fields.find((field) => statuses.includes(field))}`;
}
