import { expect } from '@jest/globals';
import type { RawAnswer } from './raw-client.js';

/** What is said on a connection, and with which problems it is answered; then the connection is to be ended. */
export interface OddBytes {
  readonly says: string;
  readonly bytes: string | Buffer;
  /** Nothing more will come: the client ends its side. */
  readonly ends?: true;
  readonly status: number;
  readonly code: string;
}

/** Where a port answers who asks, and takes a body. */
export interface Door {
  /** A path that is open to GET. */
  readonly get: string;
  /** The first lines of a request that may have a body as JSON. */
  readonly post: readonly string[];
}

/** It is in every request where there is room for it, and must be in no line of the log. */
export const planted = 'planted-4711';

const [invalid, oversized] = ['invalid-request', 'headers-too-large'];
const own = `X-Own: ${planted}`;
const host = 'Host: shop';
const text = (...lines: readonly string[]): string => [...lines, '', ''].join('\r\n');

/** TLS 1.2, as far as anybody needs to see it. */
const clientHello = Buffer.concat([
  Buffer.from([0x16, 0x03, 0x01, 0x00, 0xc8, 0x01, 0x00, 0x00, 0xc4, 0x03, 0x03]),
  Buffer.alloc(194, 7),
]);

/** Heads that are none, or none that can be served. */
export function oddHeads({ get }: Pick<Door, 'get'>): readonly OddBytes[] {
  const line = `GET ${get} HTTP/1.1`;
  const bad = (says: string, ...lines: readonly string[]): OddBytes => ({
    says,
    bytes: text(...lines),
    status: 400,
    code: invalid,
  });
  const other = (says: string, status: number, code: string, ...lines: readonly string[]): OddBytes => ({
    says,
    bytes: text(...lines),
    status,
    code,
  });
  const unserved = 'not-implemented';
  const unspoken = 'version-not-supported';
  return [
    bad('a word', planted),
    { says: 'a TLS handshake', bytes: clientHello, status: 400, code: invalid },
    { says: 'zeros', bytes: Buffer.alloc(100), status: 400, code: invalid },
    other('HTTP/0.9', 505, unspoken, `GET ${get}`),
    other('HTTP/1.2', 505, unspoken, `GET ${get} HTTP/1.2`, host, own),
    other('HTTP/2 by name', 505, unspoken, `GET ${get} HTTP/2.0`, host, own),
    other('HTTP/2 by its preface', 505, unspoken, 'PRI * HTTP/2.0', '', 'SM'),
    bad('HTTP/1.1 without a Host', line, own),
    bad('two Hosts', line, host, 'Host: elsewhere', own),
    bad('the same Host twice, to HTTP/1.0', `GET ${get} HTTP/1.0`, host, host, own),
    bad('two Hosts in one', line, 'Host: shop, elsewhere', own),
    bad('a Host with a path', line, `Host: shop/${planted}`),
    other('an expectation', 417, 'expectation-failed', line, host, `Expect: ${planted}`),
    other('a tunnel', 501, unserved, 'CONNECT shop:443 HTTP/1.1', host, own),
    other('a method that nobody knows', 501, unserved, `${planted.toUpperCase()} ${get} HTTP/1.1`, host, own),
    other('a line of 20 kB', 414, 'uri-too-long', `GET ${get}?${'x'.repeat(20_000)} HTTP/1.1`, host, own),
    other('a header of 20 kB', 431, oversized, line, host, own, `X-Long: ${'x'.repeat(20_000)}`),
    other('2,001 headers', 431, oversized, line, host, ...Array.from({ length: 2_000 }, () => own)),
    other('101 headers', 431, oversized, line, host, ...Array.from({ length: 100 }, () => own)),
    bad('a header without a colon', line, host, planted),
    bad('a header without a name', line, host, `: ${planted}`),
    bad('a space before the colon', line, host, `X-Own : ${planted}`),
    bad('a header on two lines', line, host, 'X-Own: a', ` ${planted}`),
    bad('a CR by itself', line, host, `X-Own: a\r${planted}`),
    bad('NUL in a header', line, host, `X-Own: ${planted}\0`),
    bad('an address with a space', `GET ${get} ${planted} HTTP/1.1`, host),
    bad('an authority as its address', 'GET shop:80 HTTP/1.1', host, own),
    bad('two lengths', `POST ${get} HTTP/1.1`, host, own, 'Content-Length: 2', 'Content-Length: 3'),
    bad(
      'a length and chunks',
      `POST ${get} HTTP/1.1`,
      host,
      own,
      'Content-Length: 2',
      'Transfer-Encoding: chunked',
    ),
    bad(
      'chunks and a length',
      `POST ${get} HTTP/1.1`,
      host,
      own,
      'Transfer-Encoding: chunked',
      'Content-Length: 2',
    ),
    bad('a length below zero', `POST ${get} HTTP/1.1`, host, own, 'Content-Length: -1'),
    bad('a length with a sign', `POST ${get} HTTP/1.1`, host, own, 'Content-Length: +1'),
    bad('a length that is no number', `POST ${get} HTTP/1.1`, host, own, `Content-Length: 0x10`),
    bad('a length beyond 64 bits', `POST ${get} HTTP/1.1`, host, own, 'Content-Length: 99999999999999999999'),
    bad('a coding without chunks', `POST ${get} HTTP/1.1`, host, own, 'Transfer-Encoding: gzip'),
    bad(
      'chunks before another coding',
      `POST ${get} HTTP/1.1`,
      host,
      own,
      'Transfer-Encoding: chunked, gzip',
    ),
    bad('chunks to HTTP/1.0', `POST ${get} HTTP/1.0`, host, own, 'Transfer-Encoding: chunked', '', '0'),
    other(
      'a coding and chunks',
      501,
      unserved,
      `POST ${get} HTTP/1.1`,
      host,
      own,
      'Transfer-Encoding: gzip, chunked',
    ),
    { ...bad('half a line, and ends'), bytes: `GET ${get}`, ends: true },
    { ...bad('half a head, and ends'), bytes: `${line}\r\n${own}\r\nHost: sh`, ends: true },
  ];
}

