import { afterEach, beforeEach } from "vitest";
import { newFolder, removeFolder } from "../desk/paper.ts";
import type { GatewayDesk } from "./gateway-desk.ts";

/** Gives each test of a file a desk in a folder of its own; it is closed and gone when the test is over. */
export function eachWith(make: (folder: string) => GatewayDesk): void {
  let folder = "";
  let desk: GatewayDesk;
  beforeEach(() => {
    folder = newFolder();
    desk = make(folder);
  });
  afterEach(async () => {
    await desk.close();
    removeFolder(folder);
  });
}
