/** DynamoDB numbers: decimals of up to 38 significant digits, kept as strings in one normal form. */

interface Decimal {
  /** The value is `digits * 10 ** exponent`; `digits` has no trailing zero unless it is 0. */
  readonly digits: bigint;
  readonly exponent: number;
}

/** AWS: numbers have up to 38 digits of precision. */
const MAX_SIGNIFICANT_DIGITS = 38;
/** AWS: the magnitude of a number is from 1e-130 to 9.99…e+125. */
const MAX_MAGNITUDE = 125;
const MIN_MAGNITUDE = -130;

const NUMBER = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?\s*$/;
const SMALL_INTEGER = /^(?:0|-?[1-9]\d{0,14})$/;

/** The normal form of a number (`"1.50"` → `"1.5"`), or AWS's message why it is none. */
export function normalizeNumber(text: string): { readonly value: string } | { readonly problem: string } {
  if (SMALL_INTEGER.test(text)) return { value: text };
  const decimal = parseDecimal(text);
  if (!decimal) {
    const shown = text === '' ? '' : `: ${text}`;
    return { problem: `The parameter cannot be converted to a numeric value${shown}` };
  }
  const problem = rangeProblem(decimal);
  return problem ? { problem } : { value: printDecimal(decimal) };
}

/** Negative, zero or positive as `left` is less than, equal to or greater than `right`. */
export function compareNumbers(left: string, right: string): number {
  if (SMALL_INTEGER.test(left) && SMALL_INTEGER.test(right)) return Number(left) - Number(right);
  const [a, b] = aligned(requireDecimal(left), requireDecimal(right));
  return a < b ? -1 : a > b ? 1 : 0;
}

/** `left + right` (or `left - right`) in normal form, or AWS's message when the result is out of range. */
export function addNumbers(
  left: string,
  right: string,
  sign: 1 | -1 = 1,
): { readonly value: string } | { readonly problem: string } {
  const first = requireDecimal(left);
  const second = requireDecimal(right);
  const [a, b] = aligned(first, second);
  const exponent = Math.min(first.exponent, second.exponent);
  return normalizeNumber(printDecimal(reduce(sign === 1 ? a + b : a - b, exponent)));
}

/** Text whose order by code units is the order of the numbers: sign, exponent, digits. */
export function numberOrderingKey(text: string): string {
  const { digits, exponent } = requireDecimal(text);
  if (digits === 0n) return '1';
  const magnitude = (digits < 0n ? -digits : digits).toString();
  const scale = exponent + magnitude.length - 1 - MIN_MAGNITUDE;
  if (digits > 0n) return `2${scale.toString().padStart(3, '0')}${magnitude}`;
  const complement = [...magnitude].map((digit) => 9 - Number(digit)).join('');
  return `0${(999 - scale).toString().padStart(3, '0')}${complement}~`;
}

/** AWS: a number takes about one byte per two significant digits and one more; a sign takes another. */
export function numberSize(text: string): number {
  const significant = text
    .replace(/^-/, '')
    .replace('.', '')
    .replace(/^0+|0+$/g, '').length;
  return Math.ceil(significant / 2) + 1 + (text.startsWith('-') ? 1 : 0);
}

function parseDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text);
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = '', power = '0'] = match;
  if (whole === '' && fraction === '') return undefined;
  const digits = BigInt(`${whole}${fraction}`);
  return reduce(sign === '-' ? -digits : digits, Number(power) - fraction.length);
}

function requireDecimal(text: string): Decimal {
  const decimal = parseDecimal(text);
  if (!decimal) throw new Error(`not a number: ${text}`);
  return decimal;
}

function reduce(digits: bigint, exponent: number): Decimal {
  if (digits === 0n) return { digits, exponent: 0 };
  const text = digits.toString();
  const trimmed = text.replace(/0+$/, '');
  return { digits: BigInt(trimmed), exponent: exponent + text.length - trimmed.length };
}

function rangeProblem({ digits, exponent }: Decimal): string | undefined {
  const length = digits.toString().replace('-', '').length;
  const magnitude = exponent + length - 1;
  if (digits === 0n) return undefined;
  if (magnitude > MAX_MAGNITUDE) {
    return 'Number overflow. Attempting to store a number with magnitude larger than supported range';
  }
  if (magnitude < MIN_MAGNITUDE) {
    return 'Number underflow. Attempting to store a number with magnitude smaller than supported range';
  }
  if (length > MAX_SIGNIFICANT_DIGITS) return 'Attempting to store more than 38 significant digits in a Number';
  return undefined;
}

function printDecimal({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? '-' : '';
  const text = digits.toString().replace('-', '');
  if (exponent >= 0) return `${sign}${text}${'0'.repeat(exponent)}`;
  const padded = text.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

function aligned(left: Decimal, right: Decimal): [bigint, bigint] {
  const exponent = Math.min(left.exponent, right.exponent);
  return [
    left.digits * 10n ** BigInt(left.exponent - exponent),
    right.digits * 10n ** BigInt(right.exponent - exponent),
  ];
}
