import { checkEventually, serversFrom } from './check.js';
import { invariants } from './invariants.js';

/** `npm run reconcile`: checks whether everything adds up over all services. Ends with 1 when something does not. */
const violations = await checkEventually(serversFrom(process.env), 5_000);
for (const violation of violations) console.log(violation);
console.log(
  violations.length === 0 ? `all ${invariants.length} invariants hold` : `${violations.length} violations`,
);
process.exitCode = violations.length === 0 ? 0 : 1;
