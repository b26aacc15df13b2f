import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { listOf, nextLink, pagingQuery } from './paging.js';

describe('a list', () => {
  it('counts its pages', () => {
    const of = (total: number) => listOf([], { page: 1, limit: 10, total, nextCursor: null }).totalPages;
    expect([0, 1, 10, 11].map(of)).toEqual([0, 1, 1, 2]);
  });

  it('links to the next page, with the filter that it has', () => {
    const url = '/api/orders?status=PENDING&page=2&limit=5&cursor=old';
    expect(nextLink(url, { nextCursor: 'a b' })).toBe(
      '</api/orders?status=PENDING&limit=5&cursor=a+b>; rel="next"',
    );
    expect(nextLink('/api/orders', { nextCursor: 'c' })).toBe('</api/orders?cursor=c>; rel="next"');
    expect(nextLink('/api/orders', { nextCursor: null })).toBeUndefined();
  });

  it('is asked for by whole numbers within bounds', () => {
    const query = z.strictObject(pagingQuery);
    expect(query.parse({})).toEqual({ page: 1, limit: 10 });
    expect(query.parse({ page: '10000', limit: '100' })).toEqual({ page: 10_000, limit: 100 });
    for (const bad of ['0', '-1', '1.5', '1e2', '0x10', ' 1', '', '10001', '9'.repeat(30)]) {
      expect(query.safeParse({ page: bad }).success).toBe(false);
    }
  });
});
