import type { ReactNode } from "react";
import { wordsOf } from "../api/desk.ts";
import { Button } from "./button.tsx";
import { cn } from "./cn.ts";

/** Where a list or a figure comes, while it is fetched: the same height, so that nothing jumps. */
export function Loading({ rows = 5, label = "Loading" }: Readonly<{ rows?: number; label?: string }>): ReactNode {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-2 p-4">
      {Array.from({ length: rows }, (_, row) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: bars without a name of their own
        <div key={row} className="h-5 animate-pulse rounded bg-sunken" />
      ))}
    </div>
  );
}

/** Nothing to show: why, and the one next thing to do. */
export function Empty({ title, children, action }: Readonly<{ title: string; children?: ReactNode; action?: ReactNode }>): ReactNode {
  return (
    <div className="flex flex-col items-center gap-2 px-6 py-10 text-center">
      <p className="font-medium">{title}</p>
      {children === undefined ? null : <div className="max-w-prose text-sm text-muted">{children}</div>}
      {action}
    </div>
  );
}

/** What went wrong in the catalogue's words, its code, and a way on. */
export function Failed({ error, retry }: Readonly<{ error: unknown; retry?: () => void }>): ReactNode {
  const { sentence, code } = wordsOf(error);
  return (
    <div role="alert" className="m-4 flex flex-col items-start gap-2 rounded-md border border-danger/50 p-4 text-sm">
      <p>{sentence}</p>
      {code === null ? null : <code className="font-mono text-xs text-muted">{code}</code>}
      {retry === undefined ? null : <Button onClick={retry}>Try again</Button>}
    </div>
  );
}

type Asked<T> = Readonly<{ data: T | undefined; error: unknown; isPending: boolean; refetch?: () => unknown }>;

/** The three states of a query, and the fourth: its answer. */
export function Answered<T>({
  query,
  rows,
  children,
}: Readonly<{ query: Asked<T>; rows?: number; children: (data: T) => ReactNode }>): ReactNode {
  if (query.data !== undefined) return children(query.data);
  if (query.isPending) return <Loading {...(rows === undefined ? {} : { rows })} />;
  return <Failed error={query.error} retry={() => void query.refetch?.()} />;
}

/** A part of a page with its title, and what can be done with it at the right. */
export function Panel({
  title,
  isPage = false,
  actions,
  className,
  children,
}: Readonly<{
  title?: ReactNode /** Its title is the page's. */;
  isPage?: boolean;
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}>): ReactNode {
  const Title = isPage ? "h1" : "h2";
  return (
    <section className={cn("min-w-0 rounded-lg border border-line bg-surface", className)}>
      {title === undefined ? null : (
        <header className="flex flex-wrap items-center justify-between gap-2 border-b border-line px-4 py-2">
          <Title className="text-sm font-semibold">{title}</Title>
          <div className="flex flex-wrap items-center gap-2">{actions}</div>
        </header>
      )}
      {children}
    </section>
  );
}
