import type { ReactNode } from "react";
import { Empty } from "../../shared/ui/states.tsx";

export function StrategiesPage(): ReactNode {
  return <Empty title="Strategies" />;
}
