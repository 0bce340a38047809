import type { ReactNode } from "react";
import { useHeld } from "../../shared/api/live.ts";

/** What people call a portfolio; its id where it is not known, or no more. */
export const PortfolioName = ({ id }: Readonly<{ id: string }>): ReactNode => useHeld(id)?.portfolio.name ?? id;
