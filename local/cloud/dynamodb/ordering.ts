import type { AttributeValue } from './attribute-value';
import { bytesOf } from './attribute-value';
import { numberOrderingKey } from './decimal';

/**
 * Text whose order by UTF-16 code units (the order of `<` on strings) is the order DynamoDB keeps its sort keys in:
 * strings by their UTF-8 bytes, numbers by value, binaries by unsigned bytes.
 */
export function orderingKey(value: AttributeValue): string {
  if ('S' in value) return utf8Ordered(value.S);
  if ('N' in value) return numberOrderingKey(value.N);
  if ('B' in value) return bytesOf(value.B).toString('latin1');
  throw new Error('only strings, numbers and binaries can be keys');
}

const FIRST_SURROGATE = 0xd800;
const AFTER_SURROGATES = 0xe000;
/** Moves surrogates above the rest of the basic plane, where UTF-8 sorts them. */
const SURROGATES_UP = 0x2000;
const REST_DOWN = 0x800;

function utf8Ordered(text: string): string {
  if (!/[\ud800-\uffff]/.test(text)) return text;
  let ordered = '';
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < FIRST_SURROGATE) ordered += text[index];
    else ordered += String.fromCharCode(unit < AFTER_SURROGATES ? unit + SURROGATES_UP : unit - REST_DOWN);
  }
  return ordered;
}
