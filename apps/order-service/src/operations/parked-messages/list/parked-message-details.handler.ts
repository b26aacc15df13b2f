import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { scrub } from '#libs/observability';
import { canReturn } from '../can-return.js';
import { ParkedBodyRow } from '../parked-body.row.js';
import { ParkedMessageNotFound } from '../parked-message.errors.js';
import { ParkedMessageRow } from '../parked-message.row.js';
import { ParkedMessageDetails, type ParkedMessageDetailsAnswer } from './parked-message-details.query.js';
import { toItem } from './parked-message-item.js';
import { shownOf } from './shown-message.js';

@QueryHandler(ParkedMessageDetails)
export class ParkedMessageDetailsHandler implements IQueryHandler<ParkedMessageDetails> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute({ id }: ParkedMessageDetails): Promise<ParkedMessageDetailsAnswer> {
    const row = await this.source.getRepository(ParkedMessageRow).findOneBy({ id });
    const body = await this.source.getRepository(ParkedBodyRow).findOneBy({ id });
    if (!row || !body) throw new ParkedMessageNotFound(id);
    const { original, edited } = body;
    const { messageId, sizeBytes } = row;
    const way = canReturn({ messageId, sizeBytes, bytes: original });
    return {
      ...toItem(row),
      contentType: row.contentType && scrub(row.contentType),
      sha256: row.bodyHash.toString('hex'),
      keptBytes: original.length,
      cannotBeRedriven: way.possible ? null : way.why,
      message: shownOf(original),
      editedMessage: edited && shownOf(edited),
    };
  }
}
