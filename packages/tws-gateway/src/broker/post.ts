import type { Message } from "../wire/answers.ts";
import type { Contract } from "./contract.ts";
import type { BrokerOrder } from "./order.ts";

/** How the broker speaks to those who are connected. */
export type Post = Readonly<{
  /** To the order's own client, to the master client, and to client 0 where a person entered it. */
  order: (order: BrokerOrder, message: Message) => void;
  /** To one client, if it is there. */
  client: (client: number, message: Message) => void;
  /** To everybody. */
  all: (message: Message) => void;
  /** Position and cash changed with this contract: who watches them is told. */
  moved: (contract: Contract) => void;
}>;
