import { describe, expect, it } from 'vitest';
import { codeOf, columnCode, isLoadable, isOneLine, loadFileCode, quoted } from '../code';
import { dataset } from './fixtures';

describe('files', () => {
  it.each([
    ['data/sales.csv', true],
    ['Sales.XLSX', true],
    ['a.csv.gz', true],
    ['a.tar.gz', true],
    ['notes.md', false],
    ['a.gz', false],
    ['csv', false]
  ])('%s holds a table: %s', (path, expected) => {
    expect(isLoadable(path)).toBe(expected);
  });

  it.each([
    ['sales.csv', 'a.ipynb', '%load_dataset sales.csv'],
    ['data/sales.csv', 'work/a.ipynb', '%load_dataset ../data/sales.csv'],
    ['work/data/sales.csv', 'work/a.ipynb', '%load_dataset data/sales.csv'],
    ['my data/ö 1.csv', 'a.ipynb', "%load_dataset 'my data/ö 1.csv'"],
    ["it's.csv", 'a.ipynb', '%load_dataset "it\'s.csv"'],
    ['-rf.csv', 'a.ipynb', '%load_dataset ./-rf.csv'],
    ['{x}$y.csv', 'a.ipynb', "%load_dataset '{{x}}$$y.csv'"],
    ['a # b.csv', 'a.ipynb', "%load_dataset 'a # b.csv'"]
  ])('%s beside %s is loaded by %s', (path, notebook, code) => {
    expect(loadFileCode(path, notebook)).toBe(code);
  });

  it('keeps what would end the line out of it', () => {
    expect(isOneLine('a.csv')).toBe(true);
    expect(isOneLine('a\nimport os.csv')).toBe(false);
    expect(isOneLine('a\u2028b.csv')).toBe(false);
  });

  it('leaves no quote open', () => {
    expect(quoted(`a'b"c\\d`)).toBe(`"a'b\\"c\\\\d"`);
  });
});

describe('what was done by mouse', () => {
  const datasets = [dataset('sales'), dataset('odd', { name: 'two words' })];

  it.each([
    ['undo', { steps: 1 }, '%undo'],
    ['redo', { steps: 1 }, '%redo'],
    ['goto', { step_id: 7 }, '%timeline --goto 7'],
    ['regenerate', { dataset_id: 'sample_sales' }, '%context sales --regenerate'],
    ['regenerate', { dataset_id: 'sample_odd' }, "%context 'two words' --regenerate"],
    ['use_context', { dataset_id: 'sample_sales', name: 'a b' }, "%context sales --use 'a b'"],
    ['restore_revision', { dataset_id: 'sample_sales', revision: 3 }, '%context sales --restore 3'],
    [
      'save_context',
      { dataset_id: 'sample_sales', text: 'One row.', revision: 1 },
      '%%context sales\nOne row.'
    ]
  ] as const)('%s is told by a cell', (action, params, code) => {
    expect(codeOf(action, params as never, datasets)).toBe(code);
  });

  it('leaves nothing to tell where nothing changed', () => {
    expect(codeOf('cancel', { request_id: 'r' }, datasets)).toBeNull();
  });

  it('puts a column in quotes that can hold anything', () => {
    expect(columnCode('sales', 'a "b"\nc')).toBe('sales["a \\"b\\"\\nc"]');
  });
});
