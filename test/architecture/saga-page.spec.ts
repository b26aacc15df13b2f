import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { sagaDiagram } from '#libs/saga/definition/diagram.js';
import { orderSagas } from '../../apps/order-service/src/sagas/order-sagas.js';

describe.each(orderSagas.newest.map((saga) => [saga.name, saga] as const))(
  'docs/sagas/%s.md',
  (name, saga) => {
    it('shows the saga as it is (otherwise: npm run generate)', () => {
      const page = readFileSync(new URL(`../../docs/sagas/${name}.md`, import.meta.url), 'utf8');
      expect(page).toContain(sagaDiagram(saga));
    });
  },
);
