import { describe, expect, it } from '@jest/globals';
import { bytesLiteral, textLiteral, timeLiteral } from './sql-literal.js';

describe('Literals of SQL', () => {
  it.each([
    ['nothing', '', "''"],
    ['a document', '{"name":"Łódź, 東京 🙂"}', `'{"name":"Łódź, 東京 🙂"}'`],
    ['a quote that would end it', "it's", "'it\\'s'"],
    ['a backslash that would hide its end', '\\', "'\\\\'"],
    ['both', "\\'; DROP TABLE orders; -- ", "'\\\\\\'; DROP TABLE orders; -- '"],
    ['characters that are not printed', '\0\b\t\n\r\x1a', "'\\0\\b\\t\\n\\r\\Z'"],
    ['what the driver would take for a placeholder', 'a ? b', "'a ? b'"],
  ])('hold %s', (_, text, literal) => {
    expect(textLiteral(text)).toBe(literal);
  });

  it('hold bytes, and times to the millisecond', () => {
    expect(bytesLiteral(Buffer.from([0, 39, 92, 255]))).toBe("X'00275cff'");
    expect(timeLiteral(new Date('2026-02-03T04:05:06.007Z'))).toBe("'2026-02-03 04:05:06.007'");
  });
});
