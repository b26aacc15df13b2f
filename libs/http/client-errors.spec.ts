import type { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { answerClientError } from './client-errors.js';

describe('answerClientError', () => {
  it.each([
    ['HPE_HEADER_OVERFLOW', 431],
    ['HPE_INVALID_METHOD', 400],
    ['ERR_HTTP_REQUEST_TIMEOUT', 408],
  ])('answers %s with a problem that has an id', (code, status) => {
    let text = '';
    const write = (piece: string): boolean => (text += piece) !== '';
    const socket = { writable: true, destroyed: false, write, destroy: () => undefined };
    answerClientError(Object.assign(new Error(code), { code }), socket as unknown as Socket);
    expect(text).toMatch(/^content-type: application\/problem\+json\r$/m);
    expect(text).toMatch(/^x-request-id: [0-9a-f]{32}\r$/m);
    expect(JSON.parse(text.split('\r\n\r\n')[1]!)).toMatchObject({ status });
  });
});
