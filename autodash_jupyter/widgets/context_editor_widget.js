/**
 * A context that can be edited in place: shows the kernel's HTML, and the text while it is edited.
 *
 * Whatever is hostile was escaped by the kernel; texts are only ever set as texts here.
 */

const STYLE = `
.ad-editor{font-family:var(--jp-ui-font-family,system-ui,sans-serif);font-size:13px}
.ad-editor .ad-editor-tools{display:flex;flex-wrap:wrap;align-items:center;gap:6px;padding:2px 0 6px}
.ad-editor button,.ad-editor select{font:inherit;font-size:12px;line-height:18px;padding:2px 10px;margin:0;
border-radius:4px;cursor:pointer;max-width:22em;color:var(--jp-ui-font-color1,inherit);
background:var(--jp-layout-color1,transparent);border:1px solid var(--jp-border-color1,#8888)}
.ad-editor select{padding:2px 4px}
.ad-editor button:hover:not(:disabled){border-color:var(--jp-brand-color1,#2196f3);
color:var(--jp-brand-color1,#2196f3)}
.ad-editor :is(button,select,textarea):focus-visible{outline:2px solid var(--jp-brand-color1,#2196f3);
outline-offset:1px}
.ad-editor button.ad-main{background:var(--jp-brand-color1,#1976d2);border-color:transparent;
color:var(--jp-ui-inverse-font-color1,#fff)}
.ad-editor button.ad-main:hover:not(:disabled){color:var(--jp-ui-inverse-font-color1,#fff);
filter:brightness(1.1)}
.ad-editor :is(button,select):disabled{cursor:default;opacity:.45}
.ad-editor .ad-editor-status{flex:1 1 12em;margin:0;color:var(--jp-ui-font-color2,inherit);
overflow-wrap:anywhere}
.ad-editor .ad-editor-status.ad-error{color:var(--jp-error-color1,#c62828)}
.ad-editor textarea,.ad-editor pre{box-sizing:border-box;width:100%;min-height:22em;margin:0;padding:8px;
font-family:var(--jp-code-font-family,monospace);font-size:12.5px;line-height:1.5;tab-size:2;
white-space:pre-wrap;overflow:auto;color:var(--jp-ui-font-color1,inherit);
background:var(--jp-layout-color0,Field);border:1px solid var(--jp-border-color1,#8888);border-radius:4px}
.ad-editor textarea{resize:vertical}
.ad-editor .ad-editor-texts{display:grid;grid-template-columns:repeat(auto-fit,minmax(20em,1fr));gap:8px}
.ad-editor label{display:block;font-size:12px;color:var(--jp-ui-font-color2,inherit);padding:0 0 2px}
.ad-editor [hidden]{display:none!important}
`;

