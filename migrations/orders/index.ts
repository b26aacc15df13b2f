import { AcceptOrders1760000000000 } from './1760000000000-accept-orders.js';
import { AuditOperators1760000003000 } from './1760000003000-audit-operators.js';
import { SearchSagas1760000003001 } from './1760000003001-search-sagas.js';

export const ordersMigrations = [
  AcceptOrders1760000000000,
  AuditOperators1760000003000,
  SearchSagas1760000003001,
];
