import { expect, it } from '@jest/globals';
import { readExplained } from './explained.mjs';

it('reads the sentence that stands above each list of mutants', () => {
  const page = `# Survivors

Words on the page.

## libs/saga/engine

### transition.ts

Nobody can tell: it is
compared with one.

- \`a < b → a <= b\`
- \`\` \`x\` → "" \`\`

Another reason.

- \`c → true\`

### deep/engine.ts

A third.

- \`d → false\`
`;
  const common = { folder: 'libs/saga/engine', file: 'libs/saga/engine/transition.ts' };
  expect(readExplained(page)).toEqual([
    { ...common, text: 'a < b → a <= b', because: 'Nobody can tell: it is compared with one.' },
    { ...common, text: '`x` → ""', because: 'Nobody can tell: it is compared with one.' },
    { ...common, text: 'c → true', because: 'Another reason.' },
    { ...common, file: 'libs/saga/engine/deep/engine.ts', text: 'd → false', because: 'A third.' },
  ]);
});
