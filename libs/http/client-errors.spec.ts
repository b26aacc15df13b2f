import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { answerClientError } from './client-errors.js';

class FakeSocket extends EventEmitter {
  readonly writable = true;
  readonly destroyed = false;
  heard = '';

  end(text: string): void {
    this.heard += text;
    this.emit('close');
  }

  destroy(): void {
    this.emit('close');
  }
}

const errorOf = (code: string, text: string, read: number) =>
  Object.assign(new Error(code), { code, rawPacket: Buffer.from(text), bytesParsed: read });

const long = 'x'.repeat(20_000);

describe('answerClientError', () => {
  it.each([
    ['HPE_HEADER_OVERFLOW', `GET /${long}`, 16_384, 414],
    ['HPE_HEADER_OVERFLOW', `GET / HTTP/1.1\r\nX: ${long}`, 16_384, 431],
    ['HPE_HEADER_OVERFLOW', long, 16_384, 431],
    ['HPE_HEADER_OVERFLOW', `GET / HTTP/1.1\r\n\r\nGET /${long}`, 16_400, 414],
    ['HPE_CHUNK_EXTENSIONS_OVERFLOW', '', 0, 413],
    ['HPE_INVALID_METHOD', 'FROB / HTTP/1.1\r\n', 1, 501],
    ['HPE_INVALID_METHOD', 'GET / HTTP/1.1\r\n\r\nFROB / HTTP/1.1\r\n', 19, 501],
    ['HPE_INVALID_METHOD', 'FROB', 1, 400],
    ['HPE_INVALID_METHOD', 'no words of HTTP\r\n', 1, 400],
    ['HPE_INVALID_VERSION', 'GET / HTTP/1.2\r\n', 13, 505],
    ['HPE_INVALID_EOF_STATE', '', 0, 400],
    ['ERR_HTTP_REQUEST_TIMEOUT', '', 0, 408],
  ])('answers %s with a problem that has an id (row %#)', (code, text, read, status) => {
    const socket = new FakeSocket();
    answerClientError(errorOf(code, text, read), socket as unknown as Socket);
    expect(socket.heard).toMatch(/^content-type: application\/problem\+json\r$/m);
    expect(socket.heard).toMatch(/^x-request-id: [0-9a-f]{32}\r$/m);
    expect(JSON.parse(socket.heard.split('\r\n\r\n')[1]!)).toMatchObject({
      status,
      traceId: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
  });

  it('answers once, however often Node tells of what it has given up', () => {
    const socket = new FakeSocket();
    for (let piece = 0; piece < 3; piece += 1) {
      answerClientError(errorOf('HPE_INVALID_METHOD', 'x', 0), socket as unknown as Socket);
    }
    expect(socket.heard.match(/HTTP\/1\.1/g)).toHaveLength(1);
  });

  it('has nothing to say to who has gone', () => {
    const socket = new FakeSocket();
    answerClientError(errorOf('ECONNRESET', '', 0), socket as unknown as Socket);
    expect(socket.heard).toBe('');
  });
});
