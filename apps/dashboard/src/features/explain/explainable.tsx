import type { ReactNode } from "react";
import { useAddress } from "../../shared/search.ts";

/** A figure that says where it comes from when it is pressed. `of`: `portfolio/figure`, or with the asset `portfolio/figure/asset`. */
export function Explainable({ of, name, children }: Readonly<{ of: string; name: string; children: ReactNode }>): ReactNode {
  const [, change] = useAddress();
  return (
    <button type="button" className="rounded decoration-dotted underline-offset-4 hover:underline" onClick={() => change({ explain: of })}>
      {children}
      <span className="sr-only"> {name}: where it comes from</span>
    </button>
  );
}
