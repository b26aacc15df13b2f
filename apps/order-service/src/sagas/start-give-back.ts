import type { WorkingSet } from '#libs/persistence/unit-of-work';
import type { SagaStarter } from '#libs/saga/runner';
import { giveBackSaga, type GiveBackData } from './give-back.saga.js';
import type { OrderAct } from './order-act.js';

/** Begins to give back what is nobody's, in the unit that decided to. The id has to be new. */
export const startGiveBack = (
  work: WorkingSet,
  id: string,
  data: GiveBackData,
  sagas: SagaStarter<OrderAct>,
): void => sagas.start(work, giveBackSaga, { id, subject: data.orderId, data });
