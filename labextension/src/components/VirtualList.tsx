import React, { useMemo, useRef, useState } from 'react';
import { DRAWN_WHOLE, median, rowForKey, rowOffsets, rowsInView } from '../windowing';
import { useFocusOnRow, useMeasuredRows, useView } from './rowHooks';

/** What a row's element is given: its place in the list, told to screen readers too. */
export interface IRowProps {
  readonly role: 'listitem';
  readonly 'aria-setsize': number;
  readonly 'aria-posinset': number;
  readonly 'data-row': number;
  readonly 'data-key': string;
  readonly 'data-first': boolean;
  readonly 'data-last': boolean;
  readonly style: React.CSSProperties | undefined;
}

/**
 * A list that draws only the rows in view, once it is long. Rows may be of any height.
 *
 * The arrow keys, Home, End and the page keys go from one row's head (marked `data-row-head`) to
 * another's, whether it is drawn or not; the row with the focus is drawn wherever it is.
 */
export function VirtualList<T>(props: {
  items: readonly T[];
  keyOf: (item: T) => string;
  /** The height of a row before any was drawn, in pixels. */
  estimate: number;
  label: string;
  testId?: string;
  renderRow: (item: T, row: IRowProps, tabIndex: 0 | -1) => React.ReactNode;
}): React.JSX.Element {
  const { items, keyOf, estimate } = props;
  const host = useRef<HTMLDivElement>(null);
  const [active, setActive] = useState(0);
  const isWindowed = items.length > DRAWN_WHOLE;
  const heights = useMeasuredRows(host, isWindowed);
  const offsets = useMemo(() => {
    const usual = median([...heights.values()]) ?? estimate;
    return rowOffsets(items.map(item => heights.get(keyOf(item)) ?? usual));
  }, [items, keyOf, heights, estimate]);
  const view = useView(host, isWindowed);
  const [first, end] = isWindowed ? rowsInView(offsets, view.top, view.bottom) : [0, items.length];
  const focused = Math.min(active, items.length - 1);
  const rows = rowsBetween(first, end, isWindowed ? focused : -1);
  const goTo = useFocusOnRow(host, offsets);

  return (
    <div
      ref={host}
      role="list"
      className="jp-AutoDash-list"
      data-testid={props.testId}
      data-windowed={isWindowed}
      aria-label={props.label}
      style={isWindowed ? { height: offsets.at(-1) } : undefined}
      onFocus={event => {
        const row = rowOf(event.target);
        if (row !== null) {
          setActive(row);
        }
      }}
      onKeyDown={event => {
        const row = isRowHead(event.target) ? rowOf(event.target) : null;
        const next = row === null ? null : rowForKey(event.key, row, items.length);
        if (next !== null) {
          event.preventDefault();
          event.stopPropagation();
          setActive(next);
          goTo(next);
        }
      }}
    >
      {rows.map(index => {
        const item = items[index] as T;
        const row: IRowProps = {
          role: 'listitem',
          'aria-setsize': items.length,
          'aria-posinset': index + 1,
          'data-row': index,
          'data-key': keyOf(item),
          'data-first': index === 0,
          'data-last': index === items.length - 1,
          style: isWindowed
            ? { position: 'absolute', top: offsets[index], insetInline: 0 }
            : undefined
        };
        return (
          <React.Fragment key={keyOf(item)}>
            {props.renderRow(item, row, index === focused ? 0 : -1)}
          </React.Fragment>
        );
      })}
    </div>
  );
}

/** The rows to draw, in order: those in view, and the one with the focus. */
function rowsBetween(first: number, end: number, focused: number): number[] {
  const rows = Array.from({ length: end - first }, (_, place) => first + place);
  if (focused < 0 || (focused >= first && focused < end)) {
    return rows;
  }
  return focused < first ? [focused, ...rows] : [...rows, focused];
}

function isRowHead(target: EventTarget): boolean {
  return target instanceof HTMLElement && target.dataset.rowHead !== undefined;
}

function rowOf(target: EventTarget): number | null {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-row]') : null;
  return row === null ? null : Number(row.dataset.row);
}
