export { program } from "./program.ts";
export { CommandFailure, type ExitCode, type Shell } from "./shell.ts";
