import { Injectable, type PipeTransform } from '@nestjs/common';
import { isId } from '#libs/kernel/ids.js';
import { ParkedMessageNotFound } from './parked-message.errors.js';

/** What is not an id names no parked message. */
@Injectable()
export class ParkedMessageIdPipe implements PipeTransform<string, string> {
  transform(value: string): string {
    if (!isId(value)) throw new ParkedMessageNotFound(value.slice(0, 64));
    return value.toLowerCase();
  }
}
