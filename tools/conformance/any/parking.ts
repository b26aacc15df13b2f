import { toOtherVersion, toUnknownType } from '../broken.js';
import type { Command, Sent } from '../command.js';
import { owed, type Duty } from '../duty.js';
import type { ParticipantUnderTest } from '../participant-under-test.js';

const needsParkingLot = ({ context }: ParticipantUnderTest): string | undefined =>
  context.hasOwnParkingLot ? undefined : 'a parking lot that nobody else reads';

/** Asserts that messages are in the parking lot, where people find them. @throws DutyBroken */
export async function areParked(on: ParticipantUnderTest, sent: readonly Sent[]): Promise<void> {
  if (needsParkingLot(on) !== undefined) return;
  const parked = await on.orchestrator.takeParked(new Set(sent.map(({ id }) => id)));
  const lost = sent.filter(({ id }) => !parked.some((other) => other.id === id));
  const shown = (messages: readonly Pick<Sent, 'id'>[]): string => messages.map(({ id }) => id).join(', ');
  owed(lost.length === 0, `${sent.length} messages in the parking lot`, `all but ${shown(lost)}`);
  const spent = parked.filter((message) => message.spent);
  owed(
    spent.length === 0,
    'messages that are parked at once',
    `some that went back to the queue until the broker had enough: ${shown(spent)}`,
  );
}

/** Sends messages and waits until they have been handled. @returns those that were not answered. */
async function unanswered(
  on: ParticipantUnderTest,
  commands: readonly { command: Command; changes?: Readonly<Record<string, unknown>> }[],
): Promise<readonly Sent[]> {
  const sent: { command: Command; message: Sent }[] = [];
  for (const { command, changes } of commands)
    sent.push({ command, message: await on.orchestrator.post(command, changes) });
  await on.goesOn();
  // That they are not answered is a duty of its own.
  return sent
    .filter(({ command }) => on.orchestrator.answers(command).length === 0)
    .map(({ message }) => message);
}

/** What must not be answered must not be lost either, nor come back for ever. */
export const dutiesOfParking: readonly Duty<ParticipantUnderTest>[] = [
  {
    name: 'broken-is-parked',
    sentence:
      'What it cannot read (a broken payload, another version, an unknown type) is parked: rejected without requeue, neither acked and gone nor given back to the queue again and again.',
    unless: needsParkingLot,
    check: async (on) => {
      const [version, unknown] = [on.effective().command, on.effective().command];
      await areParked(
        on,
        await unanswered(on, [
          ...Object.values(on.broken()).map((command) => ({ command })),
          { command: version, changes: toOtherVersion(version) },
          { command: unknown, changes: toUnknownType(unknown) },
        ]),
      );
    },
  },
  {
    name: 'refused-is-parked',
    sentence:
      'What contradicts what it has done, and is not answered, is parked as well: somebody has to learn of it.',
    unless: needsParkingLot,
    check: async (on) => {
      const commands = await on.contradicting();
      await areParked(
        on,
        await unanswered(
          on,
          commands.map((command) => ({ command })),
        ),
      );
    },
  },
];
