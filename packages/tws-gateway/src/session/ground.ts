import type { Broker } from "../broker/broker.ts";
import type { Directory } from "../broker/directory.ts";
import type { FigureGround } from "../broker/figures.ts";
import type { BrokerOrder, Execution } from "../broker/order.ts";
import type { Clock } from "../clock.ts";
import type { Day } from "../day.ts";
import type { Faults } from "../faults/faults.ts";

/** Which market data the account may see of a contract. */
export type DataRights = "live" | "delayed" | "none";

/** What answers are made from. */
export type AnswerGround = Readonly<{
  clock: Clock;
  zone: string;
  day: Day;
  broker: Broker;
  directory: Directory;
  faults: Faults;
  figures: FigureGround;
  accounts: () => readonly string[];
  rights: (symbol: string) => DataRights;
  masterClient: number | null;
  readOnly: () => boolean;
  /** Whether the gateway has its own connection to the broker; while it has none, questions stay open. */
  connected: () => boolean;
  /** Does it when the connection is there, at once if it is. */
  whenConnected: (work: () => void) => void;
  countFrame: (reference: string) => void;
}>;

/** Whether a client may see another's orders and trades: its own, all for the master client, a person's for client 0. */
export function sees(client: number | null, masterClient: number | null, owner: Pick<BrokerOrder | Execution, "clientId">): boolean {
  return client === owner.clientId || (client !== null && client === masterClient);
}
