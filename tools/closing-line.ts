import type { Reporter, TestModule } from "vitest/node";

/** Ends every run, whatever else is printed, with one plain line: `N passed, N failed, N skipped`. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      const failedBefore = count.failed;
      for (const test of module.children.allTests()) count[test.result().state] += 1;
      // A file that does not load, or whose hooks fail, has no failed test of its own; it is a failure all the same.
      if (module.state() === "failed" && count.failed === failedBefore) count.failed += 1;
    }
    const line = `${count.passed} passed, ${count.failed} failed, ${count.skipped + count.pending} skipped`;
    process.once("exit", () => process.stdout.write(`${line}\n`));
  }
}
