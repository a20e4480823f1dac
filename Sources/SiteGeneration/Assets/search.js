/* Parvis: the static search. Loaded by the search page alone; also runs from file://. No dependency. */
(function () {
  'use strict';
  var doc = document;
  var words = (doc.documentElement.lang || 'fr').slice(0, 2) === 'en' ? {
    none: 'No result for “%”.', one: '1 result for “%”.', many: '# results for “%”.', busy: 'Searching…',
    short: 'Write a word of at least two letters.',
    first: 'The first # results for “%”.', missing: 'Part of the index could not be read: the list may be incomplete.', more: 'Show more'
  } : {
    none: 'Aucun résultat pour « % ».', one: '1 résultat pour « % ».', many: '# résultats pour « % ».',
    first: 'Les # premiers résultats pour « % ».', busy: 'Recherche en cours…', more: 'Afficher la suite',
    short: 'Écrivez un mot d’au moins deux lettres.',
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

  /* Rows are [path, title, kind, text, anchor, heading, text, …]; a shard calls this with those of its documents. */
  var shards = {}, lists = {};
  window.parvisSearch = function (key, rows) { shards[key] = rows; };
  /* For each shard the beginnings of its words, those of titles with `!`. */
  window.parvisWords = function (key, words) { lists[key] = words; };

  /* The best part of a row that holds every word, with its title; else the page itself when its parts do together. */
  function best(row, wanted) {
    var folded = row.folded || (row.folded = row.map(fold));
    var title = folded[1], inTitle = wanted.map(function (term) { return match(title, term); });
    var seen = wanted.map(function () { return 0; }), found = null;
    for (var part = 0; part < row.length - 3; part += 3) {
      var heading = part ? folded[part + 2] : '', text = folded[part + 3], score = 0, whole = true;
      for (var i = 0; i < wanted.length; i++) {
        var inHeading = heading ? match(heading, wanted[i]) : 0, inText = match(text, wanted[i]);
        seen[i] = Math.max(seen[i], inHeading, inText);
        if (!inHeading && !inText && !inTitle[i]) whole = false;
        score += inTitle[i] * 4 + inHeading * 3 + inText;
      }
      /* A part is worth naming when it says something of its own. */
      var own = !part || wanted.some(function (term, i) { return !inTitle[i] || match(heading, term) || match(text, term); });
      if (whole && own && (!found || score > found.score)) found = { row: row, part: part, score: score };
    }
    if (found) return found;
    if (wanted.every(function (term, i) { return inTitle[i] || seen[i]; })) return { row: row, part: 0, score: 1 };
    return null;
  }
  function find(wanted, kept, keys) {
    keys.forEach(function (key) {
      (shards[key] || []).forEach(function (row, order) {
        var hit = best(row, wanted);
        if (hit) { hit.key = +key; hit.order = order; kept.push(hit); }
      });
    });
    return kept.sort(function (a, b) { return b.score - a.score || b.key - a.key || a.order - b.order; });
  }

  /* The sentence around the first word that was looked for. Folding keeps the places of letters closely enough. */
  function excerpt(text, wanted) {
    var folded = fold(text), at = -1, length = 0;
    wanted.forEach(function (term) {
      for (var i = folded.indexOf(term); i >= 0; i = folded.indexOf(term, i + 1)) {
        if (i && isLetter(folded.charCodeAt(i - 1))) continue;
        if (at < 0 || i < at) { at = i; length = term.length; }
        break;
      }
    });
    if (at < 0) at = 0;
    var start = Math.max(0, at - 70), end = Math.min(text.length, at + 130);
    if (start) start = text.indexOf(' ', start) + 1 || start;
    if (end < text.length) end = text.lastIndexOf(' ', end) > at + length ? text.lastIndexOf(' ', end) : end;
    return (start ? '… ' : '') + text.slice(start, end).trim() + (end < text.length ? ' …' : '');
  }
  function marked(text, wanted) {
    var node = make('p', {}), rest = /[^\s'’«»"(),.;:!?-]+|[\s\S]/g, piece;
    var plain = '';
    while ((piece = rest.exec(text))) {
      var word = fold(piece[0]);
      if (piece[0].length > 1 && wanted.some(function (term) {
        return word.indexOf(term) === 0 && (term.length > 3 || word.length - term.length < 2);
      })) {
        if (plain) node.appendChild(doc.createTextNode(plain));
        node.appendChild(make('mark', {}, piece[0]));
        plain = '';
      } else plain += piece[0];
    }
    if (plain) node.appendChild(doc.createTextNode(plain));
    return node;
  }

  var FEW = 12, AT_ONCE = 6, PORTION = 20, GROUP = 64, BUCKETS = 16;
  function startSearch(form) {
    var input = form.elements.q, box = doc.getElementById(form.getAttribute('data-results'));
    var status = box.querySelector('[role=status]'), list = box.querySelector('ol');
    var tips = doc.getElementById('search-tips');
    var all = (form.getAttribute('data-shards') || '').split(/\s+/).filter(Boolean).map(Number);
    var asked = {}, turn = 0, timer, more = null;

    /* Loads scripts, each once; says afterwards which of them could not be had. */
    function load(files, then) {
      var open = files.length, lost = 0;
      if (!open) return then(0);
      files.forEach(function (file) {
        if (asked[file] === true) { if (!--open) then(lost); return; }
        var script = asked[file];
        if (!script) {
          script = asked[file] = make('script', { src: file });
          doc.head.appendChild(script);
        }
        script.addEventListener('load', function () { asked[file] = true; if (!--open) then(lost); });
        script.addEventListener('error', function () { delete asked[file]; script.remove(); lost++; if (!--open) then(lost); });
      });
    }
    /* The shards that may hold all the words: those with a word in a title first, then the newest. */
    function candidates(wanted, then) {
      if (all.length <= FEW) return then(all.slice().reverse(), 0);
      var groups = [], files = [], looked = wanted.map(function (term) {
        return { head: (/^[a-z0-9]{1,5}/.exec(term) || [''])[0], bucket: term.charCodeAt(0) & (BUCKETS - 1) };
      }).filter(function (look) { return look.head; });
      all.forEach(function (key) { var group = Math.floor(key / GROUP); if (groups.indexOf(group) < 0) groups.push(group); });
      looked.forEach(function (look) {
        groups.forEach(function (group) {
          var file = form.getAttribute('data-words') + group + '-' + look.bucket + '.js';
          if (files.indexOf(file) < 0) files.push(file);
        });
      });
      load(files, function (lost) {
        var found = all.map(function (key) {
          var titled = 0, isIn = looked.every(function (look) {
            var words = lists[Math.floor(key / GROUP) + '-' + look.bucket];
            if (!words) return true;
            var text = ' ' + (words[key] || ''), at = text.indexOf(' ' + look.head);
            if (at < 0) return false;
            for (; at >= 0; at = text.indexOf(' ' + look.head, at + 1)) {
              if (/^ [^ ]*!/.test(text.slice(at, at + 8))) { titled++; break; }
            }
            return true;
          });
          return isIn ? { key: key, titled: titled } : null;
        }).filter(Boolean);
        found.sort(function (a, b) { return b.titled - a.titled || b.key - a.key; });
        then(found.map(function (entry) { return entry.key; }), lost);
      });
    }
    function item(hit, wanted) {
      var row = hit.row, anchor = hit.part ? row[hit.part + 1] : '', heading = hit.part ? row[hit.part + 2] : '';
      var words = excerpt(row[hit.part + 3] || '', wanted);
      return make('li', {}, make('span', { class: 'kind' }, heading ? row[2] + ' · ' + row[1] : row[2]),
        make('h2', {}, make('a', { href: row[0] + (anchor ? '#' + anchor : '') }, heading || row[1])),
        words ? marked(words, wanted) : null);
    }
    function search() {
      var query = input.value.trim(), wanted = terms(query), mine = ++turn;
      if (more) { more.remove(); more = null; }
      if (tips) tips.hidden = !!wanted.length;
      if (!wanted.length) { list.textContent = ''; status.textContent = query ? words.short : ''; return; }
      status.textContent = words.busy;
      candidates(wanted, function (keys, lost) {
        if (mine !== turn) return;
        var hits = [], shown = PORTION, failed = lost;
        function show() {
          var rest = keys.length > 0, n = hits.length;
          list.textContent = '';
          hits.slice(0, shown).forEach(function (hit) { list.appendChild(item(hit, wanted)); });
          status.textContent = (n ? rest ? words.first : n === 1 ? words.one : words.many : words.none)
            .replace('#', rest ? Math.min(n, shown) : n).replace('%', function () { return query; }) +
            (failed ? ' ' + words.missing : '');
          if (more) { more.remove(); more = null; }
          if (!rest && n <= shown) return;
          more = make('button', { type: 'button', class: 'button quiet' }, words.more);
          more.onclick = function () {
            var next = Math.min(shown, hits.length);
            shown += PORTION;
            step(function () {
              var link = list.children[next] && list.children[next].querySelector('a');
              if (link) link.focus();
            });
          };
          box.appendChild(more);
        }
        function step(then) {
          if (hits.length >= shown || !keys.length) { show(); if (then) then(); return; }
          var portion = keys.splice(0, AT_ONCE);
          status.textContent = words.busy;
          load(portion.map(function (key) { return form.getAttribute('data-path') + key + '.js'; }), function (lost) {
            if (mine !== turn) return;
            failed += lost;
            find(wanted, hits, portion);
            step(then);
          });
        }
        step();
      });
    }
    function run() {
      search();
      var hash = input.value.trim() ? '#q=' + encodeURIComponent(input.value.trim()) : ' ';
      try { history.replaceState(null, '', hash === ' ' ? location.pathname : hash); } catch (e) { /* file:// */ }
    }
    function fromAddress() {
      var found = /[?&#]q=([^&#]*)/.exec(location.hash) || /[?&]q=([^&#]*)/.exec(location.search);
      if (!found) return;
      try { input.value = decodeURIComponent(found[1].replace(/\+/g, ' ')); } catch (e) { return; }
      search();
    }
    input.addEventListener('input', function () { clearTimeout(timer); timer = setTimeout(run, 200); });
    form.addEventListener('submit', function (event) { event.preventDefault(); clearTimeout(timer); run(); });
    window.addEventListener('hashchange', fromAddress);
    fromAddress();
  }

  Array.prototype.forEach.call(doc.querySelectorAll('form[data-shards]'), startSearch);
}());
