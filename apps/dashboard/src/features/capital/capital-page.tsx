import type { ReactNode } from "react";
import { Empty } from "../../shared/ui/states.tsx";

export function CapitalPage(): ReactNode {
  return <Empty title="Capital" />;
}
