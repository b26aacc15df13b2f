import { Inject, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { Leave } from '#libs/http';
import { gauge } from '#libs/observability';
import { laneOf } from './admission.decorator.js';
import { lanes, placesOf, shareholderOf } from './lanes.js';
import { LoadShedder } from './load-shedder.js';

/** How many orders may be under way, from their whole request to their commit. */
export const ORDERS_AT_ONCE = Symbol('ORDERS_AT_ONCE');

/**
 * A command has a place from when its request has come, whole, until it is committed or refused. Neither a body that does
 * not come nor an answer that is waited for holds one. Where there is no place, commands are turned away before their
 * bodies are read: under overload most of the work would go into requests that are refused in the end, and be missing
 * where orders are processed. A caller who goes away in between leaves the place where it is: the work goes on.
 */
@Injectable()
export class Places implements OnModuleInit {
  private readonly places: ReturnType<typeof placesOf>;
  private readonly taken = new WeakMap<FastifyRequest, Leave>();

  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    @Inject(ORDERS_AT_ONCE) ordersAtOnce: number,
  ) {
    this.places = placesOf(ordersAtOnce);
    gauge({
      name: 'orders_places_taken',
      help: 'Commands over HTTP that are under way, from their whole request to their commit.',
      labels: { lane: lanes },
      collect: (taken) => lanes.forEach((lane) => taken.set({ lane }, this.places[lane].size)),
    });
  }

  onModuleInit(): void {
    const fastify = this.host.httpAdapter.getInstance();
    const shedder = new LoadShedder(fastify);
    fastify.addHook('onRequest', (request, reply, done) => {
      const lane = laneOf(request);
      const crowding = lane && this.places[lane].crowding(shareholderOf(request));
      if (crowding) shedder.answer(reply, lane, crowding);
      else done();
    });
    fastify.addHook('preValidation', (request, reply, done) => {
      const lane = laneOf(request);
      if (!lane) return done();
      const leave = this.places[lane].enter(shareholderOf(request));
      if (typeof leave === 'string') return shedder.answer(reply, lane, leave);
      this.taken.set(request, leave);
      done();
    });
    fastify.addHook('onSend', (request, _reply, _payload, done) => {
      this.leave(request);
      done();
    });
  }

  /** Gives the place back: what it was for is done. Otherwise it ends with the answer, however the request went. */
  leave(request: FastifyRequest): void {
    this.taken.get(request)?.();
  }
}
