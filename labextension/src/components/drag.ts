import { MimeData } from '@lumino/coreutils';
import { Drag } from '@lumino/dragdrop';
import type React from 'react';
import type { IDraggedCode } from '../codeDrops';
import { CODE_MIME } from '../codeDrops';

/** A press becomes a drag when the pointer has moved so far, in pixels. */
const THRESHOLD = 5;

/** Let what was pressed be dragged onto a notebook, where it becomes code. */
export function dragCode(event: React.PointerEvent, label: string, code: IDraggedCode): void {
  if (event.button !== 0 || event.pointerType === 'touch') {
    return;
  }
  const { clientX, clientY } = event;
  const stop = () => {
    document.removeEventListener('pointermove', move, true);
    document.removeEventListener('pointerup', stop, true);
  };
  const move = (moved: PointerEvent) => {
    const far = Math.hypot(moved.clientX - clientX, moved.clientY - clientY) > THRESHOLD;
    if (!far) {
      return;
    }
    stop();
    const mimeData = new MimeData();
    mimeData.setData(CODE_MIME, code);
    mimeData.setData('text/plain', code.expression);
    const drag = new Drag({
      mimeData,
      dragImage: dragImage(label),
      supportedActions: 'copy',
      proposedAction: 'copy'
    });
    void drag.start(moved.clientX, moved.clientY).then(() => {
      drag.dispose();
    });
  };
  document.addEventListener('pointermove', move, true);
  document.addEventListener('pointerup', stop, true);
}

function dragImage(label: string): HTMLElement {
  const image = document.createElement('div');
  image.className = 'jp-AutoDash-dragImage';
  image.textContent = label;
  return image;
}
