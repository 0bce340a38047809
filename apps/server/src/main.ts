import { startDesk } from "./desk/start-desk.ts";

// The desk as a process of its own, without a port: its surfaces are put around it by the composition that starts them.
const { desk, data } = await startDesk({ environment: process.env, workingFolder: process.cwd(), data: process.argv[2] });
process.stdout.write(`${[`The desk is open on ${data}.`, ...desk.notes].join("\n")}\n`);

let leaving = false;
function leave(): void {
  if (leaving) return;
  leaving = true;
  void desk.stop().then(() => process.exit(0));
}
process.on("SIGTERM", leave);
process.on("SIGINT", leave);
