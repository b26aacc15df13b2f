import { describe, expect, it } from '@jest/globals';
import { readBrokerUrl, readManagementUrl, virtualHostOf } from './broker-url.js';

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

  it('says which virtual host', () => {
    const urls = ['amqp://a,b/shop%2Feast', 'amqps://a/', 'amqp://a:5672'];
    expect(urls.map(virtualHostOf)).toEqual(['shop/east', '/', '/']);
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

describe("the URL of a broker's management API", () => {
  it('names one server or several, and is protected like that of the broker', () => {
    expect(readManagementUrl('http://u:p@a:15672,b:15672')).toMatchObject({
      urls: ['http://u:p@a:15672/', 'http://u:p@b:15672/'],
      protection: 'plain',
    });
    expect(readManagementUrl('https://u:p@a?cacertfile=/ca.pem')).toMatchObject({
      urls: ['https://u:p@a/'],
      tls: { caFile: '/ca.pem', verifies: true },
      protection: 'verified',
    });
  });

  it.each([
    ['amqp://u:secret@a', /http:/],
    ['http://a', /no user/],
    ['http://u@a', /no user/],
    ['http://u:secret@a/api', /path, \/api/],
    ['http://u:secret@a?cacertfile=/ca.pem', /instead of https/],
    ['https://u:secret@a?heartbeat=5', /heartbeat/],
  ])('is refused: %s', (text, why) => {
    expect(() => readManagementUrl(text)).toThrow(why);
    expect(() => readManagementUrl(text)).not.toThrow(/secret/);
  });
});
