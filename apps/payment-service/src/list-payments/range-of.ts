import type { ListRequest } from '#libs/contracts/listing.js';

/** What a request asks for, in terms of time and place. */
export const rangeOf = ({ madeFrom, madeTo, after, limit }: ListRequest) => ({
  from: madeFrom === undefined ? null : new Date(madeFrom),
  to: new Date(madeTo),
  after,
  limit,
});
