import { z } from "zod";
import { LISTS, rowOf } from "./lists.ts";

/** One round trip from the wish to flat: what was wanted, the verdict, orders, executions, lots and how its exits moved; all oldest first. */
export const TradeDetail = z
  .object({
    trade: rowOf(LISTS.trades, "TradeOfDetail"),
    signals: z.array(rowOf(LISTS.signals, "SignalOfTrade")),
    receipts: z.array(rowOf(LISTS.receipts, "ReceiptOfTrade")),
    orders: z.array(rowOf(LISTS["order-history"], "OrderOfTrade")),
    order_changes: z.array(rowOf(LISTS["order-changes"], "OrderChangeOfTrade")),
    executions: z.array(rowOf(LISTS.executions, "ExecutionOfTrade")),
    lots: z.array(rowOf(LISTS.lots, "LotOfTrade")),
    protections: z.array(rowOf(LISTS["protection-history"], "ProtectionOfTrade")).meta({ description: "How its stop and target moved." }),
  })
  .meta({ id: "TradeDetail" });
