import { z } from 'zod';
import { line, reference } from '../../http/text.js';

export const changeOrderStatusBody = z
  .discriminatedUnion('status', [
    z.strictObject({
      status: z.literal('SHIPPED'),
      trackingNumber: reference(100).describe("The carrier's number of the parcel."),
      carrier: line(100).optional(),
    }),
    z.strictObject({ status: z.enum(['PREPARING', 'OUT_FOR_DELIVERY', 'DELIVERED']) }),
  ])
  .meta({ id: 'ChangeOrderStatus' });

export type ChangeOrderStatusBody = z.infer<typeof changeOrderStatusBody>;
