import { HttpException, NotFoundException } from '@nestjs/common';
import { describe, expect, it } from '@jest/globals';
import { Defect, Fault, OutcomeUnknown, Refusal, TooManyRequests } from '#libs/kernel/errors.js';
import { BadRequest } from './bad-request.js';
import { problemOf } from './problem-of.js';

const catalogue = { 'sold-out': { status: 422, title: 'Sold out' } };
const of = (error: unknown) => problemOf(error, catalogue);

describe('a problem', () => {
  it('shows the particulars of a refusal, which cannot pretend to be another', () => {
    const particulars = { sku: 'A', status: 200, type: 'x', code: 'y', title: 'z' };
    expect(of(new Refusal('sold-out', 'none left', particulars)).problem).toEqual({
      type: '/problems/sold-out',
      title: 'Sold out',
      status: 422,
      detail: 'none left',
      code: 'sold-out',
      sku: 'A',
    });
  });

  it('lists what is wrong with a request', () => {
    const errors = [{ pointer: '/a', code: 'required', detail: 'is required' }];
    expect(of(new BadRequest('invalid-request', 'one field', errors)).problem).toMatchObject({
      status: 400,
      code: 'invalid-request',
      errors,
    });
  });

  it.each([
    new Refusal('never-heard-of', 'secret'),
    new Defect('secret'),
    new Error('secret'),
    new HttpException('secret', 500),
    new HttpException({ secret: 1 }, 502),
    'secret',
    null,
    undefined,
    { status: 200, message: 'secret' },
  ])('says nothing of %p', (error) => {
    const { problem } = of(error);
    expect(problem.status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(problem.code).toBe('internal-error');
  });

  it('asks to come again when it was only for now', () => {
    expect(of(new Fault('secret'))).toEqual({
      problem: expect.objectContaining({ status: 503, code: 'unavailable' }),
      headers: { 'retry-after': '2' },
    });
    expect(of(new HttpException('slow down', 429)).headers).toHaveProperty('retry-after');
  });

  it('does not ask to come again when it may have been done, and says where to look', () => {
    const { problem, headers } = of(new OutcomeUnknown('secret', {}, { orderId: '1' }));
    expect(problem).toMatchObject({ status: 500, code: 'outcome-unknown', orderId: '1' });
    expect(JSON.stringify(problem)).not.toContain('secret');
    expect(headers).toEqual({});
  });

  it('tells a caller who asks too much at once that it is them', () => {
    expect(of(new TooManyRequests('secret'))).toEqual({
      problem: expect.objectContaining({ status: 429, code: 'too-many-requests' }),
      headers: { 'retry-after': '2' },
    });
  });

  it('does not repeat addresses', () => {
    expect(of(new NotFoundException('Cannot GET /x<script>')).problem).not.toHaveProperty('detail');
  });

  it('has a code for every status', () => {
    for (const status of [
      400, 401, 402, 403, 404, 405, 406, 408, 409, 410, 412, 413, 414, 415, 418, 422, 429,
    ]) {
      expect(of(new HttpException('x', status)).problem).toMatchObject({ status, code: expect.any(String) });
    }
  });
});
