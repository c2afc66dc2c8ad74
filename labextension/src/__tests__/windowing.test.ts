import { describe, expect, it } from 'vitest';
import { median, rowForKey, rowOffsets, rowsInView } from '../windowing';

const offsets = rowOffsets(Array.from({ length: 1000 }, () => 50));

describe('rows in view', () => {
  it('are those between two heights, and a few around them', () => {
    expect(rowsInView(offsets, 5000, 5500)).toEqual([94, 117]);
  });

  it('end with the list', () => {
    expect(rowsInView(offsets, 49_900, 60_000)).toEqual([992, 1000]);
    expect(rowsInView(offsets, -100, 100)).toEqual([0, 9]);
    expect(rowsInView([0], 0, 100)).toEqual([0, 0]);
  });

  it('follow rows of any height', () => {
    const uneven = rowOffsets([10, 4000, 10]);
    expect(uneven).toEqual([0, 10, 4010, 4020]);
    expect(rowsInView(uneven, 2000, 2100)).toEqual([0, 3]);
  });
});

describe('the usual height', () => {
  it('is the middle one, so that one tall row changes nothing', () => {
    expect(median([50, 4000, 40])).toBe(50);
    expect(median([])).toBeNull();
  });
});

describe('keys', () => {
  it.each([
    ['ArrowDown', 3, 4],
    ['ArrowUp', 0, 0],
    ['PageDown', 3, 13],
    ['PageDown', 995, 999],
    ['Home', 500, 0],
    ['End', 500, 999],
    ['x', 500, null]
  ])('%s leads from row %s to %s', (key, from, row) => {
    expect(rowForKey(key, from, 1000)).toBe(row);
  });
});
