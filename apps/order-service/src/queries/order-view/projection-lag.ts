import { Injectable } from '@nestjs/common';
import { gauge } from '#libs/observability';

/** How old the newest event was when its view was committed, for `orders_projection_lag_seconds`. */
@Injectable()
export class ProjectionLag {
  private readonly seconds = gauge({
    name: 'orders_projection_lag_seconds',
    help: 'Age of the newest projected event when its projection had committed.',
    labels: { projection: ['order-view'] },
  });

  observe(eventTime: string): void {
    this.seconds.set({ projection: 'order-view' }, Math.max(0, (Date.now() - Date.parse(eventTime)) / 1000));
  }
}
