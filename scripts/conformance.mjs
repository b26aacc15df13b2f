import { runBrokerTool } from './lib/broker-tool.mjs';

/** `npm run conformance -- --queue QUEUE ...`: looks whether a participant does its duties. `--help` says more. */
await runBrokerTool('conformance');
