/**
 * A message as it is on the wire: one CloudEvents 1.0 event in structured JSON mode, for commands, replies and events
 * alike. Attribute names are lower case because CloudEvents wants them so.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md
 */
export interface Envelope<Data = unknown> {
  readonly specversion: '1.0';
  /** UUIDv7, equal to the AMQP `message_id`; receivers tell duplicates by it. */
  readonly id: string;
  readonly type: string;
  /** The sender, such as `/order-service`. */
  readonly source: string;
  /** The order's id; for events about other things, that thing's id. */
  readonly subject: string;
  /** RFC 3339, UTC. */
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly dataschema: string;
  /** W3C trace context of the work that caused the message. */
  readonly traceparent?: string;
  readonly tracestate?: string;
  readonly sagaid?: string;
  /** Which command this is, or answers: constant over retries and restarts. */
  readonly commandid?: string;
  /** The id of the message that caused this one. */
  readonly causationid?: string;
  /** Version of the subject after the change that an event tells of. */
  readonly sequence?: number;
  /**
   * RFC 3339, UTC: from then on the command is not to be begun any more, but answered as cancelled. Each sending of a
   * command has its own. Absent: it has to be carried out, however late it comes.
   * @see https://github.com/cloudevents/spec/blob/main/cloudevents/extensions/expirytime.md
   */
  readonly expirytime?: string;
  readonly data: Data;
}

/**
 * Whether a command came too late to be begun, by the clock of the unit that decides on it. What was begun in time is
 * answered as ever, however late its command comes again.
 */
export const isExpired = ({ expirytime }: Pick<Envelope, 'expirytime'>, now: Date): boolean =>
  expirytime !== undefined && Date.parse(expirytime) <= now.getTime();
