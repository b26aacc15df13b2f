import { QueryHandler, type IQueryHandler } from '@nestjs/cqrs';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { idToBytes } from '#libs/kernel/ids.js';
import { toProposalItem, type ProposalItem } from '../second-person/proposal-item.js';
import { ProposalNotFound } from '../second-person/proposal.errors.js';
import { ProposalRow } from '../second-person/proposal.row.js';
import { ProposalDetails, ProposalList, type ProposalPage } from './proposal-list.query.js';

@QueryHandler(ProposalList)
export class ProposalListHandler implements IQueryHandler<ProposalList> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute({ state, limit, after }: ProposalList): Promise<ProposalPage> {
    const now = await databaseNow(this.source);
    const query = this.source
      .createQueryBuilder(ProposalRow, 'proposal')
      .where('proposal.state = :kept', { kept: state === 'expired' ? 'open' : state });
    if (state === 'open') query.andWhere('proposal.expiresAt > :now', { now });
    if (state === 'expired') query.andWhere('proposal.expiresAt <= :now', { now });
    if (after !== null) query.andWhere('proposal.id < :after', { after: idToBytes(after) });
    // One more than asked for tells whether there is more.
    const rows = await query
      .orderBy('proposal.id', 'DESC')
      .limit(limit + 1)
      .getMany();
    const items = rows.slice(0, limit).map((row) => toProposalItem(row, now));
    return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
  }
}

@QueryHandler(ProposalDetails)
export class ProposalDetailsHandler implements IQueryHandler<ProposalDetails> {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  async execute({ id }: ProposalDetails): Promise<ProposalItem> {
    const row = await this.source.getRepository(ProposalRow).findOneBy({ id });
    if (!row) throw new ProposalNotFound(id);
    return toProposalItem(row, await databaseNow(this.source));
  }
}

/** By the clock that proposals expire by. */
async function databaseNow(source: DataSource): Promise<Date> {
  const [clock] = await source.query<{ now: Date }[]>('SELECT UTC_TIMESTAMP(6) AS now');
  return clock!.now;
}
