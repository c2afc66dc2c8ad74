/** A list so long or shorter is drawn whole. */
export const DRAWN_WHOLE = 60;

/** Rows drawn above and below what is in view. */
const OVERSCAN = 6;

/** Where each row of a list begins, and, as the last number, where the list ends. */
export function rowOffsets(heights: Iterable<number>): number[] {
  const offsets = [0];
  let end = 0;
  for (const height of heights) {
    end += height;
    offsets.push(end);
  }
  return offsets;
}

/** The middle one of some numbers; `null` of none. */
export function median(numbers: readonly number[]): number | null {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? null;
}

/** The rows between two heights and some around them: the first, and the one after the last. */
export function rowsInView(
  offsets: readonly number[],
  top: number,
  bottom: number
): readonly [number, number] {
  const count = offsets.length - 1;
  const first = Math.min(rowAt(offsets, top), count);
  const last = Math.min(rowAt(offsets, bottom) + 1, count);
  return [Math.max(first - OVERSCAN, 0), Math.min(last + OVERSCAN, count)];
}

/** The row that a height lies in. */
function rowAt(offsets: readonly number[], height: number): number {
  let low = 0;
  let high = offsets.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((offsets[middle] ?? 0) <= height) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low;
}

/** The row that a key leads to from another; `null` for a key that leads nowhere. */
export function rowForKey(key: string, from: number, count: number, page = 10): number | null {
  const rows: Record<string, number> = {
    ArrowDown: from + 1,
    ArrowUp: from - 1,
    PageDown: from + page,
    PageUp: from - page,
    Home: 0,
    End: count - 1
  };
  const row = rows[key];
  return row === undefined ? null : Math.min(Math.max(row, 0), count - 1);
}
