import type { ReactNode } from "react";
import { Empty } from "../../shared/ui/states.tsx";

export function PortfolioPage(): ReactNode {
  return <Empty title="Portfolio" />;
}
