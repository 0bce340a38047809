import type { ReactNode } from "react";
import { Button } from "./button.tsx";

type Paged = Readonly<{ hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown }>;

/** The way to older rows, where there are any. */
export function More({ query }: Readonly<{ query: Paged }>): ReactNode {
  if (!query.hasNextPage) return null;
  return (
    <div className="flex justify-center border-t border-line p-2">
      <Button small busy={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        Older
      </Button>
    </div>
  );
}
