import { escape } from 'mysql2';

/** What the driver's own escaping would change. It escapes `"`, too, of which JSON is full, and which needs none. */
// eslint-disable-next-line no-control-regex -- these are the characters that it is about
const special = /[\\'\0\b\t\n\r\x1a]/;

/**
 * A value as MySQL and MariaDB read it in a statement (string literals: MySQL 9 Reference Manual, 11.1.1). Only what
 * holds nothing to escape is quoted here; the rest is the driver's business.
 */
export function textLiteral(text: string): string {
  return special.test(text) ? escape(text) : `'${text}'`;
}

export const bytesLiteral = (bytes: Buffer): string => `X'${bytes.toString('hex')}'`;

/** In UTC, as the sessions' time zone is. */
export const timeLiteral = (time: Date): string => `'${time.toISOString().slice(0, -1).replace('T', ' ')}'`;
