/**
 * What an HTTP API is made of, whatever it serves: problem documents (RFC 9457), lists and cursors, conditional requests
 * (RFC 9110), preferences (RFC 7240), idempotency keys, and the bulkhead that bounds how much is done at once.
 */
export { BadRequest } from './bad-request.js';
export { Bulkhead, type Crowding, crowdings, type Leave } from './bulkhead.js';
export { callerGone } from './caller-gone.js';
export { Cursors, type CursorScope } from './cursor.js';
export { expectedVersions, formatEtag, matchesEtag } from './etag.js';
export { idPipe } from './id.pipe.js';
export { markReplayed, withIdempotencyKey } from './idempotency.js';
export {
  type CursorList,
  cursorListSchema,
  cursorQuery,
  type List,
  listOf,
  listSchema,
  nextLink,
  pagingQuery,
  queryNumber,
} from './paging.js';
export { RefusalThrottle } from './refusal-throttle.js';
export { requireMatch } from './precondition.js';
export { preferredWaitSeconds } from './prefer.js';
export { problemOf } from './problem-of.js';
export { sendProblem } from './send-problem.js';
export { TokenBucket } from './token-bucket.js';
