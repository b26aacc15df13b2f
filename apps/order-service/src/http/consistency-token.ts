import { isId } from '#libs/kernel/ids.js';

/**
 * What a command answers with and a query may carry: "show me at least this". It is the order's id and version, and no
 * secret: it grants nothing, and one of somebody else's order is as good as one of no order.
 */
export interface ConsistencyToken {
  readonly orderId: string;
  readonly version: number;
}

export const formatToken = ({ orderId, version }: ConsistencyToken): string => `${orderId}:${version}`;

/** Null for anything that is not a token: one that cannot be read is treated as if there were none. */
export function parseToken(header: string | undefined): ConsistencyToken | null {
  const [orderId = '', digits = ''] = header?.split(':') ?? [];
  if (!isId(orderId) || !/^[1-9]\d{0,8}$/.test(digits)) return null;
  return { orderId, version: Number(digits) };
}
