import { describe, expect, it } from '@jest/globals';
import { allowsChange, expectedVersions, formatEtag, matchesEtag } from './etag.js';

const etag = formatEtag(3);

describe('If-None-Match', () => {
  it.each(['"3"', 'W/"3"', '*', ' "1" , "3"', '"a,b", W/"3"'])('%s names version 3', (header) => {
    expect(matchesEtag(header, etag)).toBe(true);
  });

  it.each([undefined, '', '3', '"30"', '"1", "2"', '"3', '"1" "3"', '**', 'w/"3"'])(
    '%s does not',
    (header) => {
      expect(matchesEtag(header, etag)).toBe(false);
    },
  );
});

describe('If-Match', () => {
  it.each([undefined, '"3"', '*', '"1", "3"'])('%s allows a change of version 3', (header) => {
    expect(allowsChange(header, etag)).toBe(true);
  });

  it.each([
    [undefined, undefined],
    ['*', undefined],
    ['"3"', [3]],
    ['"1", "30" ,W/"4"', [1, 30]],
    ['"03", "x", "-1", "1e3", ""', []],
    ['W/"3"', []],
    ['3', []],
    ['', []],
  ])('%s expects versions %p', (header, versions) => {
    expect(expectedVersions(header)).toEqual(versions);
  });

  it.each(['"2"', 'W/"3"', '3', '', 'nonsense'])('%s does not', (header) => {
    expect(allowsChange(header, etag)).toBe(false);
  });
});
