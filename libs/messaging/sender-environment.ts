import { z } from 'zod';
import { services, type Service } from '#libs/contracts/topology.js';
import { requiredSenders } from './consumer/sender-check.js';

const isService = (name: string | undefined): name is Service => services.some((known) => known === name);

/** `payment-service=acme,payment-service=acme-2`, by service. */
const namedUsers = z.string().transform((text, context) => {
  const named = new Map<Service, string[]>();
  for (const pair of text.split(',')) {
    const [service, user, ...more] = pair.split('=').map((part) => part.trim());
    if (!isService(service) || !user || more.length > 0) {
      context.addIssue({ code: 'custom', message: `is to be SERVICE=USER, with commas between: ${pair}` });
      return z.NEVER;
    }
    named.set(service, [...(named.get(service) ?? []), user]);
  }
  return named;
});

/** Settings of who may send what to a service: see consumer/sender-check.ts. */
export const senderEnvironment = {
  REQUIRE_SENDER: z
    .enum(requiredSenders)
    .default('commands')
    .describe(
      'Messages that are parked when the broker does not prove who sent them: none, commands, or all. Participants of others may leave it out of replies.',
    ),
  BROKER_USERS: namedUsers.optional().meta({
    description:
      'Users of the broker that are not named like their service, as SERVICE=USER with commas between; a service may be there twice.',
    examples: ['payment-service=acme-payments'],
  }),
};
