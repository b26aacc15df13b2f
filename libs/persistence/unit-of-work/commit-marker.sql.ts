import { idToBytes } from '#libs/kernel/ids.js';
import { bytesLiteral } from '../database/sql-literal.js';
import type { CommitMark } from './transaction-store.js';

const idOf = ({ committer }: Pick<CommitMark, 'committer'>): string => bytesLiteral(idToBytes(committer));

export const writeMark = (mark: CommitMark): string =>
  `INSERT INTO commit_marker (committer, group_number, committed_at)
   VALUES (${idOf(mark)}, ${mark.groupNumber}, NOW(6))
   ON DUPLICATE KEY UPDATE group_number = VALUES(group_number), committed_at = VALUES(committed_at)`;

/** @param mode with `lock`, waits for a transaction that has written the mark and is still ending. */
export const readMark = (mark: Pick<CommitMark, 'committer'>, mode: 'lock' | 'read'): string =>
  `SELECT group_number AS groupNumber FROM commit_marker WHERE committer = ${idOf(mark)}${mode === 'lock' ? ' FOR UPDATE' : ''}`;

/** 0 when there is none. @param rows of {@link readMark}. */
export const markIn = (rows: unknown): number =>
  Number((rows as { groupNumber: number | string }[])[0]?.groupNumber ?? 0);

export const forgetOldMarks = 'DELETE FROM commit_marker WHERE committed_at < NOW(6) - INTERVAL 1 DAY';
