import { runBrokerTool } from './lib/broker-tool.mjs';

/** `npm run stand-in -- --sku SKU ...`: plays order-service for a participant that is being written. `--help` says more. */
await runBrokerTool('stand-in');
