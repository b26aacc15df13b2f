import { TakePayments1760000000000 } from './1760000000000-take-payments.js';
import { RedriveMessages1760000004000 } from './1760000004000-redrive-messages.js';
import { ListPayments1760000005000 } from './1760000005000-list-payments.js';
import { KeepHouse1760000007000 } from './1760000007000-keep-house.js';
import { CountByIso42171760000012000 } from './1760000012000-count-by-iso-4217.js';
import { KeepFirstSenders1760000016000 } from './1760000016000-keep-first-senders.js';

export const paymentsMigrations = [
  TakePayments1760000000000,
  RedriveMessages1760000004000,
  ListPayments1760000005000,
  KeepHouse1760000007000,
  CountByIso42171760000012000,
  KeepFirstSenders1760000016000,
];
