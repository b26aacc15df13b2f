import { AcceptOrders1760000000000 } from './1760000000000-accept-orders.js';
import { AuditOperators1760000003000 } from './1760000003000-audit-operators.js';
import { SearchSagas1760000003001 } from './1760000003001-search-sagas.js';
import { KeepParkedMessages1760000004000 } from './1760000004000-keep-parked-messages.js';
import { Reconcile1760000005000 } from './1760000005000-reconcile.js';
import { SayWhySagasNeedAttention1760000006000 } from './1760000006000-say-why-sagas-need-attention.js';
import { KeepHouse1760000007000 } from './1760000007000-keep-house.js';
import { CountByIso42171760000012000 } from './1760000012000-count-by-iso-4217.js';
import { TakeASecondPerson1760000012000 } from './1760000012000-take-a-second-person.js';
import { SweepViews1760000014000 } from './1760000014000-sweep-views.js';
import { KeepFirstSenders1760000016000 } from './1760000016000-keep-first-senders.js';

export const ordersMigrations = [
  AcceptOrders1760000000000,
  AuditOperators1760000003000,
  SearchSagas1760000003001,
  KeepParkedMessages1760000004000,
  Reconcile1760000005000,
  SayWhySagasNeedAttention1760000006000,
  KeepHouse1760000007000,
  CountByIso42171760000012000,
  TakeASecondPerson1760000012000,
  SweepViews1760000014000,
  KeepFirstSenders1760000016000,
];
