import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { Overloaded } from '#libs/persistence/errors.js';
import { InjectUnitOfWork } from '#libs/persistence/persistence.module.js';
import type { Capacity } from '#libs/persistence/unit-of-work.js';

/**
 * Turns new orders away while as many are waiting as may, before their bodies are read: under overload most of the work
 * would go into requests that are refused in the end, and be missing where orders are carried on.
 */
@Injectable()
export class TurnAway implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    @InjectUnitOfWork() private readonly units: Capacity,
  ) {}

  onModuleInit(): void {
    this.host.httpAdapter.getInstance().addHook('onRequest', (request, _reply, done) => {
      const places = request.method === 'POST' && request.routeOptions.url === '/api/orders';
      done(places && this.units.isFull ? new Overloaded('as many orders wait as may') : undefined);
    });
  }
}
