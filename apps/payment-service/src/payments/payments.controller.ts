import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { Roles } from '#libs/auth';
import { type List, listOf } from '#libs/http';
import { isId } from '#libs/kernel/ids.js';
import { PaymentNotFound } from './payment.errors.js';
import { maxPayments, PaymentReader } from './payment.reader.js';
import type { PaymentView } from './payment.view.js';

const listQuery = z.strictObject({ orderId: z.string().min(1).max(64).describe('Payments of this order.') });
type ListQuery = z.infer<typeof listQuery>;

@ApiTags('payments')
@Controller('api/payments')
@Roles('operator', 'admin')
export class PaymentsController {
  constructor(private readonly payments: PaymentReader) {}

  @Get()
  @ApiOperation({ summary: 'Payments of an order, oldest first: all on one page, as there are few' })
  async list(@Query({ schema: listQuery }) { orderId }: ListQuery): Promise<List<PaymentView>> {
    const items = await this.payments.ofOrder(orderId);
    return listOf(items, { page: 1, limit: maxPayments, total: items.length, nextCursor: null });
  }

  @Get(':id')
  @ApiOperation({ summary: 'One payment' })
  async show(@Param('id') id: string): Promise<PaymentView> {
    const payment = isId(id) ? await this.payments.find(id) : undefined;
    if (!payment) throw new PaymentNotFound(id.slice(0, 64));
    return payment;
  }
}
