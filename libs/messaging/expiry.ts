import type { Envelope } from './envelope.js';

/**
 * Whether a command came too late to be begun, by the clock of the unit that decides on it. What was begun in time is
 * answered as ever, however late its command comes again.
 */
export const isExpired = ({ expirytime }: Pick<Envelope, 'expirytime'>, now: Date): boolean =>
  expirytime !== undefined && Date.parse(expirytime) <= now.getTime();
