import { TakePayments1760000000000 } from './1760000000000-take-payments.js';

export const paymentsMigrations = [TakePayments1760000000000];
