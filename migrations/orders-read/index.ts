import { ShowOrders1760000000000 } from './1760000000000-show-orders.js';
import { CountByWriter1760000010000 } from './1760000010000-count-by-writer.js';

export const ordersReadMigrations = [ShowOrders1760000000000, CountByWriter1760000010000];
