import type { ExecutionId } from "@bulkhead/core";

/** Which execution a text names, and which of its versions: corrections count from 0. */
export type ExecutionKey = Readonly<{ executionId: ExecutionId; version: number }>;

/** `00025b49.69d39b39.01.01`: what stands before the last point is the execution, what stands behind it its version, from 01. */
const FOUR_PARTS = /^([0-9a-zA-Z]+\.[0-9a-zA-Z]+\.\d+)\.(\d{1,4})$/;

/**
 * An execution id of TWS and of statements (`execId`, `ibExecID`). A correction has the id of what it corrects but for the last part; an
 * id of another shape is an execution of its own that is never corrected.
 */
export function executionKeyOf(execId: string): ExecutionKey {
  const [, root, version] = FOUR_PARTS.exec(execId) ?? [];
  if (root === undefined || version === undefined) return { executionId: execId as ExecutionId, version: 0 };
  return { executionId: root as ExecutionId, version: Math.max(0, Number(version) - 1) };
}

/** Under which id the commission of an execution is booked, so that a gateway and a statement which both tell of it charge it once. */
export function commissionIdOf({ executionId, version }: ExecutionKey): string {
  return version === 0 ? `commission:${executionId}` : `commission:${executionId}:${version}`;
}
