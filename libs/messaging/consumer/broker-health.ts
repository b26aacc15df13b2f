import type { Finding } from '#libs/observability/health/health-indicators.js';
import type { AmqpConnection } from '../broker/amqp-connection.js';
import type { AmqpTransport } from './amqp-transport.js';

/** Never worse than degraded: without the broker, orders are still accepted, and the outbox keeps what they cause. */
export function brokerHealth(
  connections: readonly Pick<AmqpConnection, 'isUp' | 'isBlocked' | 'name'>[],
  transport: Pick<AmqpTransport, 'isAttached'>,
): Finding {
  const away = connections.filter(({ isUp }) => !isUp).map(({ name }) => name);
  if (away.length > 0) return { status: 'degraded', detail: { away: away.join(', ') } };
  if (connections.some(({ isBlocked }) => isBlocked)) {
    return { status: 'degraded', detail: 'the broker is short of memory or disk, and pauses publishers' };
  }
  if (!transport.isAttached) return { status: 'degraded', detail: 'not every queue is being read' };
  return { status: 'up' };
}
