import type { WorkingSet } from '#libs/persistence/unit-of-work/unit-of-work.js';
import { reconciliationFindings } from '../../../apps/order-service/src/operations/reconciliation/reconciliation-finding.row.js';
import type { PlantedBug } from './planted-bug.js';
import { seeingOtherwise } from './tampering.js';

const dayMs = 86_400_000;

export const reconciliationBugs: readonly PlantedBug[] = [
  {
    name: 'books-are-compared-in-motion',
    what: 'Orders that have changed since the books were listed are compared with them all the same.',
    parts: {
      batches: (batches) => ({
        next: (run) => batches.next({ ...run, startedAt: new Date(run.startedAt.getTime() + dayMs) }, 0),
        gone: (run, after, seconds) => batches.gone(run, after, seconds),
        due: () => batches.due(),
      }),
    },
  },
  {
    name: 'only-the-first-page-of-charges',
    what: 'What the provider has on its second page is not looked at.',
    parts: {
      provider: (provider) => ({
        charge: (charge) => provider.charge(charge),
        refund: (charge) => provider.refund(charge),
        find: (key) => provider.find(key),
        list: async (listing) => ({ ...(await provider.list(listing)), next: null }),
      }),
    },
  },
  {
    name: 'finding-stays-open-while-it-is-fixed',
    what: 'What is being given back can be given back again.',
    parts: {
      units: seeingOtherwise('fix-finding', (work) => ({
        update: ((table, row) => {
          if ((table as unknown) !== reconciliationFindings) work.update(table, row);
        }) as WorkingSet['update'],
      })),
    },
  },
];
