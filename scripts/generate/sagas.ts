import { placeOrderSaga } from '../../apps/order-service/src/place-order-saga/place-order.saga.js';
import { sagaPage } from '#libs/saga/diagram.js';
import { generatedBy, type Generator } from './document.js';

export const sagas: Generator = {
  name: 'sagas',
  ownedFolders: ['docs/sagas'],
  documents: async () => [
    {
      path: 'docs/sagas/place-order.md',
      text: `${generatedBy('apps/order-service/src/place-order-saga/place-order.saga.ts')}\n\n${sagaPage(placeOrderSaga)}`,
    },
  ],
};
