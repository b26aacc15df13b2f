import type { Envelope } from '../envelope/envelope.js';

const duplicates = new WeakSet<Envelope>();

/** The inbox knew this delivery's message. Idempotent, so that a unit may say it each time that it is decided. */
export const noteDuplicate = (message: Envelope): void => void duplicates.add(message);

export const wasDuplicate = (message: Envelope): boolean => duplicates.has(message);
