import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';

/**
 * Has a closing server wait for the answers that it owes, and for nothing else. By themselves, Node and Fastify wait for
 * every connection that has not said anything yet or is in the middle of saying it, and for each that is kept alive after
 * the answer it was waiting for: a browser's tab would use up the whole time that a shutdown may take.
 */
export function closeWithoutWaiting(fastify: FastifyInstance): void {
  /** Requests without an answer so far, by connection. */
  const owed = new Map<Socket, number>();
  let closing = false;
  const owe = (socket: Socket, more: 1 | -1): void => {
    const before = owed.get(socket);
    if (before === undefined) return;
    owed.set(socket, before + more);
    if (closing && before + more === 0) socket.destroySoon();
  };

  fastify.server.on('connection', (socket: Socket) => {
    owed.set(socket, 0);
    socket.once('close', () => owed.delete(socket));
  });
  fastify.server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    owe(socket, 1);
    response.once('close', () => owe(socket, -1));
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (closing) void reply.header('connection', 'close');
    done();
  });
  fastify.addHook('preClose', (done) => {
    closing = true;
    for (const [socket, count] of owed) if (count === 0) socket.destroySoon();
    done();
  });
}
