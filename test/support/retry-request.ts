import { setTimeout as pause } from 'node:timers/promises';
import type { OrderDocument } from '#libs/contracts/order/order.messages.js';
import { OrderClient, type Answer, type Problem } from './order-client.js';
import type { Random } from './random.js';

export interface RetryOptions {
  /** Instances of order-service; tries go to them in turn. */
  readonly urls: readonly string[];
  readonly token: string;
  readonly random: Random;
  /** How long it is tried. */
  readonly maxWaitMs: number;
  /** Which of the instances is asked first. */
  readonly firstUrl: number;
  /** What is asked for, as a complaint would name it: "an order". */
  readonly what: string;
}

export interface RetriedAnswer {
  readonly answer: Answer<OrderDocument>;
  /** What came before the answer, one entry per try. */
  readonly failures: readonly FailedAttempt[];
}

export interface FailedAttempt {
  /** A status, of 500 with its code; or what became of the connection. */
  readonly outcome: string;
  readonly sentAt: Date;
  readonly failedAt: Date;
}

/**
 * Repeats a request until one of `statuses` answers it: what a careful storefront does about a service that comes and
 * goes. @throws Error when it is refused for good, or the time is up.
 */
export async function retryRequest(
  ask: (client: OrderClient) => Promise<Answer<OrderDocument>>,
  statuses: readonly number[],
  { urls, token, random, maxWaitMs, firstUrl, what }: RetryOptions,
): Promise<RetriedAnswer> {
  const failures: FailedAttempt[] = [];
  const deadline = performance.now() + maxWaitMs;
  for (;;) {
    const client = new OrderClient(urls[(firstUrl + failures.length) % urls.length]!, token);
    const sentAt = new Date();
    const answer = await ask(client).catch(brokenConnection);
    if (typeof answer !== 'string') {
      if (statuses.includes(answer.status)) return { answer, failures };
      if (!isWorthRetrying(answer)) {
        throw new Error(`${what} was answered ${answer.status}: ${JSON.stringify(answer.body)}`);
      }
    }
    const outcome = typeof answer === 'string' ? answer : outcomeOf(answer);
    failures.push({ outcome, sentAt, failedAt: new Date() });
    if (performance.now() > deadline) {
      throw new Error(
        `${what} was not accepted within ${maxWaitMs} ms: ${failures.map((failure) => failure.outcome).join(', ')}`,
      );
    }
    await pause(100 + random() * 200);
  }
}

/** A 500 may be a bug, or say that nobody knows whether it was done. */
const outcomeOf = ({ status, body }: Answer<unknown>): string =>
  status === 500 ? `500 ${(body as Problem).code}` : String(status);

const isWorthRetrying = ({ status }: Answer<OrderDocument>): boolean => status >= 500 || status === 409;

/** By fields, not by `instanceof`: under jest, fetch throws errors of another realm. */
function brokenConnection(error: unknown): string {
  const { cause, name } = error as Error;
  return (cause as NodeJS.ErrnoException | undefined)?.code ?? name;
}
