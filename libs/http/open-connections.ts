import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { countEnding } from './connection-endings.js';
import type { ConnectionLimits } from './connection-limits.js';

/** Requests without an answer so far, by connection. */
const owed = new WeakMap<Socket, Set<IncomingMessage>>();

const owedTo = (socket: Socket): ReadonlySet<IncomingMessage> => owed.get(socket) ?? new Set();

/** Whether what is written to the connection is taken for the answer to the request that is coming in. */
export const mayAnswerDirectly = (socket: Socket): boolean =>
  [...owedTo(socket)].every(({ complete }, index) => !complete && index === 0);

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
    owed.set(socket, new Set());
    socket.once('close', () => open.delete(socket));
  });
  fastify.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const requests = owed.get(socket);
    if (!requests) return;
    open.delete(socket);
    open.add(socket);
    requests.add(request);
    response.once('close', () => {
      requests.delete(request);
      if (closing && requests.size === 0) socket.destroySoon();
    });
    if (requests.size > limits.maxPipelined && !socket.destroyed) {
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
    if ([...owedTo(socket)].some(({ complete }) => complete)) continue;
    countEnding('room');
    // Its `close` comes later; the next connection may come before that.
    open.delete(socket);
    socket.destroy();
    return true;
  }
  return false;
}
