import type { PortfolioDay } from "@bulkhead/core";
import type { DatabaseSync } from "../../sqlite/driver.ts";
import { AppendTable, type Moment } from "../tables.ts";
import type { ControlSection } from "./control.ts";
import type { HoldingsSection } from "./holdings.ts";
import type { OrdersSection } from "./orders.ts";

/** What there was at the end of each day of each portfolio. S2.36. */
export class DayEndsSection {
  readonly #holdings: HoldingsSection;
  readonly #orders: OrdersSection;
  readonly #control: ControlSection;
  readonly #positions: AppendTable<"day_positions">;
  readonly #open: AppendTable<"day_orders">;
  readonly #protections: AppendTable<"day_protections">;

  constructor(
    database: DatabaseSync,
    moment: Moment,
    parts: Readonly<{ holdings: HoldingsSection; orders: OrdersSection; control: ControlSection }>,
  ) {
    this.#holdings = parts.holdings;
    this.#orders = parts.orders;
    this.#control = parts.control;
    this.#positions = new AppendTable(database, "day_positions", moment);
    this.#open = new AppendTable(database, "day_orders", moment);
    this.#protections = new AppendTable(database, "day_protections", moment);
  }

  close({ portfolio: portfolio_id, date }: PortfolioDay): void {
    const day = { portfolio_id, date };
    for (const position of this.#holdings.valuedOf(portfolio_id)) this.#positions.append({ ...position, ...day });
    for (const order of this.#orders.openOf(portfolio_id)) this.#open.append({ ...order, ...day });
    for (const protection of this.#control.armedOf(portfolio_id)) this.#protections.append({ ...protection, ...day });
  }

  flush(): void {
    this.#positions.flush();
    this.#open.flush();
    this.#protections.flush();
  }
}
