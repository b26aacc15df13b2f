import type { Socket } from 'node:net';
import { HttpException } from '@nestjs/common';
import { countEnding } from './connection-endings.js';
import { mayAnswerDirectly } from './open-connections.js';
import { problemOf, type Answer } from './problem-of.js';
import { requestIdOf, securityHeaders } from './request-hooks.js';

interface ClientError extends Error {
  readonly code?: string;
}

/**
 * Answers, and ends, a connection whose request Node gave up: it took too long, or is no request at all. Such requests
 * get as far as no hook and no filter. Where an answer to an earlier request is still owed nothing is said: it would be
 * taken for that one.
 */
export function answerClientError(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  countEnding(error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'malformed');
  if (socket.writable && mayAnswerDirectly(socket)) socket.write(textOf(answerTo(error)));
  socket.destroy();
}

function answerTo({ code }: ClientError): Answer {
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return problemOf(new HttpException('the request has to come to its end sooner', 408), {});
  }
  if (code === 'HPE_HEADER_OVERFLOW') return problemOf(new HttpException('too long a head', 431), {});
  return problemOf(new HttpException('this is not an HTTP request', 400), {});
}

function textOf({ problem }: Answer): string {
  const body = JSON.stringify(problem);
  const headers = {
    ...securityHeaders,
    'cache-control': 'no-store',
    'content-type': 'application/problem+json',
    'content-length': Buffer.byteLength(body),
    connection: 'close',
    'x-request-id': requestIdOf(undefined),
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${problem.status} ${problem.title}\r\n${lines.join('')}\r\n${body}`;
}
