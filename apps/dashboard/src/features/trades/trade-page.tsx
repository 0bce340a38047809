import type { ReactNode } from "react";
import { Empty } from "../../shared/ui/states.tsx";

export function TradePage(): ReactNode {
  return <Empty title="Trade" />;
}
