/** ISO 8601 as Identity Center takes it: `PT4H`, `PT1H30M`. */
export function printSessionDuration(minutes: number): string {
  const rest = minutes % 60;
  return `PT${Math.floor(minutes / 60)}H${rest > 0 ? `${rest}M` : ''}`;
}

/**
 * Minutes of an ISO 8601 duration of at most a day, however it is written (`PT240M`, `PT4H`); nothing for anything else,
 * which is then like no desired duration.
 */
export function sessionMinutesOf(duration: string): number | undefined {
  const parts = /^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(duration);
  if (!parts) return undefined;
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = parts;
  return Number(days) * 1440 + Number(hours) * 60 + Number(minutes) + Number(seconds) / 60;
}
