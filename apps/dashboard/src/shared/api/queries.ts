import type { AnswerOf, Asked, BodyOf, OPERATIONS, OperationId } from "@bulkhead/contract";
import { keepPreviousData, QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { desk } from "./desk.ts";

type Kind<O extends OperationId> = (typeof OPERATIONS)[O]["kind"];
type OfKind<K extends string> = { [O in OperationId]: Kind<O> extends K ? O : never }[OperationId];
export type ReadId = OfKind<"read">;
export type ChangeId = OfKind<"change">;
export type QuestionId = OfKind<"question">;
/** What a read is asked with. */
export type Query = NonNullable<Asked<"getStatus">["query"]>;
type Place = Readonly<{ params?: Readonly<Record<string, string | number>>; query?: Query }>;

/** One cache for all screens. What the socket says makes parts of it old; the client itself tries again where nobody answers. */
export const queryClient = new QueryClient({ defaultOptions: { queries: { staleTime: 30_000, retry: false } } });

type Options = Readonly<{
  enabled?: boolean;
  /** Asked again this often while somebody looks: only for what the socket does not tell. */
  everyMs?: number;
}>;

const askRead = async <O extends ReadId>(id: O, place: Place, signal: AbortSignal): Promise<AnswerOf<O>> =>
  (await desk.ask(id, { ...place, signal } as unknown as Asked<O>)).body;

/** An answer of the desk, shared by all who ask the same and kept until something makes it old. */
export function useAsk<O extends ReadId>(id: O, place: Place = {}, { enabled = true, everyMs }: Options = {}) {
  return useQuery({
    queryKey: [id, place],
    queryFn: ({ signal }) => askRead(id, place, signal),
    enabled,
    placeholderData: keepPreviousData,
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
  });
}

/** A list of any length, page after page as they are wanted. */
export function usePages<O extends ReadId>(id: O, place: Place = {}, { enabled = true }: Options = {}) {
  return useInfiniteQuery({
    queryKey: [id, place, "pages"],
    queryFn: ({ pageParam, signal }) =>
      askRead(id, { ...place, query: { ...place.query, ...(pageParam === null ? {} : { cursor: pageParam }) } }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page as Readonly<{ next_cursor?: string | null }>).next_cursor ?? null,
    enabled,
    placeholderData: keepPreviousData,
  });
}

/** What the desk would do; nothing changes. */
export function useQuestion<O extends QuestionId>(id: O, body: BodyOf<O> | undefined, query: Query = {}) {
  return useQuery({
    queryKey: [id, query, body],
    queryFn: async ({ signal }) => (await desk.ask(id, { query, body, signal } as unknown as Asked<O>)).body,
    enabled: body !== undefined,
    staleTime: 0,
    gcTime: 0,
    placeholderData: keepPreviousData,
  });
}

type Wish<O extends ChangeId> = Place & Readonly<{ body?: BodyOf<O>; ifMatch?: string }>;

/**
 * A change. Its key stays the same while the same wish is tried again, and is new for the next one. The reads that are named in `touches`
 * are asked anew afterwards.
 */
export function useChange<O extends ChangeId>(id: O, touches: readonly ReadId[] = []) {
  const client = useQueryClient();
  const attempt = useRef<Readonly<{ wish: string; key: string }> | undefined>(undefined);
  return useMutation<AnswerOf<O>, Error, Wish<O>>({
    mutationFn: async (wish) => {
      const text = JSON.stringify(wish);
      if (attempt.current?.wish !== text) attempt.current = { wish: text, key: crypto.randomUUID() };
      return (await desk.ask(id, { ...wish, key: attempt.current.key } as unknown as Asked<O>)).body;
    },
    onSuccess: async () => {
      attempt.current = undefined;
      await Promise.all(touches.map((read) => client.invalidateQueries({ queryKey: [read] })));
    },
  });
}
