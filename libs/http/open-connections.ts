import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { countEnding } from './connection-endings.js';
import type { ConnectionLimits } from './connection-limits.js';

/** What has been asked on a connection. */
interface Asked {
  /** Answers that have not ended so far, in the order of their requests. */
  readonly owed: Set<ServerResponse>;
  /** The answer to the request that came last. */
  last: ServerResponse | undefined;
}

const asked = new WeakMap<Socket, Asked>();

const owedTo = (socket: Socket): ReadonlySet<ServerResponse> => asked.get(socket)?.owed ?? new Set();

/** What the request whose body is coming in will be answered with; undefined while no request is, or its head only. */
export function answerToUnfinished(socket: Socket): ServerResponse | undefined {
  const last = asked.get(socket)?.last;
  return last?.req.complete === false ? last : undefined;
}

/**
 * Goes on as soon as what is said on the connection would not be taken for, or get into, the answer to an earlier request.
 * @param go is told whether what comes in on it just now has been answered already, if only by half.
 */
export function afterEarlierAnswers(socket: Socket, go: (isAnswered: boolean) => void): void {
  const unfinished = answerToUnfinished(socket);
  const owed = owedTo(socket);
  const earlier = [...owed].find((answer) => answer !== unfinished);
  if (earlier) earlier.once('close', () => afterEarlierAnswers(socket, go));
  else go(unfinished !== undefined && (unfinished.headersSent || !owed.has(unfinished)));
}

/**
 * Keeps the connections of a server within limits, and has a closing server wait for the answers that it owes and for
 * nothing else. By themselves, Node and Fastify wait for every connection that has not said anything yet or is in the
 * middle of saying it, and for each that is kept alive after the answer it was waiting for: a browser's tab would use up
 * the whole time that a shutdown may take.
 */
export function watchConnections(fastify: FastifyInstance, limits: ConnectionLimits): void {
  /** The one that asked for something longest ago comes first. */
  const open = new Set<Socket>();
  let closing = false;

  fastify.server.on('connection', (socket: Socket) => {
    if (open.size >= limits.maxConnections && !makeRoom(open)) {
      countEnding('full');
      socket.destroy();
      return;
    }
    open.add(socket);
    asked.set(socket, { owed: new Set(), last: undefined });
    socket.once('close', () => open.delete(socket));
  });
  fastify.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const known = asked.get(socket);
    if (!known) return;
    open.delete(socket);
    open.add(socket);
    const { owed } = known;
    owed.add(response);
    known.last = response;
    response.once('close', () => {
      owed.delete(response);
      // Idle connections are many, and are not to keep what was said on them.
      if (known.last === response && request.complete) known.last = undefined;
      if (closing && owed.size === 0) socket.destroySoon();
    });
    if (owed.size > limits.maxPipelined && !socket.destroyed) {
      countEnding('pipelined');
      socket.destroy();
    }
  });
  // Nothing came and nothing went for as long as an answer may wait to be taken, or an idle connection be kept.
  fastify.server.on('timeout', (socket: Socket) => {
    if (owedTo(socket).size > 0) countEnding('stalled');
    socket.destroy();
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done();
  });
  fastify.addHook('preClose', (done) => {
    closing = true;
    for (const socket of open) if (owedTo(socket).size === 0) socket.destroySoon();
    done();
  });
}

/** Ends the connection that has been owed nothing for longest: what has not come in whole is owed nothing yet. */
function makeRoom(open: Set<Socket>): boolean {
  for (const socket of open) {
    if ([...owedTo(socket)].some(({ req }) => req.complete)) continue;
    countEnding('room');
    // Its `close` comes later; the next connection may come before that.
    open.delete(socket);
    socket.destroy();
    return true;
  }
  return false;
}
