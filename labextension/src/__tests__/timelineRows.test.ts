import { describe, expect, it } from 'vitest';
import { describeStep, firstLine, stepToRedo, stepToUndo, timelineRows } from '../timelineRows';
import { english, step, timeline } from './fixtures';

const ids = (rows: { stepId: number }[]) => rows.map(row => row.stepId);

describe('timelineRows', () => {
  it('is empty before the first step', () => {
    expect(timelineRows(timeline(0))).toEqual([]);
  });

  it('puts the newest on top and the start at the bottom', () => {
    const rows = timelineRows(timeline(2, [step(1), step(2)]));
    expect(ids(rows)).toEqual([2, 1, 0]);
    expect(rows.map(row => row.isCurrent)).toEqual([true, false, false]);
  });

  it('greys undone steps, also those of another branch', () => {
    const rows = timelineRows(timeline(4, [step(1), step(2), step(3), step(4, 1), step(5)]));
    expect(ids(rows.filter(row => row.isUndone))).toEqual([5, 3, 2]);
  });

  it('marks the start when everything is undone', () => {
    const rows = timelineRows(timeline(0, [step(1), step(2)]));
    expect(rows.at(-1)).toEqual({ stepId: 0, step: null, isCurrent: true, isUndone: false });
  });

  it('ends at the step before the oldest one that is kept', () => {
    expect(ids(timelineRows(timeline(9, [step(8), step(9)])))).toEqual([9, 8, 7]);
  });
});

describe('what undo and redo will do', () => {
  const branched = [step(1), step(2), step(3, 1), step(4, 3)];

  it('undoes the present step, and redoes the latest that followed it', () => {
    expect(stepToUndo(timeline(1, branched))?.step_id).toBe(1);
    expect(stepToRedo(timeline(1, branched))?.step_id).toBe(3);
  });

  it('has nothing to undo at the start and nothing to redo at the end', () => {
    expect(stepToUndo(timeline(0, branched))).toBeNull();
    expect(stepToRedo(timeline(4, branched))).toBeNull();
  });

  it('tells a step by its number and changes, or by its code where there are none', () => {
    expect(describeStep(step(1, 0, ['+a: int 1']), english)).toBe('step 1: +a: int 1');
    expect(describeStep(step(1, 0, ['+a: int 1', '−b', '−c']), english)).toBe(
      'step 1: +a: int 1, and 2 more'
    );
    expect(describeStep(step(7), english)).toBe('step 7: cell 7');
  });

  it('shortens a cell to its first line of code', () => {
    expect(firstLine('\n  del a\n')).toBe('del a');
    expect(firstLine('a = 1\nb = 2')).toBe('a = 1 …');
  });
});
