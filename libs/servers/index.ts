/** Which servers a setting names, and how the connections to them are protected. */
export { readBrokerUrl, readManagementUrl, virtualHostOf, type BrokerAddress } from './broker-url.js';
export { readDatabaseUrl, type DatabaseAddress, type DatabaseServer } from './database-url.js';
export type { Protection } from './server-urls.js';
export { trustFiles } from './trust-files.js';
