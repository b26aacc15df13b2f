/**
 * The first id that a reply and its command both have and do not agree on, in words; null: there is none. Fields of one
 * name mean one thing in a command and in its replies.
 */
export function otherId(asked: unknown, said: unknown): string | null {
  const [command, reply] = [fieldsOf(asked), fieldsOf(said)];
  const differing = Object.keys(reply).find(
    (name) => name.endsWith('Id') && name in command && reply[name] !== command[name],
  );
  return differing === undefined
    ? null
    : `${differing} is ${String(reply[differing])}, not ${String(command[differing])}`;
}

const fieldsOf = (data: unknown): Readonly<Record<string, unknown>> =>
  (data ?? {}) as Record<string, unknown>;
