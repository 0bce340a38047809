import type { ReactNode } from "react";
import { Empty } from "../../shared/ui/states.tsx";

/** Where the file says other than the books. */
export function ConfigPanel(): ReactNode {
  return <Empty title="The books are the truth">bulkhead apply shows where the file says otherwise, and turns that into commands.</Empty>;
}
