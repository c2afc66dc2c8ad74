/**
 * The live timeline: shows the kernel's HTML, and tells it which button was clicked.
 *
 * Whatever is hostile was escaped by the kernel; nothing here makes HTML of a text.
 */

const DOING = {
  undo: () => 'Undoing',
  redo: () => 'Redoing',
  goto: step => `Going to ${nameOf(step)}`,
  compare: step => `Comparing ${nameOf(step)} with now`,
  older: () => 'Getting older steps'
};

function render({ model, el }) {
  const table = element('div', 'ad-live-table');
  const status = element('p', 'ad-live-status', { role: 'status', 'aria-live': 'polite' });
  const difference = element('section', 'ad-live-difference', { 'aria-label': 'Comparison' });
  const requests = oneRequest(model, drawStatus);
  let isConnected = true;

  function draw() {
    if (!isConnected) {
      el.replaceChildren(); // the table kept beside this widget takes over
      return;
    }
    const focused = focusedControl();
    table.innerHTML = model.get('html');
    table.querySelectorAll('time').forEach(useOwnTimeZone);
    table.querySelector('.ad-tools')?.append(status);
    requests.takeAnswer();
    drawDifference();
    drawStatus();
    el.replaceChildren(table, difference);
    focusAgain(focused);
  }

  function drawDifference() {
    const html = model.get('difference');
    if (difference.dataset.drawn === html) {
      return;
    }
    difference.dataset.drawn = html;
    difference.hidden = html === '';
    difference.innerHTML = html;
    difference.prepend(button('Close', 'Close the comparison', hideDifference));
    requestAnimationFrame(() => difference.scrollIntoView({ block: 'nearest' }));
  }

  function hideDifference() {
    difference.hidden = true;
    model.send({ action: 'close_comparison', request: randomId() });
  }

  function drawStatus() {
    const { waiting } = requests;
    table.querySelectorAll('button[data-action]').forEach(each => {
      each.disabled ||= waiting !== null;
    });
    status.classList.toggle('ad-error', waiting === null && model.get('failed'));
    status.classList.toggle('ad-waiting', waiting !== null);
    if (waiting === null) {
      status.textContent = model.get('note');
      status.title = model.get('note');
      return;
    }
    const reason = waiting.isLong ? ': waiting for the running cell' : '';
    status.textContent = `${waiting.doing}${reason}… `;
    status.title = '';
    if (waiting.isLong) {
      status.append(button('Cancel', `Cancel ${waiting.doing.toLowerCase()}`, cancel));
    }
  }

  function click(event) {
    const clicked = event.target.closest('button[data-action]');
    if (clicked === null || clicked.disabled) {
      return;
    }
    const { action, step } = clicked.dataset;
    const about = { doing: DOING[action](step), control: clicked.dataset };
    requests.start(action, step === undefined ? {} : { step: Number(step) }, about);
  }

  function cancel() {
    requests.cancel();
    draw();
  }

  /** A click disables the buttons, and a disabled one loses the focus: it gets it back, as the one clicked. */
  function focusedControl() {
    if (table.contains(document.activeElement)) {
      return { ...document.activeElement.dataset };
    }
    return document.activeElement === document.body ? (requests.waiting?.control ?? null) : null;
  }

  function focusAgain(control) {
    if (control === null || requests.waiting !== null) {
      return;
    }
    const step = control.step === undefined ? '' : `[data-step="${control.step}"]`;
    const same = table.querySelector(`button[data-action="${control.action}"]${step}:enabled`);
    (same ?? table.querySelector('[aria-current]'))?.focus({ preventScroll: true });
  }

  table.addEventListener('click', click);
  return follow(model, requests, draw, isAlive => {
    isConnected = isAlive;
  });
}

function nameOf(step) {
  return step === '0' ? 'the start' : `step ${step}`;
}

function useOwnTimeZone(time) {
  const moment = new Date(time.dateTime);
  if (!Number.isNaN(moment.getTime())) {
    time.textContent = moment.toLocaleTimeString([], { timeStyle: 'short' });
    time.title = moment.toLocaleString();
  }
}

export default { render };
