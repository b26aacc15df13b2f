/**
 * For `node --import`: whoever reads a text with this mark in it dies of it at once, as of a text that makes the runtime
 * run out of memory. The services themselves know nothing of poison.
 */
const mark = 'POISON-THAT-KILLS';

const parse = JSON.parse;
JSON.parse = (text, reviver) => {
  if (typeof text === 'string' && text.includes(mark)) process.kill(process.pid, 'SIGKILL');
  return parse(text, reviver);
};
