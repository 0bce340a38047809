export { program } from "./program.ts";
export { run } from "./run.ts";
export { CommandFailure, type ExitCode, type Shell } from "./shell.ts";
