import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { countEnding } from './connection-endings.js';
import type { ConnectionLimits } from './connection-limits.js';
import { general, type Answer } from './problem-of.js';
import { sendProblem } from './send-problem.js';

/**
 * Refuses what Node takes for a request though HTTP forbids it, or means something by it that nobody here understands: two
 * readers of such a request do not agree on what it is. Where it ends is not certain either, so the connection ends.
 */
export function refuseOddRequests(fastify: FastifyInstance, { maxHeaders }: ConnectionLimits): void {
  // Node's own answer to what it does not expect has no body.
  fastify.server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) =>
    fastify.server.emit('request', request, response),
  );
  fastify.addHook('onRequest', ({ raw }, reply, done) => {
    const refusal = refusalOf(raw, maxHeaders);
    if (!refusal) return done();
    countEnding('malformed');
    void reply.header('connection', 'close');
    sendProblem(reply, refusal);
  });
}

function refusalOf(request: IncomingMessage, maxHeaders: number): Answer | undefined {
  const { httpVersion, rawHeaders, headers } = request;
  if (!httpVersion.startsWith('1.'))
    return general('version-not-supported', 'this is another version of HTTP');
  if (rawHeaders.length > 2 * maxHeaders) {
    return general('headers-too-large', `there may be ${maxHeaders} headers`);
  }
  const isFirst = httpVersion === '1.0';
  const hosts = hostsOf(rawHeaders);
  if (hosts.length > 1 || (hosts.length === 0 && !isFirst)) {
    return general('invalid-request', 'there has to be one Host');
  }
  if (!hosts.every((host) => authority.test(host))) return general('invalid-request', 'this is not a Host');
  const coding = headers['transfer-encoding'];
  // To HTTP/1.0 a body has no such end: who is in between may have seen another one (RFC 9112, 6.1).
  if (coding !== undefined && isFirst) return general('invalid-request', 'HTTP/1.0 has no Transfer-Encoding');
  if (coding !== undefined && !/^chunked$/i.test(coding)) {
    return /, *chunked$/i.test(coding)
      ? general('not-implemented', 'a body may not be compressed')
      : general('invalid-request', 'it cannot be told where the body ends');
  }
  const { expect } = headers;
  if (expect !== undefined && !isFirst && expect.toLowerCase() !== '100-continue') {
    return general('expectation-failed', 'there is only 100-continue');
  }
  return undefined;
}

/** In `headers` only the first of them is left. */
const hostsOf = (rawHeaders: readonly string[]): readonly string[] =>
  rawHeaders.filter((_, index) => index % 2 === 1 && rawHeaders[index - 1]!.toLowerCase() === 'host');

/** A name or an address, and a port (RFC 3986, 3.2.2); empty where there is none. */
const authority = /^(\[[\da-f:.]+\]|[\w.~!$&'()*+,;=%-]*)(:\d*)?$/i;
