/* Parvis, the desk: the keyboard, choosing everything, marking a passage. The desk works without this script. */
(function () {
  'use strict';
  var doc = document, isEnglish = (doc.documentElement.lang || 'fr').slice(0, 2) === 'en';
  var words = isEnglish ? {
    all: 'Select all', none: 'Select none', keys: 'Keyboard', close: 'Close',
    help: [['j / k', 'next, previous'], ['a', 'publish'], ['r, then 1–9', 'refuse, with a reason'], ['x', 'select'],
      ['u', 'undo the last decision'], ['l', 'later (one by one)'], ['?', 'this help']]
  } : {
    all: 'Tout choisir', none: 'Ne rien choisir', keys: 'Clavier', close: 'Fermer',
    help: [['j / k', 'suivante, précédente'], ['a', 'publier'], ['r, puis 1–9', 'refuser, avec un motif'], ['x', 'choisir'],
      ['u', 'annuler la dernière décision'], ['l', 'plus tard (une à une)'], ['?', 'cette aide']]
  };
  function list(css, from) { return Array.prototype.slice.call((from || doc).querySelectorAll(css)); }
  function make(tag, attributes, text) {
    var node = doc.createElement(tag);
    for (var name in attributes || {}) node.setAttribute(name, attributes[name]);
    if (text) node.appendChild(doc.createTextNode(text));
    return node;
  }

  /* Filters apply when they are chosen. */
  list('form[data-auto] select').forEach(function (select) {
    select.addEventListener('change', function () { select.form.submit(); });
  });

  /* Everything on the page at once. */
  var boxes = list('.pick input'), head = doc.querySelector('.queue-head');
  if (head && boxes.length > 1) {
    var every = make('button', { type: 'button', class: 'button quiet' }, words.all);
    every.addEventListener('click', function () {
      var on = boxes.some(function (box) { return !box.checked; });
      boxes.forEach(function (box) { box.checked = on; });
      every.textContent = on ? words.none : words.all;
    });
    head.appendChild(every);
  }

  /* A passage is marked by selecting it. */
  list('textarea[data-open]').forEach(function (area) {
    var button = make('button', { type: 'button', class: 'button quiet' }, area.getAttribute('data-mark'));
    button.addEventListener('click', function () {
      var from = area.selectionStart, to = area.selectionEnd, text = area.value;
      if (from === to) { area.focus(); return; }
      area.value = text.slice(0, from) + area.getAttribute('data-open') + text.slice(from, to) +
        area.getAttribute('data-close') + text.slice(to);
      area.focus();
    });
    area.after(button);
  });

  /* The keyboard. Nothing happens while something is typed. */
  var cases = list('article.case'), current = cases.length === 1 ? 0 : -1;
  function show(step) {
    if (!cases.length) return;
    current = Math.max(0, Math.min(cases.length - 1, current + step));
    var node = cases[current];
    node.setAttribute('tabindex', '-1');
    node.focus({ preventScroll: true });
    node.scrollIntoView({ block: 'start' });
  }
  function press(css, from) {
    var node = (from || doc).querySelector(css);
    if (node) node.click();
    return !!node;
  }
  function help() {
    var old = doc.querySelector('dialog.keys');
    if (old) { old.remove(); return; }
    var box = make('dialog', { class: 'keys sheet', 'aria-label': words.keys }), facts = make('dl', { class: 'facts' });
    words.help.forEach(function (line) {
      facts.appendChild(make('dt', {}, line[0]));
      facts.appendChild(make('dd', {}, line[1]));
    });
    var close = make('button', { type: 'button', class: 'button quiet' }, words.close);
    close.addEventListener('click', function () { box.remove(); });
    box.appendChild(facts);
    box.appendChild(close);
    doc.body.appendChild(box);
    if (box.showModal) box.showModal(); else box.setAttribute('open', '');
  }
  doc.addEventListener('keydown', function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !event.key) return;
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) && event.target.type !== 'checkbox') return;
    var node = cases[current], done = true;
    if (event.key === 'j') show(1);
    else if (event.key === 'k') show(-1);
    else if (event.key === '?') help();
    else if (event.key === 'u') done = press('[data-key=u]');
    else if (event.key === 'l') done = press('.later button');
    else if (!node) return;
    else if (event.key === 'a') done = press('[data-key=a]', node);
    else if (event.key === 'r') done = press('summary[data-key=r]', node);
    else if (event.key === 'x') done = press('.pick input', node);
    else if (/^[1-9]$/.test(event.key)) {
      done = node.querySelector('details.refusal[open]') && press('[data-key="' + event.key + '"]', node);
    } else return;
    if (done) event.preventDefault();
  });
}());
