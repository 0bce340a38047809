import type { ReactNode } from "react";
import { Empty } from "../../shared/ui/states.tsx";

export function PositionsPage(): ReactNode {
  return <Empty title="Positions" />;
}
