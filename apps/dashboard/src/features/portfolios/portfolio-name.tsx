import type { ReactNode } from "react";
import { useHeld } from "../../shared/api/live.ts";

/** What people call a portfolio, behind a dot of its colour; its id where it is not known, or no more. */
export function PortfolioName({ id }: Readonly<{ id: string }>): ReactNode {
  const name = useHeld(id)?.portfolio.name ?? id;
  return (
    <>
      <span
        aria-hidden="true"
        data-portfolio={id}
        className="mr-1.5 inline-block size-2 rounded-full align-baseline"
        style={{ backgroundColor: colourOf(id) }}
      />
      {name}
    </>
  );
}

/** One colour for one id, on every page and in every browser (S0.42). It says nothing alone: the name stands beside it. */
function colourOf(id: string): string {
  if (id === "unattributed") return "var(--muted)";
  let hash = 0x811c9dc5;
  for (const character of id) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return `oklch(68% 0.15 ${(hash >>> 0) % 360})`;
}
