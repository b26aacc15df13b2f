import { Injectable, type PipeTransform } from '@nestjs/common';
import { isId } from '#libs/kernel/ids.js';
import { OrderNotFound } from '../domain/order-access.js';

/** What is not an id names no order: the same answer as for an order that is not there. */
@Injectable()
export class OrderIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isId(value)) throw new OrderNotFound(value.slice(0, 64));
    return value.toLowerCase();
  }
}
