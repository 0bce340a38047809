export const runs = (full: number): number => (process.env["BULKHEAD_FULL"] === "1" ? full : Math.max(10, Math.ceil(full / 10)));
export const seed = (): number => Number(process.env["BULKHEAD_SEED"] ?? 42);
