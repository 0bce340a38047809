// biome-ignore lint/correctness/noUnresolvedImports: its list of Node's modules is older than node:sqlite.
export { DatabaseSync } from "node:sqlite";
