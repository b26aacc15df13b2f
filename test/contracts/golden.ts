import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const contracts = join(import.meta.dirname, '../../libs/contracts');

/** Golden messages by type: what a sender has to be able to make, and a receiver to understand. */
export const goldenMessages: ReadonlyMap<string, GoldenMessage> = new Map(
  ['inventory', 'order', 'payment'].flatMap((owner) =>
    readdirSync(join(contracts, owner, 'golden')).map((file) => [
      file.replace(/\.json$/, ''),
      JSON.parse(readFileSync(join(contracts, owner, 'golden', file), 'utf8')) as GoldenMessage,
    ]),
  ),
);

export interface GoldenMessage {
  readonly id: string;
  readonly type: string;
  readonly source: string;
  readonly subject: string;
  readonly dataschema: string;
  readonly sagaid?: string;
  readonly commandid?: string;
  readonly causationid?: string;
  readonly sequence?: number;
  readonly data: Readonly<Record<string, unknown>>;
}
