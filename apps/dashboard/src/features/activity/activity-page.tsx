import type { ReactNode } from "react";
import { Empty } from "../../shared/ui/states.tsx";

export function ActivityPage(): ReactNode {
  return <Empty title="Activity" />;
}
