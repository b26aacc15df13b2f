import type { OpsContext } from '../command.js';
import type { PageOptions, Shown } from '../options.js';
import type { Output } from '../output.js';
import { filterOf, groupText, type FilterOptions } from './filter.js';
import { messagePath, root, type ParkedMessage, type ShownMessage } from './message.js';

export async function listParked(
  { api, out }: OpsContext,
  { state, limit, cursor, json, ...filter }: FilterOptions & PageOptions & { readonly state?: string },
): Promise<number> {
  const page = await api.get<{ items: readonly ParkedMessage[]; nextCursor: string | null }>(root, {
    ...filterOf(filter),
    state,
    limit,
    cursor,
  });
  if (json) {
    out.json(page);
    return 0;
  }
  parkedTable(out, page.items);
  if (page.nextCursor !== null) out.line(`more: --cursor ${page.nextCursor}`);
  return 0;
}

export function parkedTable(
  out: Output,
  messages: readonly Pick<ParkedMessage, 'id' | 'queue' | 'type' | 'reason' | 'detail' | 'parkedAt'>[],
): void {
  out.table(
    ['id', 'parked', 'queue', 'type', 'cause', 'detail'],
    messages.map(({ id, parkedAt, queue, type, reason, detail }) => [
      id,
      parkedAt,
      queue,
      type,
      reason,
      detail.slice(0, 60),
    ]),
  );
}

interface Group {
  readonly queue: string;
  readonly type: string | null;
  readonly reason: string;
  readonly count: number;
  readonly oldest: string;
  readonly newest: string;
}

export async function groupParked({ api, out }: OpsContext, { json }: Shown): Promise<number> {
  const groups = await api.get<{ items: readonly Group[]; more: boolean }>(`${root}/groups`);
  if (json) {
    out.json(groups);
    return 0;
  }
  if (groups.items.length === 0) out.line('Nothing is parked.');
  else {
    out.table(
      ['group', 'count', 'oldest', 'newest'],
      groups.items.map(({ queue, type, reason, count, oldest, newest }) => [
        groupText(queue, type, reason),
        count,
        oldest,
        newest,
      ]),
    );
  }
  if (groups.more) out.line('and smaller ones');
  return 0;
}

interface Details extends ParkedMessage {
  readonly cannotBeRedriven: string | null;
  readonly message: ShownMessage;
  readonly editedMessage: ShownMessage | null;
}

export async function showParked({ api, out }: OpsContext, { json }: Shown, id: string): Promise<number> {
  const details = await api.get<Details>(messagePath(id));
  if (json) {
    out.json(details);
    return 0;
  }
  const { message, editedMessage, ...facts } = details;
  out.table(
    ['', ''],
    Object.entries(facts).map(([name, value]) => [name, value === null ? null : String(value)]),
  );
  showMessage(out, 'the message', message);
  if (editedMessage) showMessage(out, 'what a redrive would send', editedMessage);
  return 0;
}

function showMessage(out: Output, title: string, { envelope, data, excerpt }: ShownMessage): void {
  out.line();
  out.line(`${title}:`);
  if (envelope) out.json(envelope);
  if (excerpt) out.table(['text', 'hex'], [[excerpt.text, excerpt.hex]]);
  else out.json(data);
}
