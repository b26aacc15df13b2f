import type { OrderEventData } from '#libs/contracts/order/order.messages.js';
import { catalogueProducts } from '../../../apps/order-service/src/persistence/catalogue-product.row.js';
import { mayBecome, type OrderStatus } from '../../../apps/order-service/src/domain/order-status.js';
import { idempotencyKeys } from '../../../apps/order-service/src/persistence/idempotency-key.row.js';
import { orderViews } from '../../../apps/order-service/src/queries/order-view/order-view.row.js';
import { orders } from '../../../apps/order-service/src/persistence/order.row.js';
import { changesOf, messagesIn, type Report, type CommitObserver } from './commit-observer.js';

/** Orders change by the table of transitions, one version at a time, with an event in the same commit. */
export const watchOrders =
  (report: Report): CommitObserver =>
  (commit) => {
    for (const { before, after } of changesOf(commit, orders)) {
      if (!after) return report('orders stay', `order ${before!.id} was removed`);
      const told = messagesIn(commit)
        .filter(({ subject, sequence }) => subject === after.id && sequence !== undefined)
        .map(({ data }) => (data as OrderEventData).order);
      const steps = told.map(({ status, version }) => `${version} ${status}`).join(', ');
      if (told.at(-1)?.version !== after.version || told.at(-1)?.status !== after.status) {
        report(
          'every change of an order is told',
          `${after.id} is ${after.version} ${after.status}: ${steps}`,
        );
      }
      let [version, status]: [number, OrderStatus | undefined] = [before?.version ?? 0, before?.status];
      for (const next of told) {
        if (next.version !== version + 1) {
          report('an order changes by one version at a time', `${after.id} from ${version}: ${steps}`);
        }
        // The request to cancel a pending order is a change of the order, not of its status.
        const isNoted = status === 'PENDING' && next.status === 'PENDING';
        if (status ? !isNoted && !mayBecome(status, next.status) : next.status !== 'PENDING') {
          report('an order changes by the table of transitions', `${after.id} from ${status}: ${steps}`);
        }
        ({ version, status } = next);
      }
    }
    for (const { before, after } of changesOf(commit, idempotencyKeys)) {
      if (before && after?.response !== before.response) {
        report('one answer per idempotency key', `the answer kept under ${before.scope} has changed`);
      }
    }
    for (const { before, after } of changesOf(commit, orderViews)) {
      if (before && (after?.version ?? 0) <= before.version) {
        report('a view never goes back', `view ${before.id} from ${before.version} to ${after?.version}`);
      }
    }
    for (const { before, after } of changesOf(commit, catalogueProducts)) {
      if (before && (after?.version ?? 0) < before.version) {
        report(
          'the catalogue never goes back',
          `product ${before.sku} from ${before.version} to ${after?.version}`,
        );
      }
    }
  };
