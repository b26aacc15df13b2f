import { KeepStock1760000000000 } from './1760000000000-keep-stock.js';

export const inventoryMigrations = [KeepStock1760000000000];
