import { expect, test } from "vitest";
import { csvOf } from "./take-along.ts";

test("rows leave as CSV: quoted where they must be, nothing that a spreadsheet would run, numbers as they are", () => {
  expect(
    csvOf([
      { name: "=1+1", amount: "-4.5", note: 'a "b", c', of: null },
      { name: "@x", amount: "+7", list: ["a"] },
    ]),
  ).toBe(["name,amount,note,of,list", '\'=1+1,-4.5,"a ""b"", c",,', '\'@x,+7,,,"[""a""]"', ""].join("\r\n"));
  expect(csvOf([])).toBe("\r\n");
});
