import { describe, expect, it } from '@jest/globals';
import { readAnswers } from './answers.js';

describe('the answers of a load', () => {
  it('are accepted, told to come again, or something else', () => {
    const answers = { '201': 7, '200': 1, '503': 4, '500': 2, '429': 1 };
    expect(readAnswers({ answers, errors: 3 })).toEqual({ accepted: 8, refused: 4, other: 6 });
  });
});
