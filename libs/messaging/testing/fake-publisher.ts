import type { PublishOutcome, Publishes, WireMessage } from '../broker/publisher.js';

/** A broker that takes everything, unless a test says otherwise. */
export class FakePublisher implements Publishes {
  /** Everything that was published, in order, whatever came of it. */
  readonly published: WireMessage[] = [];
  outcome: (message: WireMessage) => PublishOutcome | Promise<PublishOutcome> = () => 'confirmed';

  async publish(message: WireMessage): Promise<PublishOutcome> {
    this.published.push(message);
    return this.outcome(message);
  }

  get ids(): (string | undefined)[] {
    return this.published.map(({ id }) => id);
  }
}
