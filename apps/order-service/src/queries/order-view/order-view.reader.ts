import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { In, type DataSource, type Repository } from 'typeorm';
import { OrderViewRow } from './order-view.row.js';

/** What is needed to see whether a view has caught up, and for whom, and no more. */
export type ViewState = Pick<OrderViewRow, 'id' | 'customerId' | 'version' | 'status'>;

@Injectable()
export class OrderViewReader {
  private readonly views: Repository<OrderViewRow>;

  constructor(@InjectDataSource('read') source: DataSource) {
    this.views = source.getRepository(OrderViewRow);
  }

  find(id: string): Promise<OrderViewRow | null> {
    return this.views.findOneBy({ id });
  }

  states(ids: readonly string[]): Promise<ViewState[]> {
    return this.views.find({
      select: { id: true, customerId: true, version: true, status: true },
      where: { id: In([...ids]) },
    });
  }
}
