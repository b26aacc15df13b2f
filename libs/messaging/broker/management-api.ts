import { once } from 'node:events';
import { request as plainRequest, type IncomingMessage } from 'node:http';
import { request as encryptedRequest } from 'node:https';
import { readManagementUrl, trustFiles, type BrokerAddress } from '#libs/servers';

/** Whole answers are names: of nodes, and of where one queue is. */
const maxAnswerBytes = 1_000_000;

/** @returns what is at the path; undefined when nothing is. @throws Error that says why there is no answer. */
export type Ask = (path: string) => Promise<unknown>;

/** Reads the broker's management API, of whichever of its servers answers. */
export class ManagementApi {
  private readonly address: BrokerAddress;
  private readonly trust: Record<string, string>;

  /**
   * @param answersWithinMs all questions of one round, from one server. Default: ten seconds.
   * @throws Error for a URL that cannot be used, or names a file that cannot be read.
   */
  constructor(
    url: string,
    private readonly answersWithinMs = 10_000,
  ) {
    this.address = readManagementUrl(url);
    const { caFile, certFile, keyFile } = this.address.tls;
    this.trust = trustFiles({ ca: caFile, cert: certFile, key: keyFile });
  }

  /**
   * What `questions` come to at the first server that answers them all in time.
   *
   * @throws Error of the last one when none does, and once `stopping` is aborted.
   */
  async ask<Answer>(questions: (ask: Ask) => Promise<Answer>, stopping: AbortSignal): Promise<Answer> {
    let failure: unknown;
    for (const server of this.address.urls) {
      const signal = AbortSignal.any([stopping, AbortSignal.timeout(this.answersWithinMs)]);
      try {
        return await questions((path) => this.get(new URL(path, server), signal));
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  private async get(url: URL, signal: AbortSignal): Promise<unknown> {
    const { verifies, serverName } = this.address.tls;
    const request = (url.protocol === 'https:' ? encryptedRequest : plainRequest)(url, {
      signal,
      ...this.trust,
      rejectUnauthorized: verifies,
      minVersion: 'TLSv1.2',
      ...(serverName !== undefined && { servername: serverName }),
    });
    const [response] = (await once(request.end(), 'response')) as [IncomingMessage];
    const text = await textOf(response);
    if (response.statusCode === 404) return undefined;
    if (response.statusCode !== 200) throw new Error(`${url.host} answers ${response.statusCode}`);
    return JSON.parse(text);
  }
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const part of response.setEncoding('utf8')) {
    text += part as string;
    // Ends the loop, and with it the response.
    if (text.length > maxAnswerBytes) throw new Error('an answer of the management API is too long');
  }
  return text;
}
