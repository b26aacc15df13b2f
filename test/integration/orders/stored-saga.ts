import type { DataSource } from 'typeorm';
import { idToBytes, newId } from '#libs/kernel/ids.js';
import type { SagaStatus } from '#libs/saga/engine/instance.js';

export interface StoredSaga {
  readonly id?: string;
  readonly saga?: string;
  readonly version?: number;
  readonly subject?: string;
  readonly status?: SagaStatus;
  readonly step?: string;
  readonly cause?: string;
  readonly attention?: object;
  readonly ageSeconds?: number;
  readonly data?: object;
  readonly calls?: readonly object[];
}

/** Enough for the engine to decide on. */
const placeOrderData = {
  reservationId: newId(),
  paymentId: newId(),
  customerId: 'cust-1',
  lines: [{ sku: 'OAK-TABLE', quantity: 1 }],
  total: { amount: '29.99', currency: 'USD' },
  payment: { method: 'card', token: 'tok_planted' },
  paymentStatus: 'PENDING',
};

const over: ReadonlySet<SagaStatus> = new Set(['completed', 'rolled-back']);

/** Puts sagas there as they would have come to be. @returns their ids */
export async function storeSagas(source: DataSource, ...stored: readonly StoredSaga[]): Promise<string[]> {
  const rows = stored.map((saga) => rowOf(saga));
  await source.query(
    `INSERT INTO sagas (id, saga, version, subject, revision, status, step, data, reason, attention, calls,
                        started_at, finished_at, deadline_at) VALUES ?`,
    [rows.map(({ values }) => values)],
  );
  return rows.map(({ id }) => id);
}

function rowOf({
  id = newId(),
  saga = 'place-order',
  version = 1,
  subject = id,
  status = 'running',
  step = 'take-payment',
  cause,
  attention,
  ageSeconds = 60,
  data = placeOrderData,
  calls,
}: StoredSaga) {
  const finished = over.has(status);
  // Whole milliseconds, as units of work write them.
  const startedAt = new Date(Date.now() - ageSeconds * 1000);
  const waiting = {
    step,
    operation: 'action',
    commandId: newId(),
    askedAt: startedAt.toISOString(),
    attempt: 2,
    acknowledged: false,
    state: 'waiting',
    answer: null,
  };
  return {
    id,
    values: [
      idToBytes(id),
      saga,
      version,
      idToBytes(subject),
      7,
      status,
      finished ? null : step,
      JSON.stringify(data),
      cause === undefined ? null : JSON.stringify({ code: cause, detail: null }),
      attention === undefined ? null : JSON.stringify(attention),
      JSON.stringify(calls ?? (finished ? [] : [waiting])),
      startedAt,
      finished ? new Date(startedAt.getTime() + 1_000) : null,
      finished ? null : new Date(startedAt.getTime() + 3_600_000),
    ],
  };
}
