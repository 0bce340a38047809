import { expect, test } from "vitest";
import { openerOf } from "./browser.ts";

const desktop = { platform: "linux", environment: { DISPLAY: ":0" }, isTerminal: true } as const;

test.each([
  ["a Linux desktop", desktop, ["xdg-open"]],
  ["a Mac", { ...desktop, platform: "darwin", environment: {} }, ["open"]],
  ["a Linux without a screen", { ...desktop, environment: {} }, undefined],
  ["output that goes into a file", { ...desktop, isTerminal: false }, undefined],
  ["a shell on another machine", { ...desktop, environment: { DISPLAY: ":0", SSH_CONNECTION: "10.0.0.1 1 10.0.0.2 22" } }, undefined],
  ["a build", { ...desktop, environment: { DISPLAY: ":0", CI: "true" } }, undefined],
  ["somebody who does not want it", { ...desktop, environment: { DISPLAY: ":0", BROWSER: "none" } }, undefined],
] as const)("[DESK-40] a browser opens from a desktop's terminal only: %s", (_name, surroundings, opener) => {
  expect(openerOf(surroundings)).toEqual(opener);
});
