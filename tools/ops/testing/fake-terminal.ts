import type { ApiClient, PostOptions, Query } from '../api-client.js';
import type { OpsContext } from '../command.js';
import { outputTo } from '../output.js';

/** One call of the API, as a command made it. */
export interface Call {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly query?: Query;
  readonly body?: object;
  readonly options?: PostOptions;
}

/**
 * What a command gets in a test: an API that answers as `answer` says (thrown errors included), output that is kept,
 * and somebody who says yes, or no.
 */
export function fakeTerminal(answer: (call: Call) => unknown = () => ({}), { yes = true } = {}) {
  const calls: Call[] = [];
  const questions: string[] = [];
  let text = '';
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
  return { context, calls, questions, shown: () => text, advanced: () => advanced };
}
