import { Defect } from '#libs/kernel/errors.js';

/** `inventory.stock-reserved.v1` as people say it. */
export function wordsOfMessage(type: string): { readonly owner: string; readonly name: string } {
  const [owner, name] = type.split('.');
  if (!owner || !name) throw new Defect(`not a message type: ${type}`);
  return { owner, name };
}

/** "Asked inventory to reserve stock" */
export function askedSentence(type: string, attempt: number): string {
  const { owner, name } = wordsOfMessage(type);
  const again = attempt === 1 ? '' : ` again (attempt ${attempt})`;
  return `Asked ${owner} to ${spoken(name)}${again}.`;
}

/** "Inventory answered: stock reserved." */
export function answeredSentence(type: string): string {
  const { owner, name } = wordsOfMessage(type);
  return `${capitalised(owner)} answered: ${spoken(name)}.`;
}

export const spoken = (name: string): string => name.replaceAll('-', ' ');

export const capitalised = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
