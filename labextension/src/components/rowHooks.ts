import type React from 'react';
import { useEffect, useLayoutEffect, useRef, useState } from 'react';

/** The heights of the rows that were drawn, by their keys; they follow whatever changes a row's size. */
export function useMeasuredRows(
  host: React.RefObject<HTMLElement>,
  isWindowed: boolean
): ReadonlyMap<string, number> {
  const [heights, setHeights] = useState<ReadonlyMap<string, number>>(new Map());
  const observer = useRef<ResizeObserver | null>(null);
  useEffect(
    () => () => {
      observer.current?.disconnect();
      observer.current = null;
    },
    []
  );
  useLayoutEffect(() => {
    if (isWindowed) {
      observer.current ??= new ResizeObserver(entries => {
        setHeights(known => withHeights(known, entries));
      });
      for (const row of host.current?.children ?? []) {
        observer.current.observe(row);
      }
    }
  });
  return heights;
}

function withHeights(
  known: ReadonlyMap<string, number>,
  entries: readonly ResizeObserverEntry[]
): ReadonlyMap<string, number> {
  const changed = new Map<string, number>();
  for (const { target } of entries) {
    const { dataset, offsetHeight } = target as HTMLElement;
    const key = dataset.key ?? '';
    if (offsetHeight > 0 && known.get(key) !== offsetHeight) {
      changed.set(key, offsetHeight); // one that is no longer drawn has no height
    }
  }
  return changed.size === 0 ? known : new Map([...known, ...changed]);
}

interface IView {
  readonly top: number;
  readonly bottom: number;
}

/** What part of the list is in view, from its own top. */
export function useView(host: React.RefObject<HTMLElement>, isWindowed: boolean): IView {
  const [view, setView] = useState<IView>({ top: 0, bottom: 1000 });
  useLayoutEffect(() => {
    const list = host.current;
    const scroller = scrollerOf(list);
    if (!isWindowed || list === null || scroller === null) {
      return;
    }
    let frame = 0;
    const look = () => {
      const shown = scroller.getBoundingClientRect();
      const top = shown.top - list.getBoundingClientRect().top;
      setView({ top, bottom: top + shown.height });
    };
    const lookSoon = () => {
      cancelAnimationFrame(frame);
      frame = requestAnimationFrame(look);
    };
    look();
    scroller.addEventListener('scroll', lookSoon, { passive: true });
    const observer = new ResizeObserver(lookSoon);
    observer.observe(scroller);
    return () => {
      cancelAnimationFrame(frame);
      scroller.removeEventListener('scroll', lookSoon);
      observer.disconnect();
    };
  }, [host, isWindowed]);
  return view;
}

/** Returns what brings a row into view, and gives its head the focus as soon as it is drawn. */
export function useFocusOnRow(
  host: React.RefObject<HTMLElement>,
  offsets: readonly number[]
): (row: number) => void {
  const wanted = useRef<number | null>(null);
  const reached = useRef<HTMLElement | null>(null);
  useEffect(() => {
    if (wanted.current === null) {
      return;
    }
    const head = host.current?.querySelector<HTMLElement>(
      `[data-row="${wanted.current}"] [data-row-head]`
    );
    if (head) {
      wanted.current = null;
      reached.current = head;
      head.focus({ preventScroll: true });
      head.scrollIntoView({ block: 'nearest' });
    }
  });
  useEffect(() => {
    // Rows that were only now measured may have moved it out of view again.
    if (reached.current !== null && reached.current === document.activeElement) {
      reached.current.scrollIntoView({ block: 'nearest' });
    }
  }, [offsets]);
  useEffect(() => {
    const scroller = scrollerOf(host.current);
    const letGo = () => {
      reached.current = null;
    };
    scroller?.addEventListener('wheel', letGo, { passive: true });
    scroller?.addEventListener('pointerdown', letGo);
    return () => {
      scroller?.removeEventListener('wheel', letGo);
      scroller?.removeEventListener('pointerdown', letGo);
    };
  }, [host]);
  return row => {
    wanted.current = row;
    const list = host.current;
    const scroller = scrollerOf(list);
    if (list === null || scroller === null || list.dataset.windowed === 'false') {
      return;
    }
    const start = list.getBoundingClientRect().top - scroller.getBoundingClientRect().top;
    const top = start + scroller.scrollTop + (offsets[row] ?? 0);
    if (top < scroller.scrollTop || top > scroller.scrollTop + scroller.clientHeight) {
      scroller.scrollTop = top - scroller.clientHeight / 2;
    }
  };
}

function scrollerOf(list: HTMLElement | null): HTMLElement | null {
  return list?.closest<HTMLElement>('.jp-AutoDash-disclosed') ?? null;
}
