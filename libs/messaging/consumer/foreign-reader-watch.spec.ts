import { expect, it } from '@jest/globals';
import type { ChannelModel } from 'amqplib';
import { EventEmitter } from 'node:events';
import { ForeignReaderWatch } from './foreign-reader-watch.js';

it('does not mind that the connection is lost while it begins', async () => {
  class LostChannel extends EventEmitter {
    consume(): Promise<never> {
      this.emit('close');
      return Promise.reject(new Error('Channel closed'));
    }
  }
  const model = { createChannel: () => Promise.resolve(new LostChannel()) } as unknown as ChannelModel;
  await expect(new ForeignReaderWatch('payment.commands').attach(model)).rejects.toThrow('Channel closed');
});
