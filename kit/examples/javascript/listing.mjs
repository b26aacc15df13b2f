/** A page of a book for whoever compares books: oldest first, beginning where the page before ended. */
export function pageOf(items, idOf, { runId, page, madeFrom, madeTo, after, limit }) {
  const [from, to] = [madeFrom ? Date.parse(madeFrom) : 0, Date.parse(madeTo)];
  const place = (item) => `${item.madeAt}/${idOf(item)}`;
  const isInRange = ({ madeAt }) => Date.parse(madeAt) >= from && Date.parse(madeAt) < to;
  const left = items
    .filter((item) => isInRange(item) && (after === null || place(item) > after))
    .sort((a, b) => (place(a) < place(b) ? -1 : 1));
  const told = left.slice(0, limit);
  return { runId, page, items: told, next: left.length > limit ? place(told.at(-1)) : null };
}

/** Whether a page can be asked for like that. */
export const isListRequest = ({ runId, page, madeTo, after, limit } = {}) =>
  typeof runId === 'string' &&
  Number.isInteger(page) &&
  typeof madeTo === 'string' &&
  (after === null || typeof after === 'string') &&
  Number.isInteger(limit) &&
  limit > 0;
