import { type AssetId, type ExecutionId, type Order, type OrderId, type PortfolioId, UNATTRIBUTED } from "@bulkhead/core";
import { formatAmount, unitsOf } from "@bulkhead/money";
import type { Control, GatewaySettings } from "@bulkhead/tws-gateway";
import { AAPL, GatewayDesk } from "./gateway-desk.ts";

const USD = "USD" as AssetId;
const MONEY_SCALE = 6;

/** What a portfolio has of AAPL and of dollars, as decimal text: cost before fees, average cost a unit, results signed as profits. */
export type Books = Readonly<{ held: string; cost: string; average: string; realized: string; fees: string }>;

/** A desk at the gateway that knows AAPL, where nothing trades unless a test says so. */
export class WireDesk extends GatewayDesk {
  get control(): Control {
    if (this.gateway === undefined) throw new Error("no gateway");
    return this.gateway.control;
  }

  /** Attaches the account; without a position in AAPL a person makes one and closes it, so that the books know what it is. */
  async attach(settings: GatewaySettings = {}): Promise<Control> {
    await this.startGateway({ masterClient: 7, ...settings });
    await this.start();
    await this.until(() => this.mode === "ready", "attached", 200);
    this.control.manual("AAPL");
    if (settings.positions === undefined) {
      this.control.trade({ symbol: "AAPL", side: "BUY", quantity: "1", price: "200" });
      this.control.trade({ symbol: "AAPL", side: "SELL", quantity: "1", price: "200" });
    }
    await this.until(() => this.account.state.listings.has(AAPL), "AAPL is known", 500);
    await this.compared();
    return this.control;
  }

  /** A person's limit order that is at the broker when this is done: "buy 100 @ 200". */
  async order(portfolio: string, what: string, strategy = ""): Promise<OrderId> {
    const id = await this.placed(portfolio, what, strategy);
    await this.until(() => this.orderOf(id).status === "working", `order ${id} works`, 20);
    return id;
  }

  orderOf(id: OrderId): Order {
    const order = this.account.state.orders.get(id);
    if (order === undefined) throw new Error(`no order ${id}`);
    return order as Order;
  }

  /** The broker's key of an order. */
  permIdOf(id: OrderId): number {
    return Number(this.account.state.venueOrders.get(this.orderOf(id).venueOrder)?.venueOrderId);
  }

  /** The market trades so much of an order. The execution's id at the broker. */
  fill(id: OrderId, what: string): string {
    const [quantity = "", , price = ""] = what.split(" ");
    return this.control.fill({ permId: this.permIdOf(id) }, { quantity, price });
  }

  /** An order that the broker fills at once, and the books with it. */
  async trade(portfolio: string, what: string): Promise<OrderId> {
    const id = await this.order(portfolio, what);
    this.fill(id, what.split(" ").slice(1).join(" "));
    await this.ended(id, "filled");
    return id;
  }

  async ended(id: OrderId, status: string): Promise<void> {
    await this.until(() => this.orderOf(id).status === status, `order ${id} is ${status}, not ${this.orderOf(id).status}`, 20);
  }

  /** Whole units of a portfolio's order that traded. */
  filled(id: OrderId): string {
    return formatAmount(this.orderOf(id).filled, this.scales.quantity);
  }

  books(portfolio: string): Books {
    const found = this.account.state.portfolios.get(portfolio as PortfolioId);
    const { asset, quantity: scale } = this.scales;
    const quantity = found?.holdings.get(asset)?.quantity ?? this.quantity("0");
    const balances = found?.ledger.get(USD);
    const cost = (found?.holdings.get(asset)?.lots ?? []).reduce((sum, lot) => sum + BigInt(unitsOf(lot.cost)), 0n);
    const units = BigInt(unitsOf(quantity));
    return {
      held: formatAmount(quantity, scale),
      cost: plain(cost),
      average: units === 0n ? "0" : plain((cost * 10n ** BigInt(scale)) / units),
      realized: plain(-BigInt(unitsOf(balances?.realized ?? this.quantity("0")))),
      fees: plain(BigInt(unitsOf(balances?.fees ?? this.quantity("0")))),
    };
  }

  /** What its lots are, oldest first: "100 for 18000". */
  lots(portfolio: string): readonly string[] {
    const { asset, quantity: scale } = this.scales;
    const lots = this.account.state.portfolios.get(portfolio as PortfolioId)?.holdings.get(asset)?.lots ?? [];
    return lots.map(({ quantity, cost }) => `${formatAmount(quantity, scale)} for ${plain(BigInt(unitsOf(cost)))}`);
  }

  /** Dollars of a portfolio. */
  cash(portfolio: string): string {
    const cash = this.account.state.portfolios.get(portfolio as PortfolioId)?.ledger.get(USD)?.cash;
    return cash === undefined ? "0" : formatAmount(cash, MONEY_SCALE);
  }

  /** How often an execution is in the books: by its id without the version. */
  booked(execution: string) {
    return this.account.state.executions.get(execution.slice(0, execution.lastIndexOf(".")) as ExecutionId);
  }

  /** Units or cash that differ and that nobody answered. */
  differences(): readonly string[] {
    return [...this.account.state.reconciliation.breaks.values()]
      .filter(({ kind, status }) => status === "open" && kind !== "unknown_order" && kind !== "external_order")
      .map(({ kind, asset, amount }) => `${kind} ${asset} ${unitsOf(amount)}`);
  }

  /** Until the next whole comparison has passed. */
  async compared(): Promise<void> {
    const before = this.account.state.reconciliation.barrierAt ?? 0;
    const since = this.account.state.at;
    const isPassed = (): boolean => (this.account.state.reconciliation.barrierAt ?? 0) > Math.max(before, since);
    await this.until(isPassed, "compared", 1_000);
  }

  /** What `unattributed` holds of AAPL. */
  get nobodys(): Books {
    return this.books(UNATTRIBUTED);
  }
}

/** Millionths of a dollar as text. */
function plain(units: bigint): string {
  const text = (units < 0n ? -units : units).toString().padStart(MONEY_SCALE + 1, "0");
  const parts = `${text.slice(0, -MONEY_SCALE)}.${text.slice(-MONEY_SCALE)}`.replace(/\.?0+$/, "");
  return units < 0n ? `-${parts}` : parts;
}
