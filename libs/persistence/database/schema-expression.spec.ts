import { describe, expect, it } from '@jest/globals';
import { normaliseExpression } from './schema-expression.js';

describe('normaliseExpression', () => {
  it.each([
    ['(`a` >= 0)', '`a` >= 0', '`a` >= 0'],
    [
      "((`a` >= 0) and ((`b` is null) or (`b` in (_utf8mb4\\'x\\',_utf8mb4\\'it\\\\\\'s\\'))))",
      "`a` >= 0 and (`b` is null or `b` in ('x','it\\'s'))",
      "`a` >= 0 and (`b` is null or `b` in ('x', 'it\\'s'))",
    ],
    [
      '(((`dn` is null) and (`f` = 1)) or ((`dn` is not null) and (`a` between 1 and 5)))',
      '`dn` is null and `f` = 1 or `dn` is not null and `a` between 1 and 5',
      '`dn` is null and `f` = 1 or `dn` is not null and `a` between 1 and 5',
    ],
    [
      '(json_valid(`b`) or (char_length(`b`) > 3))',
      'json_valid(`b`) or char_length(`b`) > 3',
      'json_valid(`b`) or char_length(`b`) > 3',
    ],
    ['((`a` + 1) * 2)', '(`a` + 1) * 2', '(`a` + 1) * 2'],
    ["(`a` in (_ascii\\'x\\',_latin1\\'_b\\'))", "`a` in ('x','_b')", "`a` in ('x', '_b')"],
    ["concat(`b`,_utf8mb4\\'z\\')", "concat(`b`,'z')", "concat(`b`, 'z')"],
  ])('makes one of what MySQL prints as %s and MariaDB as %s', (mysql, mariadb, one) => {
    expect(normaliseExpression(mysql)).toBe(one);
    expect(normaliseExpression(mariadb)).toBe(one);
  });
});
