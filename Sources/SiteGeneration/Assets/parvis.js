/* Parvis: improvements only. Every page works without this script. No dependency; also runs from file://. */
(function () {
  'use strict';
  var doc = document, root = doc.documentElement;
  var each = function (list, fn) { Array.prototype.forEach.call(list, fn); };
  var all = function (css, fn, from) { each((from || doc).querySelectorAll(css), fn); };

  var words = (root.lang || 'fr').slice(0, 2) === 'en' ? {
    wrong: 'Please check your answers', sent: 'Received', number: 'Receipt number',
    follow: 'Follow what becomes of it', keep: 'Keep this address: it is the only way back to your receipt.',
    offline: 'Not sent yet', kept: 'The network did not answer. What you typed is kept here and on this device ' +
      '(except e-mail, codes and files). Try again when the network is back.',
    server: 'The server could not accept this', retry: 'Nothing you typed is lost. Try again in a moment.',
    found: 'We put back what you had typed.', drop: 'Erase this draft', copied: 'Address copied', printed: ' on {day}'
  } : {
    wrong: 'Vérifiez vos réponses', sent: 'C’est bien reçu', number: 'Numéro de récépissé',
    follow: 'Suivre ce que cela devient', keep: 'Gardez cette adresse : elle seule permet de retrouver votre récépissé.',
    offline: 'Pas encore envoyé', kept: 'Le réseau n’a pas répondu. Ce que vous avez écrit est gardé ici et sur cet ' +
      'appareil (sauf adresse électronique, codes et fichiers). Réessayez quand le réseau sera revenu.', server: 'Le serveur n’a pas pu accepter cet envoi',
    retry: 'Rien de ce que vous avez écrit n’est perdu. Réessayez dans un instant.',
    found: 'Nous avons remis ce que vous aviez écrit.', drop: 'Effacer ce brouillon', copied: 'Adresse copiée', printed: ' le {day}'
  };

  function make(tag, attributes) {
    var node = doc.createElement(tag), i;
    for (var name in attributes || {}) if (attributes[name] != null) node.setAttribute(name, attributes[name]);
    for (i = 2; i < arguments.length; i++) {
      var child = arguments[i];
      if (child) node.appendChild(typeof child === 'string' ? doc.createTextNode(child) : child);
    }
    return node;
  }
  function safeLink(text) {
    var url = text && new URL(text, location.href);
    return url && /^(https?|file):$/.test(url.protocol) ? url.href : null;
  }

  /* Forms: sent in the background, refused fields explained beside them, nothing typed is ever lost. */
  function randomKey() {
    return crypto.randomUUID ? crypto.randomUUID() : crypto.getRandomValues(new Uint32Array(4)).join('-');
  }
  /* A puzzle bound to this act, its words and this hour: it costs a blink, and a flood of acts much more. Without the
     browser's own hashing (no https) nothing is solved, and the act is sent all the same. */
  function work(action, text) {
    var subtle = window.crypto && crypto.subtle, hour = Math.floor(Date.now() / 36e5);
    if (!subtle || text === null || !window.TextEncoder) return Promise.resolve(null);
    var bytes = function (value) { return new TextEncoder().encode(value); };
    return subtle.digest('SHA-256', bytes(text)).then(function (sum) {
      var head = decodeURI(action.pathname) + '\n' + hour + '\n' + Array.prototype.map.call(new Uint8Array(sum), function (byte) {
        return ('0' + byte.toString(16)).slice(-2);
      }).join('') + '\n';
      function attempt(nonce) {
        if (nonce > 1e5) return null;
        var tries = [], i;
        for (i = 0; i < 256; i++) tries.push(subtle.digest('SHA-256', bytes(head + (nonce + i))));
        return Promise.all(tries).then(function (sums) {
          for (var j = 0; j < sums.length; j++) {
            var start = new Uint8Array(sums[j], 0, 2);
            if (start[0] === 0 && start[1] < 16) return hour + ':' + (nonce + j);
          }
          return attempt(nonce + 256);
        });
      }
      return attempt(0);
    }).catch(function () { return null; });
  }
  function isPrivate(control) {
    return !control.name || /^(hidden|password|file|submit|email|tel)$/.test(control.type) ||
      control.hasAttribute('data-private') || control.autocomplete === 'off';
  }
  function isChoice(control) { return control.type === 'radio' || control.type === 'checkbox'; }
  function startForm(form) {
    /* Read as attributes: a field may be called "action" or "id". */
    var action = new URL(form.getAttribute('action') || '', location.href);
    var slot = 'parvis-draft:' + action + ':' + form.getAttribute('id'), key = null, last = '', busy = false, begun = Date.now();
    function store(value) {
      try { value === null ? localStorage.removeItem(slot) : localStorage.setItem(slot, value); } catch (e) { /* full */ }
    }
    function saveDraft() {
      var kept = [];
      each(form.elements, function (control) {
        if (isPrivate(control)) return;
        if (isChoice(control) ? control.checked : control.value) kept.push([control.name, control.value]);
      });
      store(JSON.stringify({ at: Date.now(), kept: kept }));
    }
    function restoreDraft() {
      var draft = null;
      try { draft = JSON.parse(localStorage.getItem(slot)); } catch (e) { return; }
      if (!draft || !Array.isArray(draft.kept)) return;
      if (!(Date.now() - draft.at < 6048e5)) return store(null);
      each(form.elements, function (control) {
        if (isPrivate(control)) return;
        draft.kept.forEach(function (pair) {
          if (pair[0] !== control.name) return;
          if (!isChoice(control)) control.value = pair[1];
          else if (control.value === pair[1]) control.checked = true;
        });
      });
      var drop = make('button', { type: 'button', class: 'button quiet' }, words.drop);
      var note = make('div', { class: 'told' }, make('p', {}, words.found), drop);
      drop.onclick = function () { store(null); form.reset(); note.remove(); };
      form.insertBefore(note, form.firstChild);
    }
    function clear() {
      all('.errors, .told', function (node) { node.remove(); }, form);
      all('.error', function (node) { node.remove(); }, form);
      all('.wrong', function (node) { node.classList.remove('wrong'); }, form);
      all('[aria-invalid]', function (node) { node.removeAttribute('aria-invalid'); }, form);
    }
    function tell(kind, title, detail, links) {
      var box = make('div', { class: kind, tabindex: '-1', role: kind === 'errors' ? 'alert' : 'status' },
        make('h2', {}, title), detail ? make('p', {}, detail) : null, links);
      form.insertBefore(box, form.firstChild);
      box.focus();
    }
    function refuse(problem) {
      var list = make('ul');
      (problem.errors || []).forEach(function (error) {
        var name = String(error.pointer || '').replace(/^#?\//, '').split('/')[0];
        var found = form.elements[name], control = found && (found.tagName ? found : found[0]);
        var detail = String(error.detail || '');
        if (!control || control.type === 'hidden') { list.appendChild(make('li', {}, detail)); return; }
        var field = control.closest('.field'), owner = field.tagName === 'FIELDSET' ? field : control;
        control.id = control.id || 'f-' + name;
        var message = make('p', { class: 'error', id: control.id + '-error' }, detail);
        field.classList.add('wrong');
        var before = field.tagName === 'FIELDSET' ? field.querySelector('legend').nextSibling
          : field.querySelector('input, select, textarea');
        while (before && before.parentNode !== field) before = before.parentNode;
        field.insertBefore(message, before);
        if (owner === control) control.setAttribute('aria-invalid', 'true');
        var hint = field.querySelector('.hint');
        owner.setAttribute('aria-describedby', message.id + (hint && hint.id ? ' ' + hint.id : ''));
        var title = field.querySelector('label, legend'), optional = title && title.querySelector('.optional');
        var label = title ? title.textContent.replace(optional ? optional.textContent : '', '').trim() : '';
        list.appendChild(make('li', {}, make('a', { href: '#' + control.id },
          label ? label + '\u00a0– ' + detail : detail)));
      });
      tell('errors', list.firstChild ? words.wrong : problem.title || words.server,
        list.firstChild ? null : problem.detail || words.retry, list.firstChild ? list : null);
    }
    function accept(answer) {
      var receipt = answer.receipt || answer.held || {}, url = safeLink(receipt.url);
      store(null);
      var panel = make('section', { class: 'receipt', tabindex: '-1', role: 'status' },
        make('h2', {}, words.sent), receipt.message ? make('p', {}, String(receipt.message)) : null,
        receipt.number ? make('p', {}, words.number, make('b', { class: 'number' }, String(receipt.number))) : null,
        url ? make('p', {}, make('a', { class: 'button', href: url }, words.follow)) : null,
        url ? make('p', { class: 'hint' }, words.keep) : null);
      form.parentNode.replaceChild(panel, form);
      panel.focus();
    }
    function plain(submitter) {
      if (submitter && submitter.name) {
        form.appendChild(make('input', { type: 'hidden', name: submitter.name, value: submitter.value }));
      }
      HTMLFormElement.prototype.submit.call(form);
    }
    function lost() { saveDraft(); tell('told', words.offline, words.kept); }
    form.addEventListener('submit', function (event) {
      if (!window.fetch || !window.URLSearchParams || !window.crypto) return;
      event.preventDefault();
      if (busy) return;
      var submitter = event.submitter, data = new FormData(form), body = data;
      if (submitter && submitter.name) data.append(submitter.name, submitter.value);
      if (form.getAttribute('enctype') !== 'multipart/form-data') body = new URLSearchParams(data);
      var now = body === data ? String(Math.random()) : body.toString();
      if (!key || now !== last) key = randomKey();
      last = now;
      clear();
      busy = true;
      var button = submitter || form.querySelector('[type=submit]');
      if (button) button.setAttribute('aria-busy', 'true');
      var headers = { Accept: 'application/json', 'Idempotency-Key': key, 'Parvis-Elapsed': String(Date.now() - begun) };
      var options = { method: 'POST', body: body, credentials: 'omit', headers: headers };
      work(action, body === data ? null : now).then(function (solution) {
        if (solution) headers['Parvis-Work'] = solution;
        return fetch(action, options);
      }).then(function (answer) {
        return answer.json().then(function (json) {
          if (answer.ok) accept(json); else refuse(json);
        }, function () {
          if (answer.ok) accept({}); else { saveDraft(); refuse({}); }
        });
      }, function () {
        /* No answer: the network, or a browser that may not read answers of the server from here. A server that
           can be reached has refused the preliminary question, so nothing was sent: the ordinary way then. */
        if (navigator.onLine === false) return lost();
        if (action.origin === location.origin && location.protocol !== 'file:') return lost();
        return fetch(action, { mode: 'no-cors', credentials: 'omit', cache: 'no-store' })
          .then(function () { plain(submitter); }, lost);
      }).then(function () {
        busy = false;
        if (button) button.removeAttribute('aria-busy');
      });
    });
    restoreDraft();
  }

  /* A comment on one block of a text. */
  function startBlock(link) {
    link.addEventListener('click', function (event) {
      var place = doc.getElementById(link.hash.slice(1)), block = link.closest('[id]');
      var target = place && (place.closest('details') || place);
      var choice = target && target.querySelector('select[name=block]'), text = target && target.querySelector('textarea');
      if (!text || !block) return;
      event.preventDefault();
      for (var fold = text.closest('details'); fold; fold = fold.parentNode.closest('details')) fold.open = true;
      if (choice) choice.value = block.id;
      all('input[name=block]', function (radio) { radio.checked = radio.value === block.id; }, target);
      text.focus({ preventScroll: true });
      target.scrollIntoView();
    });
  }

  /* A flag on one comment: opens the form of its page with that comment chosen. */
  function startFlag(link) {
    link.addEventListener('click', function (event) {
      var fold = doc.getElementById(link.hash.slice(1)), wanted = link.getAttribute('data-flag');
      if (!fold) return;
      event.preventDefault();
      fold.open = true;
      all('[name=item]', function (control) {
        if (control.tagName === 'SELECT') control.value = wanted;
        else if (control.type === 'radio') control.checked = control.value === wanted;
      }, fold);
      fold.scrollIntoView();
      var first = fold.querySelector('[name=reason]');
      if (first) first.focus({ preventScroll: true });
    });
  }

  /* A place: where the person is, only when they press the button, or a mark on the drawing. */
  function startPoint(tools) {
    var input = doc.getElementById(tools.getAttribute('data-point')), here = tools.querySelector('.here');
    var box = tools.querySelector('.map'), svg = box && box.querySelector('svg'), status = tools.querySelector('[role=status]');
    if (!input) return;
    function pair(name) { return (tools.getAttribute(name) || '').split(',').map(Number); }
    var north = pair('data-north-west'), south = pair('data-south-east'), mark = null;
    function say(word, value) { status.textContent = tools.getAttribute('data-' + word).replace('#', value); }
    function read() {
      var parts = input.value.split(',').map(function (part) { return parseFloat(part); });
      return parts.length === 2 && isFinite(parts[0]) && isFinite(parts[1]) ? parts : null;
    }
    function isOn(point) {
      return point[0] <= north[0] && point[0] >= south[0] && point[1] >= north[1] && point[1] <= south[1];
    }
    function draw(point) {
      if (!svg) return;
      if (mark) mark.remove();
      mark = null;
      if (!point || !isOn(point)) return;
      var view = svg.viewBox.baseVal;
      var x = (point[1] - north[1]) / (south[1] - north[1]) * view.width, y = (north[0] - point[0]) / (north[0] - south[0]) * view.height;
      mark = doc.createElementNS('http://www.w3.org/2000/svg', 'g');
      mark.setAttribute('class', 'pin open');
      var path = doc.createElementNS('http://www.w3.org/2000/svg', 'path');
      path.setAttribute('d', 'M' + x.toFixed(1) + ' ' + y.toFixed(1) + 'c-4-11-15-16-15-27a15 15 0 0 1 30 0c0 11-11 16-15 27z');
      mark.appendChild(path);
      svg.appendChild(mark);
    }
    function put(point, word, value) {
      input.value = point[0].toFixed(5) + ', ' + point[1].toFixed(5);
      draw(point);
      say(word, value == null ? input.value : value);
    }
    function at(x, y) {
      return [north[0] - y * (north[0] - south[0]), north[1] + x * (south[1] - north[1])];
    }
    if (svg) {
      box.addEventListener('click', function (event) {
        var frame = svg.getBoundingClientRect();
        var x = (event.clientX - frame.left) / frame.width, y = (event.clientY - frame.top) / frame.height;
        if (x >= 0 && x <= 1 && y >= 0 && y <= 1) put(at(x, y), 'chosen');
      });
      box.addEventListener('keydown', function (event) {
        var step = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] }[event.key];
        if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        var point = read(), size = event.shiftKey ? 0.005 : 0.025;
        if (!point || !isOn(point)) return put(at(0.5, 0.5), 'chosen');
        put([Math.min(north[0], Math.max(south[0], point[0] - step[1] * size * (north[0] - south[0]))),
          Math.min(south[1], Math.max(north[1], point[1] + step[0] * size * (south[1] - north[1])))], 'chosen');
      });
      input.addEventListener('input', function () { draw(read()); });
      input.form.addEventListener('reset', function () { draw(null); status.textContent = ''; });
      draw(read());
    }
    /* Browsers give a position to https (and to this machine) only. */
    if (navigator.geolocation && window.isSecureContext !== false) {
      here.addEventListener('click', function () {
        here.setAttribute('aria-busy', 'true');
        navigator.geolocation.getCurrentPosition(function (found) {
          here.removeAttribute('aria-busy');
          var point = [found.coords.latitude, found.coords.longitude], near = Math.max(1, Math.round(found.coords.accuracy));
          if (svg && !isOn(point)) return say('outside', '');
          put(point, near > 150 ? 'coarse' : 'found', near);
        }, function (error) {
          here.removeAttribute('aria-busy');
          say(error.code === 1 ? 'denied' : 'lost', '');
        }, { enableHighAccuracy: true, timeout: 15000, maximumAge: 0 });
      });
    } else here.closest('.actions').remove();
    tools.hidden = false;
  }

  /* What belongs to one choice of a list stands beside it as soon as it is chosen: what to do in an emergency. */
  function startChoices(list) {
    var name = list.getAttribute('data-choices'), shown = null;
    function show(control) {
      if (shown) shown.remove();
      shown = null;
      var found = null, field = control.closest('.field');
      all('[data-choice]', function (entry) { if (entry.getAttribute('data-choice') === control.value) found = entry; }, list);
      if (!found || !field) return;
      var title = found.previousElementSibling;
      shown = make('div', { class: 'urgent chosen', role: 'alert' });
      if (title) shown.appendChild(make('p', {}, make('strong', {}, title.textContent)));
      each(found.childNodes, function (node) { shown.appendChild(node.cloneNode(true)); });
      field.after(shown);
    }
    all('[name="' + name + '"]', function (control) {
      control.addEventListener('change', function () { show(control); });
      if (isChoice(control) ? control.checked : control.value) show(control);
    });
  }

  function startCopy(button) {
    if (!navigator.clipboard) return;
    button.hidden = false;
    button.addEventListener('click', function () {
      navigator.clipboard.writeText(new URL(button.getAttribute('data-copy') || '', location.href).href).then(function () {
        var note = make('span', { role: 'status', class: 'small' });
        button.after(note);
        note.textContent = words.copied;
        setTimeout(function () { note.remove(); }, 4000);
      });
    });
  }

  /* A sheet of paper says on which day it was printed. */
  addEventListener('beforeprint', function () {
    var day = new Date().toLocaleDateString(doc.documentElement.lang, { day: 'numeric', month: 'long', year: 'numeric' });
    all('[data-printed]', function (place) { place.textContent = words.printed.replace('{day}', day); });
  });

  all('form[data-enhance]', startForm);
  all('.point-tools', startPoint);
  all('[data-choices]', startChoices);
  all('a.block-comment', startBlock);
  all('a[data-flag]', startFlag);
  all('button.copy', startCopy);
  all('.errors[tabindex]', function (box) { box.focus(); });
}());
