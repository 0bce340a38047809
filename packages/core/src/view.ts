import type { Executions, ExecutionsView } from "./executions.ts";
import type { NumberedTable, NumberedView } from "./numbered-table.ts";

/** Read-only all the way down: what `decide` and everybody outside the engine see of its tables. */
export type View<T> = T extends string | number | boolean | null | undefined
  ? T
  : T extends Executions
    ? ExecutionsView
    : T extends NumberedTable<infer K, infer V>
      ? NumberedView<K, View<V>>
      : T extends Map<infer K, infer V>
        ? ReadonlyMap<K, View<V>>
        : T extends Set<infer U>
          ? ReadonlySet<View<U>>
          : T extends (infer U)[]
            ? readonly View<U>[]
            : { readonly [K in keyof T]: View<T[K]> };
