/**
 * How rows are described, and the connections on which they are read. Every query has a time
 * (docs/adr/0032-queries-have-a-time.md).
 */
export { AmountColumn, IdColumn, JsonColumn, PrimaryIdColumn, TimestampColumn } from './columns.js';
export { DatabaseClock } from './database-clock.js';
export { backgroundSourceToken, InjectBackgroundSource } from './inject-database.js';
export { pageByAge, type PageByAge } from './page-by-age.js';
export { selfCommitted } from './self-committed.js';
export { lockOrder, tableOf, tableOfPair } from './table.js';
