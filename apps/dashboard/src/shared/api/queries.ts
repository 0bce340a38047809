import {
  type Answered,
  type AnswerOf,
  type Asked,
  askedOf,
  type BodyOf,
  type OPERATIONS,
  type OperationId,
  WHOLE_DESK,
} from "@bulkhead/contract";
import { keepPreviousData, QueryClient, useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { useAccount } from "../search.ts";
import { ask } from "./desk.ts";

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

const askRead = <O extends ReadId>(id: O, place: Place, signal: AbortSignal): Promise<AnswerOf<O>> =>
  ask(id, askedOf(id, { ...place, signal }));

/** The place with the account that the address names, where the desk has several and the question is about one. */
function usePlace(id: OperationId, place: Place): Place {
  const account = useAccount();
  return account === undefined || WHOLE_DESK.has(id) ? place : { ...place, query: { ...place.query, account_id: account } };
}

/** An answer of the desk, shared by all who ask the same and kept until something makes it old. */
export function useAsk<O extends ReadId>(id: O, asked: Place = {}, { enabled = true, everyMs }: Options = {}) {
  const place = usePlace(id, asked);
  return useQuery({
    queryKey: [id, place],
    queryFn: ({ signal }) => askRead(id, place, signal),
    enabled,
    placeholderData: keepPreviousData,
    ...(everyMs === undefined ? {} : { refetchInterval: everyMs }),
  });
}

type Paged = Readonly<{ state: Readonly<{ data?: Readonly<{ pages: readonly unknown[] }> | undefined }> }>;

/** A list of any length, page after page as they are wanted. */
export function usePages<O extends ReadId>(id: O, asked: Place = {}, { enabled = true, everyMs }: Options = {}) {
  const place = usePlace(id, asked);
  return useInfiniteQuery({
    queryKey: [id, place, "pages"],
    queryFn: ({ pageParam, signal }) =>
      askRead(id, { ...place, query: { ...place.query, ...(pageParam === null ? {} : { cursor: pageParam }) } }, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => (page as Readonly<{ next_cursor?: string | null }>).next_cursor ?? null,
    enabled,
    placeholderData: keepPreviousData,
    // Who reads older pages is not asked all of them again under their eyes.
    ...(everyMs === undefined ? {} : { refetchInterval: (query: Paged) => ((query.state.data?.pages.length ?? 0) < 2 ? everyMs : false) }),
  });
}

/** What the desk would do; nothing changes. */
export function useQuestion<O extends QuestionId>(id: O, body: BodyOf<O> | undefined, params?: Place["params"]) {
  const place = usePlace(id, params === undefined ? {} : { params });
  return useQuery({
    queryKey: [id, place, body],
    queryFn: ({ signal }) => ask(id, askedOf(id, { ...place, body, signal })),
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
  const { query } = usePlace(id, {});
  const attempt = useRef<Readonly<{ wish: string; key: string }> | undefined>(undefined);
  return useMutation<AnswerOf<O>, Error, Wish<O>>({
    mutationFn: async (wish) => {
      const text = JSON.stringify(wish);
      if (attempt.current?.wish !== text) attempt.current = { wish: text, key: crypto.randomUUID() };
      return await ask(id, askedOf(id, { ...wish, query: { ...query, ...wish.query }, key: attempt.current.key }));
    },
    onSuccess: async () => {
      attempt.current = undefined;
      await Promise.all(touches.map((read) => client.invalidateQueries({ queryKey: [read] })));
    },
  });
}

/** What is done at once and leaves nothing in the books: sessions, passwords. Nobody but the press of a button does it again. */
export function useAct<O extends QuestionId>(id: O, touches: readonly ReadId[] = []) {
  const client = useQueryClient();
  return useMutation<Answered<O>["body"], Error, Place & Readonly<{ body?: BodyOf<O> }>>({
    mutationFn: (wish) => ask(id, askedOf(id, wish)),
    onSuccess: async () => {
      await Promise.all(touches.map((read) => client.invalidateQueries({ queryKey: [read] })));
    },
  });
}
