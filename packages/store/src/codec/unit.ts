import type { Node } from "./schema.ts";

/** `stored`: maps as they are. `view`: maps and sets sorted, so that only content counts. */
export type MapOrder = "stored" | "view";

/** The functions that are being made: per node `e` writes, `d` reads and, where asked for, `q` compares. All names are numbers. */
export interface Unit {
  readonly order: MapOrder;
  /** A number that no other function, constant or variable has. */
  newName(): number;
  /** The number of the node's `e` and `d`; a node that is used twice is made once. */
  functionsOf(node: Node): number;
  /** The number of the node's `q`. */
  comparerOf(node: Node): number;
  /** Adds a declaration in front of the functions. */
  declare(code: string): void;
  /** The number of a constant `c` that holds the members of a choice. */
  constantOf(values: readonly string[]): number;
}
