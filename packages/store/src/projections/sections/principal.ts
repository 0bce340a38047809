import type { Command, CommandType } from "@bulkhead/core";
import { COMMANDS } from "../../codec/commands.ts";
import { nodesOf } from "../../codec/schema.ts";

/** Commands that somebody gave: those whose record keeps `by`. */
const GIVEN: ReadonlySet<string> = new Set(
  Object.entries(COMMANDS).flatMap(([type, { fields }]) => (nodesOf(fields).some(([name]) => name === "by") ? [type as CommandType] : [])),
);

/** Who gave a command; `engine` where nobody did: facts, and what became due. */
export const principalOf = (command: Command): string => (GIVEN.has(command.type) && "by" in command ? command.by : "engine");
