import { ShowOrders1760000000000 } from './1760000000000-show-orders.js';
import { CountByWriter1760000010000 } from './1760000010000-count-by-writer.js';
import { CountByIso42171760000012000 } from './1760000012000-count-by-iso-4217.js';

export const ordersReadMigrations = [
  ShowOrders1760000000000,
  CountByWriter1760000010000,
  CountByIso42171760000012000,
];
