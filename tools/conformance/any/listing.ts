import { largestPage } from '#libs/contracts/listing.js';
import { owed, type Duty } from '../duty.js';
import type { Command } from '../command.js';
import type { KeyedBook, ParticipantUnderTest } from '../participant-under-test.js';

const made = 3;

export const dutiesOfPages: readonly Duty<ParticipantUnderTest>[] = [
  {
    name: 'list-pages',
    sentence: `A book is told of in pages, oldest first, each as long as it may be and beginning where the one before ended: what was made in the time that is asked for, each once, up to the last page, whose next is null. Pages have up to ${largestPage} items.`,
    standsOn: ['list-reservations', 'list-payments', 'list-charges'],
    check: async (on) => {
      const commands: Command[] = [];
      for (let nth = 0; nth < made; nth += 1) {
        const { command, answer } = on.effective();
        await on.orchestrator.post(command);
        await on.orchestrator.expect(command, answer);
        commands.push(command);
      }
      for (const book of on.books())
        await isToldInPages(on, book, new Set(commands.map(({ about }) => about)));
      for (const command of commands) await on.undo(command);
    },
  },
];

async function isToldInPages(
  on: ParticipantUnderTest,
  { book, keyOf }: KeyedBook,
  ours: ReadonlySet<string>,
): Promise<void> {
  const isOurs = (item: { madeAt: string }): boolean => ours.has(keyOf(item));
  // By the participant's clock, whatever it says.
  const times = (await on.list(book)).filter(isOurs).map(({ madeAt }) => Date.parse(madeAt));
  const [from, to] = [Math.min(...times), Math.max(...times) + 1];
  owed(times.length === ours.size, `${ours.size} items that were made just now`, `${times.length} of them`);
  const told = await on.list(book, { from: new Date(from), to: new Date(to), limit: 2 });
  const about = told.filter(isOurs).map(keyOf);
  owed(
    about.length === ours.size && new Set(about).size === ours.size,
    `each of ${[...ours].join(', ')} on one page of ${book.page.type}`,
    about.join(', '),
  );
  const outside = told.find(({ madeAt }) => Date.parse(madeAt) < from || Date.parse(madeAt) >= to);
  owed(outside === undefined, 'nothing that was made at another time', JSON.stringify(outside));
  const order = told.map(({ madeAt }) => Date.parse(madeAt));
  owed(
    order.every((time, at) => at === 0 || time >= order[at - 1]!),
    'the oldest first',
    told.map(({ madeAt }) => madeAt).join(', '),
  );
}
