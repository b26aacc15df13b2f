import type { FastifyReply } from 'fastify';

/** Aborted when the connection ends before the answer has been sent: there is nobody to go on for. */
export function callerGone({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}
