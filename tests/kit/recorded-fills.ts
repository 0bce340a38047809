import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

/** The recorded data beside the repository, which need not be there. */
export const RECORDED = fileURLToPath(new URL("../../../shared/data/", import.meta.url));

/** A file of it as text, unpacked where it is packed. */
export const recordedText = (path: string): string => {
  const bytes = readFileSync(`${RECORDED}${path}`);
  return (path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
};

export const FILLS = "copytrading/hyperliquid/user_fills.json.gz";
export const hasFills = existsSync(`${RECORDED}${FILLS}`);

/** One fill as Hyperliquid told it. */
export type RecordedFill = Readonly<{
  coin: string;
  px: string;
  sz: string;
  side: "A" | "B";
  time: number;
  startPosition: string;
  closedPnl: string;
  hash: string;
  fee: string;
  dir: string;
  oid: number;
}>;

/** The 500 fills of a busy account, in the order of the reply. */
export function recordedFills(): readonly RecordedFill[] {
  const [reply] = JSON.parse(recordedText(FILLS)) as readonly Readonly<{ response: readonly RecordedFill[] }>[];
  return reply?.response ?? [];
}
