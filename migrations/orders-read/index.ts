import { ShowOrders1760000000000 } from './1760000000000-show-orders.js';

export const ordersReadMigrations = [ShowOrders1760000000000];
