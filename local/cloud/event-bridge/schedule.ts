import { ServiceFault } from '../service';

export type Schedule =
  | { readonly kind: 'rate'; readonly milliseconds: number }
  /** True in the minutes (UTC) in which the rule fires. */
  | { readonly kind: 'cron'; readonly fires: (minute: Date) => boolean };

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/**
 * Reads `rate(5 minutes)` or `cron(0 3 * * ? *)`.
 * @throws ServiceFault ValidationException
 */
export function readSchedule(expression: string): Schedule {
  const rate = /^rate\((\d+) (minute|hour|day)(s?)\)$/.exec(expression);
  if (rate) {
    const count = Number(rate[1]);
    const unit = UNIT_MS[rate[2] ?? ''];
    // AWS: the unit is singular for one, plural for more.
    if (unit === undefined || count < 1 || (count === 1) === (rate[3] === 's')) throw invalid(expression);
    return { kind: 'rate', milliseconds: count * unit };
  }
  const cron = /^cron\(([^)]+)\)$/.exec(expression);
  if (!cron) throw invalid(expression);
  return { kind: 'cron', fires: readCron((cron[1] ?? '').trim().split(/\s+/), expression) };
}

function invalid(expression: string): ServiceFault {
  return new ServiceFault('ValidationException', `Parameter ScheduleExpression is not valid: ${expression}`);
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];

type FieldTest = (value: number) => boolean;

function readCron(fields: readonly string[], expression: string): (minute: Date) => boolean {
  const [minutes, hours, days, months, weekdays, years] = fields;
  if (fields.length !== 6 || minutes === undefined || hours === undefined || days === undefined) {
    throw invalid(expression);
  }
  if (months === undefined || weekdays === undefined || years === undefined) throw invalid(expression);
  // AWS: one of the two day fields is `?`.
  if ((days === '?') === (weekdays === '?')) throw invalid(expression);
  const test = (text: string, least: number, most: number, names: readonly string[] = [], first = 0) =>
    readField(text, { least, most, names, first }, expression);
  const inMinute = test(minutes, 0, 59);
  const inHour = test(hours, 0, 23);
  const inMonth = test(months, 1, 12, MONTHS, 1);
  const inYear = test(years, 1970, 2199);
  const onDay = days === '?' ? onWeekday(weekdays, expression) : onDayOfMonth(days, expression);
  return (at) =>
    inMinute(at.getUTCMinutes()) &&
    inHour(at.getUTCHours()) &&
    inMonth(at.getUTCMonth() + 1) &&
    inYear(at.getUTCFullYear()) &&
    onDay(at);
}

function lastDayOfMonth(at: Date): number {
  return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate();
}

/** `L` is the last day; `W` (nearest weekday) is refused. */
function onDayOfMonth(text: string, expression: string): (at: Date) => boolean {
  if (text === 'L') return (at) => at.getUTCDate() === lastDayOfMonth(at);
  const test = readField(text, { least: 1, most: 31, names: [], first: 0 }, expression);
  return (at) => test(at.getUTCDate());
}

/** Weekdays count from 1 = Sunday. `5L` is the last Thursday, `5#2` the second. */
function onWeekday(text: string, expression: string): (at: Date) => boolean {
  const weekday = (at: Date) => at.getUTCDay() + 1;
  const last = /^([1-7])L$/.exec(text);
  if (last) return (at) => weekday(at) === Number(last[1]) && at.getUTCDate() > lastDayOfMonth(at) - 7;
  const nth = /^([1-7])#([1-5])$/.exec(text);
  if (nth) return (at) => weekday(at) === Number(nth[1]) && Math.ceil(at.getUTCDate() / 7) === Number(nth[2]);
  const test = readField(text === 'L' ? '7' : text, { least: 1, most: 7, names: WEEKDAYS, first: 1 }, expression);
  return (at) => test(weekday(at));
}

interface FieldRange {
  readonly least: number;
  readonly most: number;
  readonly names: readonly string[];
  /** Number of the first name. */
  readonly first: number;
}

/** A list of values, ranges and steps: `*`, `0/15`, `MON-FRI`, `1,3,5`. */
function readField(text: string, range: FieldRange, expression: string): FieldTest {
  const tests = text.split(',').map((part) => readPart(part, range, expression));
  return (value) => tests.some((test) => test(value));
}

function readPart(part: string, range: FieldRange, expression: string): FieldTest {
  const [span = '', step] = part.split('/');
  const size = step === undefined ? 1 : Number(step);
  if (!Number.isInteger(size) || size < 1) throw invalid(expression);
  const [from, to] = readSpan(span, step !== undefined, range, expression);
  return (value) => value >= from && value <= to && (value - from) % size === 0;
}

function readSpan(span: string, hasStep: boolean, range: FieldRange, expression: string): readonly [number, number] {
  if (span === '*') return [range.least, range.most];
  const ends = span.split('-').map((end) => {
    const name = range.names.indexOf(end.toUpperCase());
    const value = name >= 0 ? name + range.first : /^\d+$/.test(end) ? Number(end) : Number.NaN;
    if (value >= range.least && value <= range.most) return value;
    throw invalid(expression);
  });
  const [from, to] = ends;
  if (from === undefined || ends.length > 2 || (to !== undefined && to < from)) throw invalid(expression);
  return [from, to ?? (hasStep ? range.most : from)];
}
