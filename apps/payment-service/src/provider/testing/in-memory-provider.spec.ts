import { InMemoryProvider } from './in-memory-provider.js';
import { describeProvider } from './payment-provider.contract.js';

describeProvider('the fake', async () => {
  const provider = new InMemoryProvider(({ token, orderId }) => {
    if (token === 'declined') return 'decline';
    if (token === 'pending') return 'pend';
    if (token === 'silent') return orderId === 'captures' ? 'capture-in-silence' : 'nothing';
    return 'capture';
  });
  return {
    provider,
    tokens: { captured: 'captured', declined: 'declined', pending: 'pending', silent: 'silent' },
    silence: { captures: 'captures', doesNothing: 'does nothing' },
    kept: async (key) => provider.kept(key).amountMinor,
    settle: async () => provider.settle(),
  };
});
