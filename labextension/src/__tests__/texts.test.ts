import { describe, expect, it } from 'vitest';
import { searchDatasets } from '../datasetSearch';
import { momentText } from '../moments';
import { lineRange } from '../textLines';
import { dataset } from './fixtures';

describe('searchDatasets', () => {
  const datasets = [dataset('orders_2024'), dataset('Orders_2025'), dataset('weather')];
  const found = (words: string) => searchDatasets(datasets, words).map(known => known.name);

  it('finds those that have every word, in any case and order', () => {
    expect(found('2025 orders')).toEqual(['Orders_2025']);
    expect(found('ORDERS')).toEqual(['orders_2024', 'Orders_2025']);
  });

  it('finds all for no word, and by the file name', () => {
    expect(found('  ')).toHaveLength(3);
    expect(found('weather.csv')).toEqual(['weather']);
  });
});

describe('lineRange', () => {
  it('says where a line begins and ends', () => {
    expect(lineRange('one\ntwo\n\nfour', 2)).toEqual([4, 7]);
    expect(lineRange('one\ntwo\n\nfour', 3)).toEqual([8, 8]);
    expect(lineRange('one\ntwo\n\nfour', 4)).toEqual([9, 13]);
  });

  it('takes the nearest for a line that is not there', () => {
    expect(lineRange('one\ntwo', 99)).toEqual([4, 7]);
    expect(lineRange('one\ntwo', 0)).toEqual([0, 3]);
  });
});

describe('momentText', () => {
  it('is a time of today, and a date of any other day', () => {
    const now = new Date(2026, 0, 2, 12, 0);
    const today = new Date(2026, 0, 2, 9, 5).toISOString();
    const before = new Date(2026, 0, 1, 9, 5).toISOString();
    expect(momentText(today, now)).toMatch(/9:05/);
    expect(momentText(before, now)).toMatch(/2026/);
    expect(momentText('nonsense', now)).toBe('');
  });
});
