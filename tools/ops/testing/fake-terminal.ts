import type { ApiClient, PostOptions, Query } from '../api-client.js';
import type { OpsContext } from '../command.js';
import { outputTo } from '../output.js';
import { runOps } from '../run-ops.js';

/** One call of the API, as a command made it. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Query;
  readonly body?: object;
  readonly options?: PostOptions;
}

/**
 * The command line in a test: with an API that answers as `answer` says (thrown errors included), output that is kept,
 * and somebody who says yes, or no.
 */
export function fakeTerminal(answer: (call: Call) => unknown = () => ({}), { yes = true } = {}) {
  const calls: Call[] = [];
  const questions: string[] = [];
  let [text, complaints] = ['', ''];
  let advanced = 0;
  const call = async (made: Call): Promise<unknown> => {
    calls.push(made);
    return answer(made);
  };
  const api: ApiClient = {
    get: async <Body>(path: string, query: Query = {}) =>
      (await call({ method: 'GET', path, query })) as Body,
    post: async <Body>(path: string, body: object, options: PostOptions = {}) =>
      (await call({ method: 'POST', path, body, options })) as Body,
  };
  const context: OpsContext = {
    api,
    out: outputTo((more) => (text += more)),
    progress: () => ({ advance: () => (advanced += 1), stop: () => undefined }),
    confirm: (question) => {
      questions.push(question);
      return Promise.resolve(yes);
    },
  };
  /** @param more words that stay whole, blanks included. */
  const ops = (line: string, ...more: readonly string[]): Promise<number> =>
    runOps([...line.split(' ').filter(Boolean), ...more], context, (words) => (complaints += words));
  return { ops, calls, questions, shown: () => text, complaints: () => complaints, advanced: () => advanced };
}
