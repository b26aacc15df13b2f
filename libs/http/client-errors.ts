import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { newContext } from '#libs/observability/request-context.js';
import { answerEarly } from './early-answers.js';
import { answerToUnfinished } from './open-connections.js';
import { general, type Answer } from './problem-of.js';
import { contextOf } from './request-hooks.js';

/** As Node tells that a request took too long, or is none. */
interface ClientError extends Error {
  readonly code?: string;
  /** What came last, as a buffer, and how far it could be read; not there when nothing came. */
  readonly rawPacket?: unknown;
  readonly bytesParsed?: number;
}

/** Answers, and ends, a connection whose request Node gave up. */
export function answerClientError(error: ClientError, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return;
  const unfinished = answerToUnfinished(socket)?.req;
  answerEarly(socket, {
    ending: error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'request-timeout' : 'malformed',
    answer: answerTo(error),
    context: unfinished ? contextOf(unfinished) : newContext(),
  });
}

/** Says so to who wants to be led through to elsewhere. Node would hang up. */
export function refuseTunnels({ server }: FastifyInstance): void {
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    // Node has let go of it: nobody would read on, or mind how it ends, or that nothing moves.
    const leave = (): unknown => socket.destroy();
    socket.on('error', leave).on('timeout', leave).resume();
    const answer = general('not-implemented', 'this is no proxy');
    answerEarly(socket, { ending: 'malformed', answer, context: contextOf(request) });
  });
}

function answerTo(error: ClientError): Answer {
  switch (error.code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return general('request-timeout', 'the request has to come to its end sooner');
    case 'HPE_HEADER_OVERFLOW':
      return /^[A-Z]+ \S*$/.test(lineOf(error))
        ? general('uri-too-long', 'too long an address')
        : general('headers-too-large', 'too long a head');
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return general('payload-too-large', 'too much is said of the chunks of the body');
    case 'HPE_INVALID_VERSION':
    case 'HPE_PAUSED_H2_UPGRADE':
      return general('version-not-supported', 'this is another version of HTTP');
    case 'HPE_INVALID_METHOD':
      return /^[!#$%&'*+.^`|~\w-]+ \S+ HTTP\/1\.[01]\r?$/.test(lineOf(error))
        ? general('not-implemented', 'there is no such method')
        : general('invalid-request', 'this is not an HTTP request');
    default:
      return general('invalid-request', 'this is not an HTTP request');
  }
}

/** A request's line is shorter, or else there is no need to see all of it. */
const maxLineBytes = 256;

/** The line on which Node gave up, or its beginning; of a line that came piece by piece, the piece. */
function lineOf({ rawPacket, bytesParsed = 0 }: ClientError): string {
  if (!Buffer.isBuffer(rawPacket)) return '';
  const start = bytesParsed === 0 ? 0 : rawPacket.lastIndexOf('\n', bytesParsed - 1) + 1;
  const [line = ''] = rawPacket.toString('latin1', start, start + maxLineBytes).split('\n', 1);
  return line;
}
