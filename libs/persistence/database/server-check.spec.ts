import { describe, expect, it } from '@jest/globals';
import { describeServer, whyNot, type ServerFacts } from './server-check.js';

const good: ServerFacts = {
  version: '10.11.6-MariaDB-log',
  isolation: 'READ-COMMITTED',
  autocommit: { statements: 'ON', groups: 'OFF' },
  maxAllowedPacketBytes: 16 * 1024 * 1024,
  flushLogAtCommit: '1',
  wsrepOn: 'OFF',
  wsrepSyncWait: '0',
  binlogFormat: 'MIXED',
  pageSizeBytes: 16_384,
  enforcedEngine: '',
};

describe('A server', () => {
  it.each(['10.6.0-MariaDB', '11.4.2-MariaDB', '8.0.36', '9.1.0', '8.0.mysql_aurora.3.04.0'])(
    'of version %s is good enough',
    (version) => expect(whyNot({ ...good, version })).toBeNull(),
  );

  it.each(['10.5.28-MariaDB', '5.7.44-log', '', 'unheard of'])('of version "%s" is not', (version) =>
    expect(whyNot({ ...good, version })).toMatch('SKIP LOCKED'),
  );

  it('is refused when its sessions are not as they were set up', () => {
    const refused: Partial<ServerFacts>[] = [
      { isolation: 'REPEATABLE-READ' },
      { autocommit: { statements: 'ON', groups: 'ON' } },
      { autocommit: { statements: 'OFF', groups: 'OFF' } },
    ];
    for (const facts of refused) expect(whyNot({ ...good, ...facts })).toMatch('not as they were set up');
  });

  it('is refused when the packet of a group would not fit', () => {
    expect(whyNot({ ...good, maxAllowedPacketBytes: 4 * 1024 * 1024 })).toMatch('max_allowed_packet');
  });

  it.each<[Partial<ServerFacts>, string]>([
    [{ binlogFormat: 'STATEMENT' }, "SET GLOBAL binlog_format = 'ROW', and binlog_format = ROW in"],
    [{ pageSizeBytes: 4_096 }, 'innodb_page_size is 4096, and keys need 8192'],
    [{ enforcedEngine: 'Aria' }, "SET GLOBAL enforce_storage_engine = 'InnoDB'"],
    [{ maxAllowedPacketBytes: 1024 }, 'SET GLOBAL max_allowed_packet = 8388608'],
  ])('that has %j is refused, and how to set it is said', (facts, text) => {
    expect(whyNot({ ...good, ...facts })).toContain(text);
  });

  it('is told all that is wrong at once', () => {
    const reasons = whyNot({ ...good, version: '5.7.44', binlogFormat: 'STATEMENT', pageSizeBytes: 4_096 });
    for (const reason of ['SKIP LOCKED', 'binlog_format', 'innodb_page_size'])
      expect(reasons).toMatch(reason);
  });

  it.each(['ROW', 'MIXED', 'OFF'])('may log its changes as %s', (binlogFormat) =>
    expect(whyNot({ ...good, binlogFormat })).toBeNull(),
  );

  it('is described in one line', () => {
    expect(describeServer({ ...good, wsrepOn: 'ON' })).toBe(
      'MariaDB 10.11.6-MariaDB-log, wsrep_on ON, wsrep_sync_wait 0, READ-COMMITTED, autocommit ON, of groups OFF, ' +
        'innodb_flush_log_at_trx_commit 1, max_allowed_packet 16777216',
    );
  });
});
