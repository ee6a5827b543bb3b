import { ServiceFault } from '../service';

/**
 * A filter pattern of unstructured terms: all plain terms must occur, of the `?terms` at least one, of the `-terms`
 * none. Patterns on JSON fields (`{ … }`), columns (`[ … ]`) and regular expressions (`%…%`) are refused by name.
 */
export function matchesFilterPattern(pattern: string | undefined): (message: string) => boolean {
  const text = (pattern ?? '').trim();
  if (text === '') return () => true;
  if (/^[{[%]/.test(text)) {
    throw new ServiceFault('NotImplemented', `The local cloud does not implement the filter pattern ${text}.`, 501);
  }
  const terms = (text.match(/[?-]?"(?:[^"\\]|\\.)*"|\S+/g) ?? []).map(parseTerm);
  const required = terms.filter((term) => term.kind === 'all');
  const alternatives = terms.filter((term) => term.kind === 'any');
  const excluded = terms.filter((term) => term.kind === 'none');
  return (message) =>
    required.every((term) => message.includes(term.text)) &&
    (alternatives.length === 0 || alternatives.some((term) => message.includes(term.text))) &&
    !excluded.some((term) => message.includes(term.text));
}

function parseTerm(word: string): { kind: 'all' | 'any' | 'none'; text: string } {
  const sign = word[0];
  const kind = sign === '?' ? 'any' : sign === '-' ? 'none' : 'all';
  const bare = kind === 'all' ? word : word.slice(1);
  return { kind, text: bare.replace(/^"(.*)"$/s, '$1').replace(/\\(.)/g, '$1') };
}
