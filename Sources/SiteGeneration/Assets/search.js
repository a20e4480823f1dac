/* Parvis: the static search. Loaded by the search page alone; also runs from file://. No dependency. */
(function () {
  'use strict';
  var doc = document;
  var words = (doc.documentElement.lang || 'fr').slice(0, 2) === 'en' ? {
    none: 'No result for “%”.', one: '1 result for “%”.', many: '# results for “%”.', busy: 'Searching…',
    missing: 'Part of the index could not be read: the list may be incomplete.', more: 'Show more'
  } : {
    none: 'Aucun résultat pour « % ».', one: '1 résultat pour « % ».', many: '# résultats pour « % ».',
    busy: 'Recherche en cours…', more: 'Afficher la suite',
    missing: 'Une partie de l’index n’a pas pu être lue : la liste peut être incomplète.'
  };
  function make(tag, attributes) {
    var node = doc.createElement(tag);
    Object.keys(attributes).forEach(function (name) { node.setAttribute(name, attributes[name]); });
    Array.prototype.slice.call(arguments, 2).forEach(function (child) {
      if (child) node.appendChild(typeof child === 'string' ? doc.createTextNode(child) : child);
    });
    return node;
  }

  /* Folds exactly as ByteText.folded in ParticipationKit does: the shards were folded there. */
  var table = {
    '\u00a0': ' ', '\u202f': ' ', '\u2019': "'", '\u2018': "'", '\u02bc': "'", '\u2010': '-', '\u2011': '-',
    '\u2013': '-', '\u2014': '-', 'Æ': 'ae', 'æ': 'ae', 'Œ': 'oe', 'œ': 'oe', 'ß': 'ss', 'Ø': 'o', 'ø': 'o',
    'Ł': 'l', 'ł': 'l', 'Đ': 'd', 'đ': 'd', '«': '"', '»': '"', '\u201c': '"', '\u201d': '"'
  };
  ('aàáâãäåÀÁÂÃÄÅāĀăĂąĄ cçÇćĆčČ dďĎ eèéêëÈÉÊËēĒėĖęĘěĚ gğĞ iìíîïÌÍÎÏīĪįĮİı lľĽĺĹ nñÑńŃňŇ oòóôõöÒÓÔÕÖōŌőŐ rřŘŕŔ ' +
    'sśŚšŠşŞ tťŤţŢ uùúûüÙÚÛÜūŪůŮűŰ yýÿÝŸ zźŹžŽżŻ').split(' ').forEach(function (group) {
    for (var i = 1; i < group.length; i++) table[group[i]] = group[0];
  });
  function fold(text) {
    var out = '';
    for (var scalar of text) {
      var code = scalar.codePointAt(0);
      if (code >= 0x300 && code <= 0x36f) continue;
      out += code >= 0x80 && table[scalar] || scalar.toLowerCase();
    }
    return out;
  }
  function isLetter(code) { return code > 191 || code > 96 && code < 123 || code > 47 && code < 58; }
  function terms(query) {
    var split = fold(query).split(/[\u0000-/:-`{-\u00bf]+/);
    return split.filter(function (word) { return word.length > 1 || /[0-9]/.test(word); })
      .map(function (word) { return word.length > 3 ? word.replace(/[sx]$/, '') : word; });
  }
  /* 0 when no word of the text begins with the term, 2 when one equals it (also with a final s or x), else 1. */
  function match(text, term) {
    var best = 0;
    for (var at = text.indexOf(term); at >= 0; at = text.indexOf(term, at + 1)) {
      if (at && isLetter(text.charCodeAt(at - 1))) continue;
      var end = at + term.length, next = text[end];
      if (next === 's' || next === 'x') end++;
      if (end >= text.length || !isLetter(text.charCodeAt(end))) return 2;
      best = 1;
    }
    return best;
  }

  var shards = {};
  window.parvisSearch = function (key, rows) { shards[key] = rows; };
  function find(query) {
    var wanted = terms(query), hits = [];
    if (!wanted.length) return hits;
    Object.keys(shards).forEach(function (key) {
      shards[key].forEach(function (row, order) {
        var title = fold(row[1]), score = 0;
        for (var i = 0; i < wanted.length; i++) {
          var inTitle = match(title, wanted[i]), inText = match(row[3], wanted[i]);
          if (!inTitle && !inText) return;
          score += inTitle * 4 + inText;
        }
        hits.push({ row: row, score: score, key: key, order: order });
      });
    });
    return hits.sort(function (a, b) {
      return b.score - a.score || (a.key < b.key ? -1 : a.key > b.key ? 1 : a.order - b.order);
    });
  }
  function startSearch(form) {
    var input = form.elements.q, box = doc.getElementById(form.getAttribute('data-results'));
    var status = box.querySelector('[role=status]'), list = box.querySelector('ol');
    var base = form.getAttribute('data-root') || '', waiting = null, failed = false, timer, shown = 50, more = null;
    function load(then) {
      if (waiting !== null) return waiting || then();
      var files = (form.getAttribute('data-shards') || '').split(/\s+/).filter(Boolean);
      waiting = files.length;
      if (!waiting) return then();
      files.forEach(function (file) {
        var script = make('script', { src: base + file });
        script.onload = script.onerror = function (event) {
          if (event.type === 'error') failed = true;
          if (!--waiting) show();
        };
        doc.head.appendChild(script);
      });
    }
    function show() {
      var query = input.value.trim();
      list.textContent = '';
      if (more) more.remove();
      if (!terms(query).length) { status.textContent = ''; return; }
      if (waiting) { status.textContent = words.busy; return; }
      var hits = find(query), n = hits.length;
      status.textContent = (n ? n === 1 ? words.one : words.many : words.none).replace('#', n)
        .replace('%', function () { return query; }) + (failed ? ' ' + words.missing : '');
      if (n > shown) {
        more = make('button', { type: 'button', class: 'button quiet' }, words.more);
        more.onclick = function () {
          var next = shown;
          shown += 50;
          show();
          list.children[next].querySelector('a').focus();
        };
        box.appendChild(more);
      }
      hits.slice(0, shown).forEach(function (hit) {
        var row = hit.row;
        list.appendChild(make('li', {}, make('span', { class: 'kind' }, row[2]),
          make('h2', {}, make('a', { href: base + row[0] }, row[1])), row[4] ? make('p', {}, row[4]) : null));
      });
    }
    function run() {
      load(show);
      show();
      var hash = input.value.trim() ? '#q=' + encodeURIComponent(input.value.trim()) : ' ';
      try { history.replaceState(null, '', hash === ' ' ? location.pathname : hash); } catch (e) { /* file:// */ }
    }
    function fromAddress() {
      var found = /[?&#]q=([^&#]*)/.exec(location.hash) || /[?&]q=([^&#]*)/.exec(location.search);
      if (!found) return;
      try { input.value = decodeURIComponent(found[1].replace(/\+/g, ' ')); } catch (e) { return; }
      load(show);
      show();
    }
    input.addEventListener('input', function () { clearTimeout(timer); timer = setTimeout(run, 200); });
    form.addEventListener('submit', function (event) { event.preventDefault(); clearTimeout(timer); run(); });
    window.addEventListener('hashchange', fromAddress);
    fromAddress();
  }

  Array.prototype.forEach.call(doc.querySelectorAll('form[data-shards]'), startSearch);
}());
