import { Column, Entity, PrimaryColumn } from 'typeorm';
import { lockOrder, tableOf } from '#libs/persistence/table.js';

/** Up to which number of a year blocks have been handed out. */
@Entity('order_number_blocks')
export class OrderNumberBlockRow {
  @PrimaryColumn('smallint', { unsigned: true })
  year!: number;

  @Column('int', { unsigned: true })
  handedOut!: number;
}

export const orderNumberBlocks = tableOf(OrderNumberBlockRow, { key: 'year', lockOrder: lockOrder.counter });
