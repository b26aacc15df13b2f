import { AcceptOrders1760000000000 } from './1760000000000-accept-orders.js';
import { AuditOperators1760000003000 } from './1760000003000-audit-operators.js';
import { SearchSagas1760000003001 } from './1760000003001-search-sagas.js';
import { KeepParkedMessages1760000004000 } from './1760000004000-keep-parked-messages.js';

export const ordersMigrations = [
  AcceptOrders1760000000000,
  AuditOperators1760000003000,
  SearchSagas1760000003001,
  KeepParkedMessages1760000004000,
];
