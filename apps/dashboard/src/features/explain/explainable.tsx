import type { ReactNode } from "react";
import { useChangeAddress } from "../../shared/search.ts";

type Props = Readonly<{
  of: string;
  name: string;
  /** The figure as text, where there are many of them: it names the button, and no words are hidden in it. */
  said?: string;
  children: ReactNode;
}>;

/** A figure that says where it comes from when it is pressed. `of`: `portfolio/figure`, or with the asset `portfolio/figure/asset`. */
export function Explainable({ of, name, said, children }: Props): ReactNode {
  const change = useChangeAddress();
  return (
    <button
      type="button"
      className="rounded decoration-dotted underline-offset-4 hover:underline"
      {...(said === undefined ? {} : { "aria-label": `${said} ${name}: where it comes from` })}
      onClick={() => change({ explain: of })}
    >
      {children}
      {said === undefined ? <span className="sr-only"> {name}: where it comes from</span> : null}
    </button>
  );
}
