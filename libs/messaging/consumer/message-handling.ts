import { Logger } from '@nestjs/common';
import type { RetryDelay, Service } from '#libs/contracts/topology.js';
import { systemClock, type Clock } from '#libs/kernel/clock.js';
import { isId } from '#libs/kernel/ids.js';
import { systemTimers, type Timers } from '#libs/kernel/timers.js';
import { runInContext } from '#libs/observability/request-context.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import { consumerMetrics, type ProcessingResult } from './consumer-metrics.js';
import type { Delivery } from '../parking/delivery.js';
import { wasDuplicate } from '../inbox/duplicates.js';
import type { Envelope } from '../envelope/envelope.js';
import { failureKindOf } from '../parking/failure.js';
import { retryDecision } from '../parking/retry-policy.js';
import { delayed, parked, returned, type ParkedReason } from '../parking/parking.js';
import { parseEnvelope } from '../envelope/parse-envelope.js';
import type { SenderCheck } from './sender-check.js';
import type { Publishes, WireMessage } from '../broker/publisher.js';

export type MessageHandler = (message: Envelope) => Promise<unknown>;

/**
 * What waits to probe is the same message after each lost connection: the broker delivers it first. Well before the
 * delivery limit (20) it is given back instead. One that kills its process is caught all the same when the outage is over.
 */
const maxDeliveriesWaiting = 10;

/** Between tries to get a message into a delay or the parking lot while the broker does not take it. */
const resendAfterMs = 1_000;

/**
 * What happens to a delivery between taking it in hand and settling it. Every path ends in a result; all but
 * `abandoned` mean that the delivery is to be acked, because its message is done with or safely elsewhere.
 */
export class MessageHandling {
  private readonly logger = new Logger('Consumer');

  constructor(
    private readonly service: Service,
    private readonly senders: Pick<SenderCheck, 'objectionTo'>,
    private readonly handlerOf: (type: string) => MessageHandler | undefined,
    private readonly publisher: Publishes,
    private readonly circuitBreaker: CircuitBreaker,
    private readonly retryDelays: readonly RetryDelay[],
    private readonly time: Pick<Clock, 'now'> & Pick<Timers, 'pause'> = { ...systemClock, ...systemTimers },
  ) {}

  /** @param signal aborted when the delivery's channel is gone: what is not settled by then never will be. */
  async handle(delivery: Delivery, signal: AbortSignal): Promise<ProcessingResult> {
    const started = performance.now();
    const parsed = parseEnvelope(delivery.body, delivery.id);
    const known = parsed.readable ? parsed.envelope.type : 'unreadable';
    const result = parsed.readable
      ? await this.inContext(parsed.envelope, () => this.handleReadable(delivery, parsed.envelope, signal))
      : await this.park(delivery, parsed.reason, parsed.detail, signal);
    const labels = { consumer: delivery.queue, message_type: known };
    consumerMetrics.processed.inc({ ...labels, result });
    consumerMetrics.duration.observe(labels, (performance.now() - started) / 1000);
    return result;
  }

  private inContext<T>(message: Envelope, work: () => T): T {
    const { id, subject, traceparent, tracestate, sagaid } = message;
    const orderId = isId(subject) ? { orderId: subject } : {};
    return runInContext({ requestId: id, traceparent, tracestate, sagaId: sagaid, ...orderId }, work);
  }

  private async handleReadable(
    delivery: Delivery,
    message: Envelope,
    signal: AbortSignal,
  ): Promise<ProcessingResult> {
    const handler = this.handlerOf(message.type);
    if (!handler) return this.park(delivery, 'no-handler', message.type, signal);
    const objection = this.senders.objectionTo(message.type, delivery.firstSender);
    if (objection) return this.park(delivery, objection.reason, objection.detail, signal);
    for (let quickTries = 0; ; quickTries++) {
      const { isOpen } = this.circuitBreaker;
      if (isOpen && delivery.earlierDeliveries >= maxDeliveriesWaiting)
        return this.giveBack(delivery, signal);
      const attempt = await this.circuitBreaker.enter(signal);
      // Also when the consumer stops: if what waits to probe were left to the broker, each stop would count against it.
      if (attempt === 'give-back' || (!attempt && isOpen && !signal.aborted))
        return this.giveBack(delivery, signal);
      if (!attempt || signal.aborted) {
        attempt?.inconclusive();
        return 'abandoned';
      }
      try {
        await handler(message);
        attempt.succeeded();
        return wasDuplicate(message) ? 'duplicate' : 'handled';
      } catch (error) {
        const failure = failureKindOf(error);
        if (failure === 'infrastructure') attempt.failed();
        else attempt.inconclusive();
        // It is not this message's fault: it loses none of its tries, and nobody holds it until it can be handled.
        if (failure === 'infrastructure' && this.circuitBreaker.isOpen)
          return this.giveBack(delivery, signal);
        const decision = retryDecision(failure, quickTries, delivery.attempt, this.retryDelays);
        if (decision.kind === 'try-again') {
          await this.time.pause(decision.afterMs);
        } else {
          this.logFailure(delivery, message, decision.kind, error);
          return decision.kind === 'wait'
            ? this.delay(delivery, decision.delay, decision.attempt, signal)
            : this.park(delivery, decision.reason, textOf(error), signal);
        }
      }
    }
  }

  private async giveBack(delivery: Delivery, signal: AbortSignal): Promise<ProcessingResult> {
    return (await this.move(returned(this.service, delivery), signal)) ? 'given-back' : 'abandoned';
  }

  private async delay(
    delivery: Delivery,
    delay: RetryDelay,
    attempt: number,
    signal: AbortSignal,
  ): Promise<ProcessingResult> {
    const moved = await this.move(delayed(this.service, delivery, delay, attempt), signal);
    return moved ? 'delayed' : 'abandoned';
  }

  private async park(
    delivery: Delivery,
    reason: ParkedReason,
    detail: string,
    signal: AbortSignal,
  ): Promise<ProcessingResult> {
    const { queue, id, type } = delivery;
    this.logger.error(`message parked: ${detail}`, { queue, reason, messageId: id, messageType: type });
    const told = { reason, detail, at: this.time.now() };
    const moved = await this.move(parked(this.service, delivery, told), signal);
    return moved ? 'parked' : 'abandoned';
  }

  /** The delivery may be acked only when the broker has confirmed the message in its new place. */
  private async move(message: WireMessage, signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const outcome = await this.publisher.publish(message);
      if (outcome === 'confirmed') return true;
      this.logger.warn(`cannot move a message: ${outcome}`, { messageId: message.id });
      await this.time.pause(resendAfterMs);
    }
    return false;
  }

  private logFailure(delivery: Delivery, message: Envelope, outcome: string, error: unknown): void {
    const fields = {
      queue: delivery.queue,
      messageId: message.id,
      messageType: message.type,
      attempt: delivery.attempt,
      outcome,
    };
    this.logger.error('message could not be handled', fields, error);
  }
}

const textOf = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : 'something was thrown that is not an error';
