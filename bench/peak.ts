// Loaded into a measured process: leaves its peak memory in KiB in a file.
import { writeFileSync } from "node:fs";

const path = process.env["BULKHEAD_BENCH_PEAK"];
if (path !== undefined) process.on("exit", () => writeFileSync(path, String(process.resourceUsage().maxRSS)));
