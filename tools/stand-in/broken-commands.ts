import type { MessageType } from '#libs/contracts/message-type.js';
import { random } from '#libs/kernel/chance.js';
import { newId } from '#libs/kernel/ids.js';
import { toOtherVersion, toUnknownType } from '../conformance/broken.js';
import { command, toMessage, type Command, type Sent } from '../conformance/command.js';
import type { OrderSide } from '../conformance/order-side.js';
import type { Reply } from '../conformance/reply.js';
import { cameLine } from '../conformance/transcript.js';

type Data = Readonly<Record<string, unknown>>;

const keyOf = (data: object) => ('reservationId' in data ? 'reservationId' : 'paymentId');

/** Ways in which a sender that is not order-service gets a command wrong. */
const breakages: Readonly<Record<string, (asked: Command<Data>) => Sent>> = {
  'of another version': (asked) => toMessage(asked, toOtherVersion(asked)),
  'of an unknown type': (asked) => toMessage(asked, toUnknownType(asked)),
  'that its schema refuses': (asked) => toMessage(asked, { data: { ...asked.data, [keyOf(asked.data)]: 7 } }),
  'without data': (asked) => toMessage(asked, { data: undefined }),
  'that is not JSON': (asked) => {
    const { body, ...sent } = toMessage(asked);
    return { ...sent, body: body.subarray(0, body.length / 2) };
  },
};

interface Broken {
  readonly asked: Command;
  readonly sent: Sent;
  readonly what: string;
  answer?: Reply;
}

const maxParkingSeconds = 5;

/** Commands that nobody can read: a participant answers none of them, and parks each at once. */
export class BrokenCommands {
  readonly #all: Broken[] = [];

  /** Breaks a copy of the command, which is about an order that nobody knows: should it be done, no other is touched. */
  like({ message, data }: Command): Broken {
    const about = newId();
    const known = data as Data;
    const asked = command<Data>(message as MessageType<string, Data>, about, {
      ...known,
      [keyOf(known)]: about,
    });
    const names = Object.keys(breakages);
    const how = names[Math.floor(random() * names.length)]!;
    const broken = { asked, sent: breakages[how]!(asked), what: `${message.type} ${how}` };
    this.#all.push(broken);
    return broken;
  }

  /** @returns whether the reply is to one of them. */
  onReply(reply: Reply): boolean {
    const broken = this.#all.find(({ asked }) => asked.commandId === reply.envelope['commandid']);
    if (broken) broken.answer ??= reply;
    return broken !== undefined;
  }

  knows(sagaId: unknown): boolean {
    return this.#all.some(({ asked }) => asked.sagaId === sagaId);
  }

  /**
   * @returns what became of them that must not, once for each way. Where they are parked is seen only if nobody else reads
   * there.
   */
  async complaints(side: Pick<OrderSide, 'hasOwnParkingLot' | 'takeParked'>): Promise<readonly string[]> {
    const ids = new Set(this.#all.map(({ sent }) => sent.id));
    const isSeen = ids.size > 0 && (await side.hasOwnParkingLot());
    const parked = isSeen ? await side.takeParked(ids, maxParkingSeconds) : [];
    const answered = new Map<string, string>();
    const others = new Set<string>();
    for (const { sent, what, answer } of this.#all) {
      const found = parked.find(({ id }) => id === sent.id);
      if (answer) answered.set(what, `${what} was answered: ${cameLine(answer)}`);
      else if (isSeen && !found) others.add(`${what} is not in the parking lot`);
      else if (found?.spent) others.add(`${what} went back to the queue until the broker had enough of it`);
    }
    return [...answered.values(), ...others];
  }
}
