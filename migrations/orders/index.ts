import { AcceptOrders1760000000000 } from './1760000000000-accept-orders.js';

export const ordersMigrations = [AcceptOrders1760000000000];
