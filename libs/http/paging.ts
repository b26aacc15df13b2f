import { z } from 'zod';

/** A whole number in a query, where everything is text. */
export const queryNumber = (least: number, greatest: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'has to be a whole number')
    .transform(Number)
    .pipe(z.int().min(least).max(greatest))
    .meta({ type: 'integer', minimum: least, maximum: greatest, pattern: undefined });

const wholeNumber = (least: number, greatest: number, standard: number) =>
  queryNumber(least, greatest)
    .default(standard)
    .meta({ type: 'integer', minimum: least, maximum: greatest, pattern: undefined });

/** A page by its number costs as much as all before it: further on, use the cursor. */
const lastPage = 10_000;
const largestPage = 100;

/** What a list takes as its query, for `z.strictObject({ ...pagingQuery, status: ... })`: unknown names are refused. */
export const pagingQuery = {
  page: wholeNumber(1, lastPage, 1).describe(
    'From 1, which is the default. Without effect when there is a cursor.',
  ),
  limit: wholeNumber(1, largestPage, 10).describe('Most items on a page; 10 by default.'),
  cursor: z.string().min(1).max(1024).optional().describe('nextCursor of the page before.'),
};

/** For lists that are too long to count: they have no pages, and go on by cursor only. */
export const cursorQuery = {
  limit: wholeNumber(1, largestPage, 20).describe('Most items of one answer; 20 by default.'),
  cursor: pagingQuery.cursor,
};

export interface CursorList<Item> {
  readonly items: readonly Item[];
  readonly limit: number;
  /** Null at the end. */
  readonly nextCursor: string | null;
}

export const cursorListSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    limit: z.int(),
    nextCursor: z.string().nullable().describe('Null at the end.'),
  });

export interface List<Item> {
  readonly items: readonly Item[];
  readonly page: number;
  readonly limit: number;
  readonly total: number;
  readonly totalPages: number;
  /** Null on the last page. */
  readonly nextCursor: string | null;
}

/** What {@link listOf} makes of items of a schema, for the API's documents. */
export const listSchema = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item),
    page: z.int(),
    limit: z.int(),
    total: z.int(),
    totalPages: z.int(),
    nextCursor: z.string().nullable().describe('Null on the last page.'),
  });

/** The answer of every list. `page` is the number of this page, also when it was reached by cursor. */
export function listOf<Item>(
  items: readonly Item[],
  { page, limit, total, nextCursor }: Pick<List<Item>, 'page' | 'limit' | 'total' | 'nextCursor'>,
): List<Item> {
  return { items, page, limit, total, totalPages: Math.ceil(total / limit), nextCursor };
}

/**
 * The Link header that leads to the next page (RFC 8288); undefined on the last one.
 * @param url of the request, with its query; relative is fine.
 */
export function nextLink(url: string, { nextCursor }: Pick<List<unknown>, 'nextCursor'>): string | undefined {
  if (nextCursor === null) return undefined;
  const [path = '', query = ''] = url.split('?', 2);
  const parameters = new URLSearchParams(query);
  parameters.delete('page');
  parameters.set('cursor', nextCursor);
  return `<${path}?${parameters}>; rel="next"`;
}
