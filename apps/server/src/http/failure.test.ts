import { expect, test } from "vitest";
import { DatabaseSync } from "./driver.ts";
import { ofMachine } from "./failure.ts";

/** What SQLite itself says. */
function saidBy(work: (database: DatabaseSync) => void): unknown {
  const database = new DatabaseSync(":memory:");
  try {
    database.exec("PRAGMA page_size = 512; CREATE TABLE t (x)");
    work(database);
  } catch (error) {
    return error;
  } finally {
    database.close();
  }
  throw new Error("nothing went wrong");
}

test("[HTTP-72] a database that cannot be written is 503 with the reason, and a bug of ours is not", () => {
  const full = saidBy((database) => database.exec("PRAGMA max_page_count = 2; INSERT INTO t VALUES (zeroblob(100000))"));
  expect(ofMachine(full)).toMatchObject({ status: 503, code: "DESK_CANNOT_WRITE", params: { reason: "its disk is full" } });
  const readOnly = saidBy((database) => database.exec("PRAGMA query_only = 1; INSERT INTO t VALUES (1)"));
  expect(ofMachine(readOnly)).toMatchObject({ code: "DESK_CANNOT_WRITE", params: { reason: "its database cannot be written" } });
  expect(ofMachine(Object.assign(new Error("write"), { code: "ENOSPC", syscall: "write" }))).toMatchObject({ status: 503 });
  expect(ofMachine(saidBy((database) => database.exec("SELECT * FROM missing")))).toBeUndefined();
  expect(ofMachine(new TypeError("x is not a function"))).toBeUndefined();
});
