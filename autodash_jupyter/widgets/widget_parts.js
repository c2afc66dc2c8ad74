/** What the modules of our widgets share; each is this text and its own. */

const MILLISECONDS_UNTIL_IT_WAITS = 400;

function element(name, className, attributes = {}) {
  const made = document.createElement(name);
  made.className = className;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

function button(text, label, onClick) {
  const made = element('button', 'ad-link', { type: 'button', 'aria-label': label, title: label });
  made.textContent = text;
  made.addEventListener('click', onClick);
  return made;
}

function randomId() {
  return Math.random().toString(36).slice(2);
}

/**
 * One request at a time: `waiting` is the one the kernel hasn't answered, `isLong` once that takes a while.
 * What else is known of it (`about`) is kept beside; `drawStatus` is called as its state changes.
 */
function oneRequest(model, drawStatus) {
  const requests = {
    waiting: null,
    start(action, more = {}, about = {}) {
      if (requests.waiting !== null) {
        return;
      }
      const request = randomId();
      const timer = setTimeout(() => {
        requests.waiting.isLong = true;
        drawStatus();
      }, MILLISECONDS_UNTIL_IT_WAITS);
      requests.waiting = { ...about, request, isLong: false, timer };
      drawStatus();
      model.send({ action, request, ...more });
    },
    takeAnswer() {
      if (requests.waiting !== null && model.get('answered') === requests.waiting.request) {
        requests.stop();
      }
    },
    cancel() {
      model.send({ action: 'cancel', request: requests.waiting.request });
      requests.stop();
    },
    stop() {
      clearTimeout(requests.waiting?.timer);
      requests.waiting = null;
    }
  };
  return requests;
}

/** Draw as the model changes, until what is returned is called; `connected` hears whether the kernel lives. */
function follow(model, requests, draw, connected) {
  const view = randomId();
  async function connectionChanged() {
    const whole = await model.widget_manager.get_model(model.get('identity'));
    connected(whole.comm_live);
    draw();
  }
  model.on('change', draw);
  model.on('comm_live_update', connectionChanged);
  draw();
  model.send({ action: 'shown', request: view });
  return () => {
    model.off('change', draw);
    model.off('comm_live_update', connectionChanged);
    requests.stop();
    model.send({ action: 'hidden', request: view });
  };
}
