import type { Command, Sent } from './command.js';
import type { Reply } from './reply.js';

/** A command that was sent, or an answer to it. */
export interface Entry {
  readonly command: Command;
  readonly what: { readonly sent: Pick<Sent, 'id'> } | { readonly came: Reply };
}

/** All that was asked and answered about one reservation or payment, as it came about. */
export interface History {
  readonly about: string;
  readonly orderId: string;
  readonly entries: readonly Entry[];
}

/** Keeps what was asked and answered, for those who judge it in the end. */
export class Recorder {
  readonly #entries: Entry[] = [];

  sent(command: Command, id: string): void {
    this.#entries.push({ command, what: { sent: { id } } });
  }

  came(command: Command, reply: Reply): void {
    this.#entries.push({ command, what: { came: reply } });
  }

  histories(): readonly History[] {
    const all = new Map<string, Entry[]>();
    for (const entry of this.#entries) {
      const entries = all.get(entry.command.about) ?? [];
      entries.push(entry);
      all.set(entry.command.about, entries);
    }
    return [...all].map(([about, entries]) => ({ about, orderId: entries[0]!.command.orderId, entries }));
  }
}
