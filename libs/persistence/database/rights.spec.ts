import { describe, expect, it } from '@jest/globals';
import { toChangeTables } from './rights.js';

const usage = 'GRANT USAGE ON *.* TO `orders`@`%` IDENTIFIED BY PASSWORD "*94BD"';
const rows = 'GRANT SELECT, INSERT, UPDATE, DELETE ON `orders`.* TO `orders`@`%`';

describe('rights to change tables', () => {
  it('are not among those to rows', () => {
    expect(toChangeTables([usage, rows], 'orders')).toEqual([]);
  });

  it.each([
    ['everything', 'GRANT ALL PRIVILEGES ON *.* TO `root`@`%` WITH GRANT OPTION', ['ALL PRIVILEGES']],
    [
      'everything, one by one',
      'GRANT SELECT, CREATE, DROP, CREATE USER ON *.* TO `root`@`%`',
      ['CREATE', 'DROP'],
    ],
    ['the database', 'GRANT SELECT, ALTER ON `orders`.* TO `orders`@`%`', ['ALTER']],
    ['a table', 'GRANT DROP ON `orders`.`sagas` TO `orders`@`%`', ['DROP']],
    ['databases like it', 'GRANT CREATE ON `ord%`.* TO `orders`@`%`', ['CREATE']],
    ['a role that it has', 'GRANT CREATE ON `orders`.* TO `makers`', ['CREATE']],
  ])('are seen in a grant on %s', (_, grant, rights) => {
    expect(toChangeTables([usage, rows, grant], 'orders')).toEqual(rights);
  });

  it.each([
    'GRANT ALL PRIVILEGES ON `inventory`.* TO `orders`@`%`',
    'GRANT CREATE ROUTINE, CREATE TEMPORARY TABLES, CREATE VIEW ON `orders`.* TO `orders`@`%`',
    'GRANT `makers` TO `orders`@`%`',
    'GRANT PROXY ON ``@`%` TO `root`@`localhost` WITH GRANT OPTION',
  ])('are not seen in %s', (grant) => {
    expect(toChangeTables([grant], 'orders')).toEqual([]);
  });

  it.each([
    ['`orders\\_read`', 'orders_read', true],
    ['`orders_read`', 'orders_read', true],
    ['`orders_read`', 'orders-read', true],
    ['`orders\\_read`', 'orders-read', false],
    ['`a``b.c`', 'a`b.c', true],
    ['`a.c`', 'abc', false],
  ])('on %s are some on %s: %s', (pattern, database, some) => {
    expect(toChangeTables([`GRANT ALTER ON ${pattern}.* TO \`u\`@\`%\``], database)).toHaveLength(
      some ? 1 : 0,
    );
  });
});
