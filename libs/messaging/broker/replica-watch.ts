import { Logger } from '@nestjs/common';
import { z } from 'zod';
import type { Finding } from '#libs/observability/health/health-indicators.js';
import { gauge } from '#libs/observability/metrics.js';
import type { Ask, ManagementApi } from './management-api.js';
import { pause } from './pause.js';

/** What a broker gives a new queue where it has the nodes, and enough to lose one of them. */
const enoughReplicas = 3;

const lookEveryMs = 60_000;

const nodesAnswer = z.array(z.object({ name: z.string() }));
const queueAnswer = z.object({ members: z.array(z.string()) });

/** Where nobody watches there is nothing to show. */
const declareMetrics = () => ({
  nodes: gauge({
    name: 'orders_broker_nodes',
    help: 'Nodes of the cluster that the broker is, running or not. All processes show the same.',
  }),
  missing: gauge({
    name: 'orders_queue_replicas_missing',
    help: 'Replicas that a queue lacks to have three, or one on each node of a smaller cluster. All processes show the same.',
    labels: ['queue'],
  }),
  seen: gauge({
    name: 'orders_queue_replicas_seen_timestamp_seconds',
    help: 'When it was last seen where queues have their replicas.',
  }),
});

export interface ReplicaWatchOptions {
  readonly virtualHost: string;
  readonly queues: readonly string[];
  /** Default: a minute. */
  readonly everyMs?: number;
}

/**
 * Looks whether queues have the replicas that their cluster has room for. A queue keeps those that it was declared with: one
 * that is older than the cluster has one for ever, and is lost with its node. A connection to the broker does not tell, its
 * management API does. Only people can give a queue more (alert `QueueReplicasMissing`).
 */
export class ReplicaWatch {
  private readonly logger = new Logger('ReplicaWatch');
  private readonly metrics = declareMetrics();
  private found: Finding = { status: 'up', detail: 'not looked yet' };
  private stopping = new AbortController();

  constructor(
    private readonly management: Pick<ManagementApi, 'ask'>,
    private readonly options: ReplicaWatchOptions,
  ) {
    this.metrics.seen.set(Date.now() / 1000);
  }

  /** As it was at the last look: nobody waits for the management API. */
  get health(): Finding {
    return this.found;
  }

  /** Looks at once, and from then on every minute. */
  start(): void {
    this.stop();
    this.stopping = new AbortController();
    void this.run(this.stopping.signal);
  }

  stop(): void {
    this.stopping.abort();
  }

  /** Never rejects. */
  private async run(signal: AbortSignal): Promise<void> {
    const { everyMs = lookEveryMs } = this.options;
    while (!signal.aborted) {
      await this.look(signal);
      await pause(everyMs);
    }
  }

  private async look(signal: AbortSignal): Promise<void> {
    try {
      this.show(await this.management.ask((ask) => this.missing(ask), signal));
    } catch (error) {
      if (signal.aborted) return;
      const why = error instanceof Error ? error.message : String(error);
      this.tell({ status: 'degraded', detail: `not known: ${why}` });
    }
  }

  /** Replicas that each queue lacks; queues that nobody has declared yet lack nothing. */
  private async missing(ask: Ask): Promise<ReadonlyMap<string, number>> {
    const nodes = new Set(nodesAnswer.parse(await ask('/api/nodes?columns=name')).map(({ name }) => name));
    this.metrics.nodes.set(nodes.size);
    const missing = new Map<string, number>();
    for (const queue of this.options.queues) {
      const path = [this.options.virtualHost, queue].map(encodeURIComponent).join('/');
      const answer = await ask(`/api/queues/${path}?disable_stats=true`);
      if (answer === undefined) continue;
      // A node that has left the cluster for good may still be listed.
      const replicas = queueAnswer.parse(answer).members.filter((node) => nodes.has(node));
      missing.set(queue, Math.max(0, Math.min(enoughReplicas, nodes.size) - replicas.length));
    }
    return missing;
  }

  private show(missing: ReadonlyMap<string, number>): void {
    for (const [queue, count] of missing) this.metrics.missing.set({ queue }, count);
    this.metrics.seen.set(Date.now() / 1000);
    const short = [...missing].flatMap(([queue, count]) => (count > 0 ? [queue] : []));
    this.tell(
      short.length === 0
        ? { status: 'up' }
        : { status: 'degraded', detail: `fewer replicas than there is room for: ${short.join(', ')}` },
    );
  }

  /** In the log when it has changed. */
  private tell(found: Finding): void {
    if (found.status !== 'up' && found.detail !== this.found.detail)
      this.logger.warn('queues may be lost with a node', { reason: String(found.detail) });
    this.found = found;
  }
}
