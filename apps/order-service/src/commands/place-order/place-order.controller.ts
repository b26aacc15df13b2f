import { Body, Controller, Headers, Logger, Post, Req, Res } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { ApiCreatedResponse, ApiHeader, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Caller } from '#libs/kernel/caller.js';
import { OutcomeUnknown } from '#libs/kernel/errors.js';
import { CurrentUser, Roles } from '#libs/auth';
import { order, type OrderDocument } from '#libs/contracts/order/order.messages.js';
import { callerGone, formatEtag, markReplayed, preferredWaitSeconds, withIdempotencyKey } from '#libs/http';
import { Admission } from '../../http/places/admission.decorator.js';
import { formatToken } from '../../http/consistency-token.js';
import { OrderFreshness } from '../../queries/order-view/order-freshness.js';
import { Places } from '../../http/places/places.js';
import { PlaceOrder } from './place-order.command.js';
import { placeOrderBody, requestedOrder, type PlaceOrderBody } from './place-order.dto.js';

const operation = 'POST /api/orders';

@ApiTags('orders')
@Controller('api/orders')
export class PlaceOrderController {
  private readonly log = new Logger(PlaceOrderController.name);

  constructor(
    private readonly commands: CommandBus,
    private readonly freshness: OrderFreshness,
    private readonly places: Places,
  ) {}

  @Post()
  @Admission('new-order')
  @Roles('customer', 'operator', 'admin')
  @ApiOperation({
    summary: 'Place an order',
    description: 'Answers as soon as the order is safe; it is settled afterwards.',
  })
  @ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: 'The same key and body get the same answer.',
  })
  @ApiHeader({
    name: 'Prefer',
    required: false,
    description: 'wait=5 holds the answer until the order is settled, 5 s at most.',
  })
  @ApiCreatedResponse({ description: 'The order as it was accepted, or settled.', standardSchema: order })
  async place(
    @Body({ schema: placeOrderBody }) body: PlaceOrderBody,
    @CurrentUser() caller: Caller,
    @Headers('idempotency-key') key: string | undefined,
    @Headers('prefer') prefer: string | undefined,
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<OrderDocument> {
    const customerId = body.customerId ?? caller.subject;
    const idempotency = withIdempotencyKey(key, { caller: caller.subject, operation, content: body });
    const answer = await this.commands
      .execute(new PlaceOrder(caller, customerId, requestedOrder(body), idempotency))
      .catch(throwLinking);
    this.places.leave(request);
    const accepted = markReplayed(reply, answer);
    const placed = await this.settled(accepted, caller, preferredWaitSeconds(prefer), reply);
    void reply
      .header('location', addressOf(placed.id))
      .header('etag', formatEtag(placed.version))
      .header('consistency-token', formatToken({ orderId: placed.id, version: placed.version }));
    return placed;
  }

  /** RFC 7240: who prefers to wait gets the settled order, if it is settled by then, and if there is room to wait. */
  private async settled(
    accepted: OrderDocument,
    caller: Caller,
    waitSeconds: number | null,
    reply: FastifyReply,
  ): Promise<OrderDocument> {
    if (waitSeconds === null) return accepted;
    const wait = { caller, milliseconds: waitSeconds * 1000, gone: callerGone(reply) };
    // The order is safe; that it cannot be read just now is no reason to report a failure.
    const settled = await this.freshness.settled(accepted.id, wait).catch((error: unknown) => {
      this.log.warn('an order that was waited for could not be looked at', error);
      return undefined;
    });
    if (settled !== undefined) void reply.header('preference-applied', `wait=${waitSeconds}`);
    return settled ?? accepted;
  }
}

const addressOf = (orderId: unknown): string => `/api/orders/${String(orderId)}`;

/** A caller who cannot be told whether the order was placed is told where it is, if it was. */
function throwLinking(error: unknown): never {
  if (!(error instanceof OutcomeUnknown) || !('orderId' in error.particulars)) throw error;
  const { orderId } = error.particulars;
  throw new OutcomeUnknown(error.message, { cause: error }, { orderId, order: addressOf(orderId) });
}
