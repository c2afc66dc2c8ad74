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
