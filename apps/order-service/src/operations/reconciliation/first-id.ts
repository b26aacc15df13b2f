import { idOf } from '#libs/kernel/ids.js';

const nothing = new Uint8Array(16);

/** Before every id that was made at that time or later: ids of orders, payments and reservations grow with time. */
export const firstIdSince = (since: Date | null): string | null =>
  since === null ? null : idOf(since.getTime(), nothing);