function render({ model, el }) {
  const root = element('div', 'ad-editor ad-live');
  const status = element('p', 'ad-editor-status', { role: 'status', 'aria-live': 'polite' });
  const edit = button('Edit', 'Edit this context', () => ask('edit'));
  const revisions = element('select', '', { 'aria-label': 'Compare with a revision' });
  const names = element('select', '', { 'aria-label': 'The context that counts' });
  const reading = element('div', 'ad-editor-tools');
  reading.append(edit, names, revisions);
  const save = button('Save', 'Save (Ctrl+S)', () => saveAs(model.get('revision')));
  const leave = button('Cancel', 'Leave the text as it was (Esc)', () => ask('leave'));
  const overwrite = button('Save mine over it', 'Save my text as the next revision', () =>
    saveAs(model.get('their_revision'))
  );
  const take = button('Take theirs', 'Edit what somebody else saved', () => ask('edit'));
  const writing = element('div', 'ad-editor-tools');
  writing.append(save, leave, overwrite, take);
  const page = element('div', 'ad-editor-page');
  const text = element('textarea', '', {
    'aria-label': 'Text of the context',
    spellcheck: 'false',
    'data-lm-suppress-shortcuts': 'true'
  });
  const theirs = element('pre', '', { tabindex: '0', 'aria-label': 'What somebody else saved' });
  const texts = element('div', 'ad-editor-texts');
  texts.append(text, theirs);
  const difference = element('section', 'ad-live-difference', { 'aria-label': 'Comparison' });
  const style = element('style', '');
  style.textContent = STYLE;
  root.append(style, reading, writing, status, difference, page, texts);
  save.classList.add('ad-main');
  const requests = oneRequest(model, drawStatus);
  let wasEditing = false;
  let isConnected = true;

  function ask(action, more) {
    requests.start(action, more);
  }

  function saveAs(revision) {
    ask('save', { text: text.value, revision });
  }

  function cancel() {
    requests.cancel();
    draw();
  }

  function draw() {
    if (!isConnected) {
      el.replaceChildren(); // the document kept beside this widget takes over
      return;
    }
    requests.takeAnswer();
    const isEditing = model.get('editing');
    const hasConflict = model.get('theirs') !== '';
    if (page.dataset.drawn !== model.get('html')) {
      page.dataset.drawn = model.get('html');
      page.innerHTML = model.get('html');
    }
    for (const [part, isShown] of [
      [reading, !isEditing],
      [page, !isEditing],
      [writing, isEditing],
      [texts, isEditing],
      [theirs, hasConflict],
      [overwrite, hasConflict],
      [take, hasConflict],
      [save, !hasConflict]
    ]) {
      part.hidden = !isShown;
    }
    theirs.textContent = model.get('theirs');
    drawChoices();
    drawDifference();
    drawStatus();
    drawText(isEditing);
    if (root.parentElement !== el) {
      el.replaceChildren(root);
    }
  }

  function drawText(isEditing) {
    if (isEditing && (!wasEditing || (text.dataset.given !== model.get('text') && !model.get('theirs')))) {
      text.dataset.given = model.get('text');
      text.value = model.get('text');
      requestAnimationFrame(() => {
        text.setSelectionRange(0, 0);
        text.scrollTop = 0;
        text.focus();
      });
    } else if (wasEditing && !isEditing) {
      requestAnimationFrame(() => edit.focus({ preventScroll: true }));
    }
    wasEditing = isEditing;
  }

  function drawChoices() {
    const lines = model.get('revisions').slice(1);
    fill(revisions, 'Compare with revision…', lines.map(one => [String(one.revision), one.line]));
    revisions.hidden = lines.length === 0;
    const all = model.get('names');
    fill(names, '', all.map(name => [name, name]));
    names.hidden = all.length < 2;
  }

  function drawDifference() {
    const html = model.get('difference');
    difference.hidden = html === '';
    if (difference.dataset.drawn === html) {
      return;
    }
    difference.dataset.drawn = html;
    difference.innerHTML = html;
    const compared = model.get('compared');
    const restore = button(`Restore revision ${compared}`, `Make revision ${compared} the newest`, () =>
      ask('restore', { revision: compared })
    );
    restore.style.position = 'static';
    difference.append(restore);
    difference.prepend(button('Close', 'Close the comparison', () => ask('close_comparison')));
  }

  function drawStatus() {
    const { waiting } = requests;
    root.querySelectorAll('.ad-editor-tools :is(button, select)').forEach(each => {
      each.disabled = waiting !== null;
    });
    status.classList.toggle('ad-error', waiting === null && model.get('failed'));
    if (waiting === null || !waiting.isLong) {
      status.textContent = waiting === null ? model.get('note') : '';
    } else {
      status.replaceChildren('Waiting for the running cell… ', button('Cancel', 'Stop waiting', cancel));
    }
    status.hidden = status.textContent === '';
  }

  function typed(event) {
    event.stopPropagation(); // a notebook has shortcuts of its own
    if (event.key === 'Escape' && text.value === text.dataset.given) {
      ask('leave');
    } else if (event.key === 'Escape') {
      say('This text is not saved: Save keeps it, Cancel drops it.');
    } else if (event.key === 's' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      saveAs(model.get('theirs') ? model.get('their_revision') : model.get('revision'));
    }
  }

  function say(line) {
    status.textContent = line;
    status.hidden = false;
  }

  text.addEventListener('keydown', typed);
  names.addEventListener('change', () => ask('use', { name: names.value }));
  revisions.addEventListener('change', () => {
    ask('compare', { revision: Number(revisions.value) });
    revisions.selectedIndex = 0;
  });
  return follow(model, requests, draw, isAlive => {
    isConnected = isAlive;
  });
}

function fill(select, first, choices) {
  const options = first === '' ? choices : [['', first], ...choices];
  const drawn = JSON.stringify(options);
  if (select.dataset.drawn === drawn) {
    return;
  }
  select.dataset.drawn = drawn;
  select.replaceChildren(
    ...options.map(([value, label]) => {
      const option = element('option', '', { value });
      option.textContent = label;
      return option;
    })
  );
}

export default { render };
