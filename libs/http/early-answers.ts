import type { Socket } from 'node:net';
import { Logger } from '@nestjs/common';
import { systemClock } from '#libs/kernel/clock.js';
import { systemTimers } from '#libs/kernel/timers.js';
import { currentContext, requestContext, type RequestContext } from '#libs/observability/request-context.js';
import { SparseWarnings } from '#libs/observability/sparse-warnings.js';
import { countEnding, type Ending } from './connection-endings.js';
import { afterEarlierAnswers } from './open-connections.js';
import type { Answer } from './problem-of.js';
import { securityHeaders } from './request-hooks.js';
import { documentOf, problemHeaders } from './send-problem.js';

const warnings = new SparseWarnings(new Logger('EarlyAnswers'));

/** What becomes of a connection whose request gets no further than to Node. */
export interface EarlyEnd {
  readonly ending: Ending;
  readonly answer: Answer;
  /** Whose request it is, as far as that is known. */
  readonly context: RequestContext;
}

/** How long who asked may take to hear why, while the rest of what they say goes unread. */
const lingerMs = 2_000;

const ended = new WeakSet<Socket>();

/**
 * Answers what gets as far as no hook and no filter, and ends its connection: the only place that writes to a connection
 * by itself. Earlier requests get their answers first, and one that has an answer gets no second one.
 */
export function answerEarly(socket: Socket, { ending, answer, context }: EarlyEnd): void {
  // Node tells of every further piece of what it has given up.
  if (ended.has(socket)) return;
  ended.add(socket);
  countEnding(ending);
  const { code, status, detail } = answer.problem;
  const text = requestContext.run(context, () => {
    // A line for each would let anybody write the log; what they sent is in none. Browsers connect in case they need it,
    // which is no news.
    if (socket.bytesRead > 0) warnings.warn(code, `gave up a request: ${detail}`, { statusCode: status });
    return textOf(answer);
  });
  afterEarlierAnswers(socket, (isAnswered) => {
    if (!socket.writable) return socket.destroySoon();
    // Closed with something unread, it would be reset, and take the answer with it (RFC 9112, 9.6).
    const leave = systemTimers.after(lingerMs, () => socket.destroy());
    socket.once('close', () => leave.cancel());
    socket.end(isAnswered ? '' : text);
  });
}

function textOf(answer: Answer): string {
  const { status, title } = answer.problem;
  const body = documentOf(answer);
  const headers = {
    ...securityHeaders,
    ...answer.headers,
    ...problemHeaders,
    'content-length': Buffer.byteLength(body),
    date: systemClock.now().toUTCString(),
    connection: 'close',
    'x-request-id': currentContext()?.requestId,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${title}\r\n${lines.join('')}\r\n${body}`;
}