/** Bodies that are none, after a head that is good. */
export function oddBodies({ post }: Pick<Door, 'post'>): readonly OddBytes[] {
  const head = [...post, host, own, 'Content-Type: application/json'];
  const chunked = text(...head, 'Transfer-Encoding: chunked');
  const bad = (says: string, bytes: string): OddBytes => ({ says, bytes, status: 400, code: invalid });
  return [
    bad('a chunk without a size', `${chunked}${planted}\r\n`),
    bad('a chunk of a size below zero', `${chunked}-1\r\n`),
    bad('a chunk of a size beyond 64 bits', `${chunked}ffffffffffffffffff\r\n`),
    bad('a chunk without its end', `${chunked}1\r\n{${planted}`),
    bad('a trailer without a colon', `${chunked}1\r\n{\r\n0\r\n${planted}\r\n\r\n`),
    {
      says: 'a chunk with 20 kB about it',
      bytes: `${chunked}1;${'x'.repeat(20_000)}\r\n`,
      status: 413,
      code: 'payload-too-large',
    },
    {
      says: 'a body of a gigabyte, as it says',
      bytes: text(...head, 'Content-Length: 1000000000'),
      status: 413,
      code: 'payload-too-large',
    },
    {
      says: 'trailers of 20 kB',
      bytes: `${chunked}1\r\n{\r\n0\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
      status: 431,
      code: oversized,
    },
    { ...bad('half a body, and ends', `${text(...head, 'Content-Length: 100')}{"${planted}`), ends: true },
    { ...bad('half a chunk, and ends', `${chunked}64\r\n{"${planted}`), ends: true },
  ];
}

/** As it may go out: a problem document that can be asked after, and the end of the connection. */
export function expectProblem(answer: RawAnswer | undefined, status: number, code: string): void {
  expect(answer).toMatchObject({
    status,
    headers: {
      'content-type': expect.stringMatching(/^application\/problem\+json/),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'x-request-id': expect.stringMatching(/^[0-9a-f]{32}$/),
      connection: 'close',
      date: expect.any(String),
    },
  });
  expect(JSON.parse(answer!.body)).toEqual({
    type: `/problems/${code}`,
    title: expect.any(String),
    status,
    code,
    detail: expect.any(String),
    traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
  });
}
