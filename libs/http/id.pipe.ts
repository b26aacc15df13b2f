import type { PipeTransform } from '@nestjs/common';
import { isId } from '#libs/kernel/ids.js';

/** What is not an id names nothing: the same answer as for a thing that is not there. */
export const idPipe = (NotFound: new (id: string) => Error): PipeTransform<string, string> => ({
  transform: (value) => {
    if (!isId(value)) throw new NotFound(value.slice(0, 64));
    return value.toLowerCase();
  },
});
