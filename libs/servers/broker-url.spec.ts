import { describe, expect, it } from '@jest/globals';
import { readBrokerUrl } from './broker-url.js';

describe('the URL of a broker', () => {
  it('names one server or several, each with all the rest', () => {
    expect(readBrokerUrl('amqp://u:p@a:5672,b/shop?heartbeat=5')).toMatchObject({
      urls: ['amqp://u:p@a:5672/shop?heartbeat=5', 'amqp://u:p@b/shop?heartbeat=5'],
      protection: 'plain',
    });
  });

  it('checks certificates with amqps unless told otherwise, and keeps files to itself', () => {
    expect(readBrokerUrl('amqps://a/shop?cacertfile=/ca.pem&heartbeat=5')).toMatchObject({
      urls: ['amqps://a/shop?heartbeat=5'],
      tls: { caFile: '/ca.pem', verifies: true },
      protection: 'verified',
    });
    expect(readBrokerUrl('amqps://a')).toMatchObject({ protection: 'verified' });
    expect(readBrokerUrl('amqps://a?verify=verify_none')).toMatchObject({ protection: 'encrypted' });
  });

  it.each([
    ['http://a', /amqp:/],
    ['amqps://a,', /no server/],
    ['amqp://u:secret@a?cacertfile=/ca.pem', /instead of amqps/],
    ['amqps://u:secret@a?certfile=/c.pem', /go together/],
    ['amqps://u:secret@a?verify=none', /verify other than/],
    ['amqps://u:secret@a?verify=verify_none&cacertfile=/ca.pem', /checks nothing/],
    ['amqps://u:secret@a?rejectUnauthorized=false', /rejectUnauthorized/],
  ])('is refused: %s', (text, why) => {
    expect(() => readBrokerUrl(text)).toThrow(why);
    expect(() => readBrokerUrl(text)).not.toThrow(/secret/);
  });
});
