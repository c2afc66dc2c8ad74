/** The time of day, of today or of any day: `14:05`. */
export function clockTime(iso: string): string {
  const moment = new Date(iso);
  return Number.isNaN(moment.getTime())
    ? ''
    : moment.toLocaleTimeString([], { timeStyle: 'short' });
}

/** The time of day where it was today, else the date, by the page's clock. */
export function momentText(iso: string, now = new Date()): string {
  const moment = new Date(iso);
  if (Number.isNaN(moment.getTime())) {
    return '';
  }
  return moment.toDateString() === now.toDateString()
    ? clockTime(iso)
    : moment.toLocaleDateString([], { dateStyle: 'medium' });
}
