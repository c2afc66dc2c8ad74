/** Where a line of a text begins and ends; the nearest line where there is none of this number. */
export function lineRange(text: string, line: number): readonly [number, number] {
  const lines = text.split('\n');
  const index = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, index).reduce((length, each) => length + each.length + 1, 0);
  return [start, start + (lines[index]?.length ?? 0)];
}

/** Select a line of a text field, and bring it into view. */
export function showLine(area: HTMLTextAreaElement, line: number): void {
  const [start, end] = lineRange(area.value, line);
  area.focus();
  area.setSelectionRange(start, end);
  area.scrollTop = heightOf(area, area.value.slice(0, start)) - area.clientHeight / 2;
}

/** Lines wrap, so only a field of the same width knows how high a text is. */
function heightOf(area: HTMLTextAreaElement, text: string): number {
  const twin = area.cloneNode() as HTMLTextAreaElement;
  twin.value = text;
  twin.style.height = '0';
  twin.style.minHeight = '0';
  twin.style.position = 'absolute';
  twin.style.visibility = 'hidden';
  twin.style.width = `${area.offsetWidth}px`;
  area.after(twin);
  const height = twin.scrollHeight;
  twin.remove();
  return height;
}
