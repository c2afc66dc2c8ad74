/**
 * What stands below a chart: how its sentence was read, and a button for each other reading.
 *
 * Whatever is hostile was escaped by the kernel; nothing here makes HTML of a text.
 */

function render({ model, el }) {
  const reading = element('div', 'ad-live ad-chart-reading');
  const status = element('p', 'ad-live-status', { role: 'status', 'aria-live': 'polite' });
  const requests = oneRequest(model, drawStatus);
  let isConnected = true;

  function draw() {
    if (!isConnected) {
      el.replaceChildren(); // what is kept beside this widget takes over
      return;
    }
    const wasOpen = reading.querySelector('details')?.open;
    if (reading.dataset.drawn !== model.get('html')) {
      reading.dataset.drawn = model.get('html');
      reading.innerHTML = model.get('html');
      const details = reading.querySelector('details');
      if (details !== null && wasOpen) {
        details.open = true;
      }
    }
    requests.takeAnswer();
    drawStatus();
    el.replaceChildren(reading, status);
  }

  function drawStatus() {
    const { waiting } = requests;
    reading.querySelectorAll('button[data-action]').forEach(each => {
      each.disabled = waiting !== null;
    });
    status.classList.toggle('ad-error', waiting === null && model.get('failed'));
    if (waiting === null) {
      status.textContent = model.get('note');
      return;
    }
    status.textContent = waiting.isLong ? 'Drawing: waiting for the running cell… ' : 'Drawing… ';
    if (waiting.isLong) {
      status.append(button('Cancel', 'Cancel drawing', cancel));
    }
  }

  function click(event) {
    const clicked = event.target.closest('button[data-action="take"]');
    if (clicked !== null && !clicked.disabled) {
      requests.start('take', { place: Number(clicked.dataset.place) });
    }
  }

  function cancel() {
    requests.cancel();
    draw();
  }

  reading.addEventListener('click', click);
  return follow(model, requests, draw, isAlive => {
    isConnected = isAlive;
  });
}

export default { render };
