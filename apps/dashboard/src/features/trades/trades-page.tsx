import type { ReactNode } from "react";
import { Empty } from "../../shared/ui/states.tsx";

export function TradesPage(): ReactNode {
  return <Empty title="Trades" />;
}
