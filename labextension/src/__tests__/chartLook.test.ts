import { describe, expect, it } from 'vitest';
import { drawn } from '../chartLook';

const ink = { text: '#eee', lines: '#444' };

describe('a chart in the panel', () => {
  it('has the width it is given, and no title of its own', () => {
    const spec = { mark: 'bar', title: 'n by day', width: 400, height: 260, encoding: { x: {} } };
    const shown = drawn(spec, 300, ink);
    expect(shown).toMatchObject({ width: 300, height: 240, mark: 'bar' });
    expect(shown).not.toHaveProperty('title');
    expect(spec.title).toBe('n by day');
  });

  it('of several views keeps its size and title', () => {
    const spec = { title: 'n by day', encoding: { column: {} } };
    expect(drawn(spec, 300, ink)).toMatchObject({ title: 'n by day' });
    expect(drawn(spec, 300, ink)).not.toHaveProperty('width');
  });

  it("is written in the theme's ink, whatever its own config says", () => {
    const spec = { config: { axis: { labelColor: '#000', labelLimit: 180 } } };
    expect(drawn(spec, 300, ink).config).toMatchObject({
      axis: { labelColor: '#eee', labelLimit: 180, gridColor: '#444' }
    });
  });
});
