import type { Habit } from './greedy-caller.js';

/** An order that the caller has placed, and under which key. */
export interface OwnOrder {
  readonly id: string;
  readonly key: string;
  readonly body: object;
}

type Habits = Readonly<Record<'waits' | 'withheld bodies' | 'unread answers' | 'idle connections', Habit>>;

const readingsAtOnce = 50;
const againAfterMs = 100;

/** What a caller can do to get more than its share, by what it takes from others. */
export function habitsOf(token: string, { id, key, body }: OwnOrder): Habits & { readonly burst: Habit } {
  const headers = { authorization: `Bearer ${token}` };
  const timeline = { method: 'GET', path: `/api/orders/${id}/timeline`, headers } as const;
  const products = { method: 'GET', path: '/api/products?limit=100', headers } as const;
  const replay = { method: 'POST', path: '/api/orders', body: JSON.stringify(body) } as const;
  return {
    // One order, asked for on each connection again and again, and waited for as long as may be.
    waits: {
      requests: [{ ...replay, headers: { ...headers, 'idempotency-key': key, prefer: 'wait=30' } }],
      againAfterMs,
    },
    'withheld bodies': { requests: [{ ...replay, headers }], withholdsBodies: true, againAfterMs },
    'unread answers': { requests: Array(readingsAtOnce).fill(products), neverReads: true, againAfterMs },
    'idle connections': { requests: [], againAfterMs },
    burst: { requests: [timeline] },
  };
}
