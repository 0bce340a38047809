import type { Row } from "./show.ts";

/** Rows of one page at most, as the desk gives them. */
export const DESK_PAGE = 500;

type Page = Readonly<{ data: readonly Row[]; next_cursor: string | null }>;

/** Rows of a list up to `limit`, page after page; the frame is the first page's; `next`: where others begin, null where there are none. */
export async function rowsUpTo<P extends Page>(
  limit: number,
  page: (query: Readonly<{ limit: number; cursor?: string }>) => Promise<P>,
): Promise<Readonly<{ frame: P; rows: readonly Row[]; next: string | null }>> {
  const frame = await page({ limit: Math.min(limit, DESK_PAGE) });
  const rows: Row[] = [...frame.data];
  let cursor = frame.next_cursor;
  while (cursor !== null && rows.length < limit) {
    const next = await page({ limit: Math.min(limit - rows.length, DESK_PAGE), cursor });
    rows.push(...next.data);
    cursor = next.next_cursor;
  }
  return { frame, rows, next: cursor };
}
