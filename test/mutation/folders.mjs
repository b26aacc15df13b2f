/**
 * The code that decides, folder by folder: what `npm run mutate` changes, and the specs that have to notice. Those beside the
 * code are always among them; `provenBy` names others, folders or files. `except` names files that decide nothing by
 * themselves, each with what proves it instead; docs/mutation.md says how the folders came out.
 *
 * @typedef {{ folder: string, provenBy?: readonly string[], except?: Readonly<Record<string, string>> }} MutatedFolder
 * @type {readonly MutatedFolder[]}
 */
export const folders = [
  { folder: 'apps/order-service/src/commands/idempotency' },
  {
    folder: 'apps/order-service/src/domain',
    provenBy: ['apps/order-service/src/commands', 'apps/order-service/src/operations/reconciliation'],
  },
  { folder: 'apps/order-service/src/commands/place-order' },
  { folder: 'apps/order-service/src/commands/cancel-order' },
  { folder: 'apps/order-service/src/commands/change-order-status' },
  {
    folder: 'apps/order-service/src/sagas',
    provenBy: ['apps/order-service/src/commands/cancel-order', 'test/contracts/recorded-sagas.spec.ts'],
  },
  { folder: 'apps/order-service/src/operations/second-person' },
  {
    folder: 'apps/inventory-service/src/domain',
    provenBy: ['apps/inventory-service/src/reserve-stock', 'apps/inventory-service/src/release-stock'],
  },
  {
    folder: 'apps/inventory-service/src/reservations',
    provenBy: [
      'apps/inventory-service/src/reserve-stock',
      'apps/inventory-service/src/release-stock',
      'apps/inventory-service/src/commit-stock',
      'apps/inventory-service/src/return-stock',
    ],
  },
  { folder: 'apps/inventory-service/src/reserve-stock' },
  { folder: 'apps/inventory-service/src/products' },
  { folder: 'apps/payment-service/src/domain' },
  {
    folder: 'apps/payment-service/src/participant',
    provenBy: [
      'apps/payment-service/src/take-payment',
      'apps/payment-service/src/refund-payment',
      'apps/payment-service/src/settle-payment',
    ],
  },
  { folder: 'apps/payment-service/src/take-payment' },
  { folder: 'apps/payment-service/src/refund-payment' },
  { folder: 'apps/payment-service/src/settle-payment' },
  { folder: 'libs/kernel' },
  { folder: 'libs/auth' },
  {
    folder: 'libs/saga/definition',
    provenBy: ['libs/saga/engine'],
    except: { 'diagram.ts': 'draws the pages of sagas, which the check of what is generated compares' },
  },
  // The walks through all states of a saga are left out: they take seconds, and each mutant would wait for them.
  { folder: 'libs/saga/engine', provenBy: ['apps/order-service/src/sagas/place-order.saga.spec.ts'] },
  {
    folder: 'libs/persistence/unit-of-work',
    provenBy: ['libs/persistence/testing'],
    except: {
      'typeorm-transaction-store.ts': 'the suite of the port, on real servers: unit-of-work.int-spec.ts',
      'typeorm-transaction.ts': 'the suite of the port, on real servers: unit-of-work.int-spec.ts',
      'group-session.ts': 'a connection and its time: lost-lines.int-spec.ts',
      'lost-threads.ts': 'what the server has of lost connections: lost-lines.int-spec.ts',
      'inject-unit-of-work.ts': 'wiring: persistence-module.int-spec.ts',
    },
  },
  {
    folder: 'libs/messaging/outbox',
    except: {
      'outbox-store.ts': 'statements on the outbox table: outbox-relay.int-spec.ts',
    },
  },
  { folder: 'libs/messaging/inbox' },
];

/** Files that decide nothing, whatever folder they are in: they describe, wire, count, or speak to servers and callers. */
const otherRoles =
  /\.(spec|row|module|controller|dto|migration|consumer|reader|projector|query|sql|view)\.ts$|-metrics\.ts$|\/index\.ts$|\/testing\//;

/** @param {string} file below the project, with slashes */
export const decides = (file) => file.endsWith('.ts') && !otherRoles.test(file);
