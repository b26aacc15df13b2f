import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newId } from '#libs/kernel/ids.js';
import { activeSagas } from '#libs/saga/runner/active-sagas.query.js';
import { DeadlinePoller } from '#libs/saga/runner/deadline-poller.js';
import { dueSagas } from '#libs/saga/runner/due-sagas.query.js';
import type { AnySagaDefinition } from '#libs/saga/definition/saga-definitions.js';
import {
  placeOrderSaga,
  type PlaceOrderAct,
} from '../../../apps/order-service/src/sagas/place-order.saga.js';
import { samples } from '../../../apps/order-service/src/sagas/testing/place-order.samples.js';
import { SagaDatabase } from './saga-database.js';

const data = { ...samples.begunWith['card'], reservationId: newId(), paymentId: newId() };

/** A release with a mistake: it cannot ask its first step again. */
const broken: AnySagaDefinition<PlaceOrderAct> = {
  ...placeOrderSaga,
  steps: placeOrderSaga.steps.map((step) => ({
    ...step,
    with: () => {
      throw new TypeError('there is no tok_planted here');
    },
  })),
};

describe('a saga whose deadline meets a defect', () => {
  let database: SagaDatabase<PlaceOrderAct>;

  beforeAll(async () => {
    Logger.overrideLogger(false);
    database = await SagaDatabase.create();
  });

  afterAll(async () => {
    Logger.overrideLogger(true);
    await database.drop();
  });

  it('is set aside where people see it, once, and goes on with the release that mends it', async () => {
    const [mended, faulty] = [database.release(placeOrderSaga), database.release(broken)];
    const saga = await mended.begin(placeOrderSaga, data);
    const poller = new DeadlinePoller(faulty.runner, (limit) => dueSagas(database.source, [broken], limit));
    for (let looks = 1; looks <= 3; looks += 1) {
      await database.makeDue();
      expect(await poller.pollOnce()).toBe(1);
    }
    const said = (await database.entries(saga)).filter(({ kind }) => kind === 'needs-attention');
    expect(said.map(({ text }) => text)).toEqual([
      'Cannot go on past its deadline: there is no [payment token] here. Somebody has to look.',
    ]);
    expect(await activeSagas(database.source)).toMatchObject([{ count: 1, unanswered: 0, defect: 1 }]);
    const [{ cause }] = await database.source.query<[{ cause: string }]>('SELECT cause FROM sagas');
    expect(cause).toBe('defect');
    // Not due: others have their turn.
    expect(await poller.pollOnce()).toBe(0);

    await database.makeDue();
    await mended.fireDeadlines();
    expect(await database.row(saga)).toMatchObject({ status: 'running', attention: null });
    expect(await activeSagas(database.source)).toMatchObject([{ count: 1, unanswered: 0, defect: 0 }]);
  });
});
