// What is better with script. Nothing depends on it: every page works as links and forms.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = addEventListener, language = document.documentElement.lang;

  // A page that says what is wrong begins there.
  $('.summary')?.focus();

  // Characters left, counted as the server counts them.
  const count = counter => {
    const length = [...document.getElementById(counter.dataset.for).value.normalize('NFC')].length;
    counter.firstChild.data = length.toLocaleString(language);
    counter.classList.toggle('over', length > counter.dataset.most);
  };
  $$('.count').forEach(counter => {
    count(counter);
    document.getElementById(counter.dataset.for).addEventListener('input', () => count(counter));
  });

  // What is typed stays on this machine until the server has it: form[data-draft="place"] of whoever is signed in
  // (body[data-owner], or nobody). Its status words stand in data-saved, data-offline, data-online, data-restored and
  // data-erased, the line that shows them is [data-draft-status]. data-draft-fresh: the server filled it, that counts.
  const memory = area => ({
    get: name => { try { return JSON.parse(window[area].getItem(`nay:${name}`)) } catch { return null } },
    set: (name, value) => { try { window[area].setItem(`nay:${name}`, JSON.stringify(value)); return true } catch { return false } },
    drop: name => { try { window[area].removeItem(`nay:${name}`) } catch { /* nothing kept, nothing to forget */ } },
  });
  const local = memory('localStorage'), tab = memory('sessionStorage');
  const forget = place => {
    local.drop(`draft:${place}`);
    ['draft', 'page'].forEach(what => tab.drop(`${what}:${place}`));
    if (local.get('send') === place) local.drop('send');
  };
  // Without a network the page is the stored one (sw.js marks it), a visitor's: it is still theirs who was signed in
  // last. The browser may take itself for online.
  const stored = 'stored' in document.documentElement.dataset, away = () => stored || !navigator.onLine;
  const owner = document.body.dataset.owner || (stored && local.get('who')) || '';
  if (document.body.dataset.owner) local.set('who', owner);
  const hidden = (form, name, value) => {
    let input = $(`input[name="${name}"]`, form);
    if (!input) { input = document.createElement('input'); input.type = 'hidden'; input.name = name; form.prepend(input) }
    input.value = value;
  };
  window.nay = { local, tab, forget, stored, away, hidden };

  // The server has what this tab sent: it says so on the page that follows, or names the page that wrote it.
  const last = tab.get('sent');
  $$('[data-draft-done]').forEach(mark => {
    if (!last || mark.dataset.draftDone && mark.dataset.draftDone !== tab.get(`page:${last}`)?.key) return;
    forget(last);
    tab.drop('sent');
  });

  $$('form[data-draft]').forEach(draft => {
    const place = () => draft.dataset.place, record = () => `draft:${place()}`, erase = $('[data-draft-erase]', draft);
    const inputs = () => $$('input, textarea, select', draft).filter(input => input.name && !/hidden|password|file/.test(input.type));
    const typed = () => {
      const values = {};
      inputs().forEach(input => { if (!/radio|checkbox/.test(input.type)) values[input.name] = input.value; else if (input.checked) values[input.name] = input.value });
      return values;
    };
    const say = word => {
      const line = $('[data-draft-status]');
      if (line && draft.dataset[word]) { line.textContent = draft.dataset[word]; line.closest('[hidden]')?.removeAttribute('hidden') }
    };
    // `given`: what the text was made from; data-draft-seen: its version, while the writer has still to choose.
    let timer, touched = false, sent = false, given = 'draftSeen' in draft.dataset ? null : typed(), fresh;
    const copy = area => area.set(record(), { values: typed(), given, version: draft.dataset.draftSeen ?? draft.elements.version?.value });
    const keep = () => {
      if (!touched || sent) return;
      const written = inputs().some(input => /^text/.test(input.type) && input.value);
      if (erase) erase.hidden = !written;
      if (!written) return local.drop(record());
      if (!copy(local)) return;
      if (!owner) tab.set('mine', true);
      say(away() ? 'offline' : 'saved');
    };
    const found = () => local.get(record()) || (stored && tab.get(record()));
    const restore = () => {
      const kept = found();
      let other = false;
      inputs().forEach(input => {
        const value = kept?.values?.[input.name];
        if (value === undefined) return;
        if (/radio|checkbox/.test(input.type)) input.checked ||= input.value === value;
        else if (input.value !== value && (value.startsWith(input.value) || input.value === kept.given?.[input.name] || kept.version || 'draftOver' in draft.dataset)) { input.value = value; other = true }
      });
      if (!other) return;
      if (kept.version && JSON.stringify(kept.given) !== JSON.stringify(given)) {  // the server compares
        fresh = draft.elements.version?.value;
        given = kept.given;
        hidden(draft, 'version', kept.version);
      }
      draft.dataset.back = '';
      if (erase) erase.hidden = false;
      $$('.count').forEach(count);
      say(stored ? 'offline' : 'restored');
    };
    draft.dataset.place = `${owner}:${draft.dataset.draft}`;
    // A page of no draft under the address of one, or in place of an answer: it goes on from here.
    const token = new URLSearchParams(location.search).get('nhap') || (stored && last?.match(/^\d*:idea:(.+)/)?.[1]);
    if (token && draft.dataset.draft === 'idea' && !draft.elements.nhap) {
      draft.dataset.place += `:${token}`;
      if (found()?.version) hidden(draft, 'nhap', token);
      else draft.dataset.place = `${owner}:idea`;
    }
    if ('draftUnkept' in draft.dataset) { touched = true; keep() }
    else if (!('draftFresh' in draft.dataset)) restore();
    // Begun on this machine before signing in: in the same tab it goes on, elsewhere whoever began it says so.
    const offer = $('[data-draft-found]'), begun = owner && offer && !('back' in draft.dataset) && local.get(`draft::${draft.dataset.draft}`);
    const take = () => {
      local.set(record(), begun);
      forget(`:${draft.dataset.draft}`);
      restore();
      draft.dispatchEvent(new Event('input'));
      offer.hidden = true;
    };
    draft.addEventListener('input', event => {
      touched = true;
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(keep, 400);
    });
    if (begun) {
      offer.hidden = false;
      $('b', offer).textContent = begun.values.title || begun.values.problem;
      $('[data-draft-take]', offer).addEventListener('click', take);
      $('[data-draft-leave]', offer).addEventListener('click', () => { forget(`:${draft.dataset.draft}`); offer.hidden = true });
      if (tab.get('mine')) on('load', take);
    }
    draft.addEventListener('compositionend', () => { timer = setTimeout(keep, 400) });
    draft.addEventListener('submit', () => { keep(); sent = !away(); if (sent) tab.set('sent', place()) });
    draft.addEventListener('kept', event => {
      clearTimeout(timer);
      touched = false;
      forget(place());
      if (event.detail) { given = typed(); copy(tab) }  // for this tab alone, without a network
      if (erase) erase.hidden = true;
    });
    if (draft.elements.nhap && !stored) copy(tab);
    erase?.addEventListener('click', () => {
      draft.reset();
      if (fresh) draft.elements.version.value = fresh;
      draft.dispatchEvent(new Event('kept'));
      $$('.count').forEach(count);
      say('erased');
    });
    on('pagehide', keep);
    on('pageshow', () => { sent = false });
    on('offline', () => { keep(); say('offline') });
    on('online', () => { keep(); say('online') });
  });
  // [data-draft-here] leads to what this machine holds. A draft that is gone from the server is a text of its own.
  const here = $('[data-draft-here]'), held = here && Object.keys(localStorage).map(name => name.match(`^nay:draft:((?:${owner})?:idea)(?::(.+))?$`)).find(Boolean);
  if (held) {
    const [, place, token] = held, old = `${place}:${token}`;
    here.hidden = false;
    if (token && $(`[data-draft-forget="idea:${token}"]`)) $('a', here).search = `?nhap=${token}`;
    else if (token && !local.get(`draft:${place}`)) { local.set(`draft:${place}`, { values: local.get(`draft:${old}`).values }); forget(old) }
  }

  // Buttons with data-draft-forget throw one draft away, forms with data-forget (signing out) all.
  on('submit', event => {
    const thrown = event.submitter?.dataset.draftForget;
    if (thrown) forget(`${owner}:${thrown}`);
    if ('forget' in event.target.dataset) for (const area of [localStorage, sessionStorage]) Object.keys(area).filter(name => /^nay:(?!keys$)/.test(name)).forEach(name => area.removeItem(name));
  });

  // "A new code in 0:24": [data-countdown="30"] holds the seconds, and what it stands in gives way to [data-countdown-then].
  $$('[data-countdown]').forEach(clock => {
    let left = Number(clock.dataset.countdown);
    const done = $(clock.dataset.countdownThen);
    if (done) done.hidden = true;
    const tick = () => {
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
      if (left-- > 0) return;
      clearInterval(timer);
      if (done) { done.hidden = false; (clock.closest('[data-countdown-line]') || clock).hidden = true }
    };
    const timer = setInterval(tick, 1000);
    tick();
  });

  // After "Xem thêm" the reader goes on at the first of the new cards. Who comes back finds the list as long as they
  // left it, at the card they went to: the entry of the history says how often it has grown, and which card that was.
  const list = () => history.state?.list || { grown: 0 };
  const keepList = change => history.replaceState({ ...history.state, list: { ...list(), ...change } }, '');
  let seen, left;
  const grow = () => {
    if (left-- > 0 && $('#more-link')) return $('#more-link').click();
    left = undefined;
    const card = document.getElementById(list().card);
    card?.scrollIntoView({ block: 'center' });
    if (card) $('a', card)?.focus({ preventScroll: true });
  };
  on('htmx:after:process', () => { if (list().grown) { left = list().grown; grow() } }, { once: true });
  $('#cards')?.addEventListener('click', event => {
    const card = event.target.closest('#cards > [id]');
    if (card && list().grown) keepList({ card: card.id });
  });
  on('htmx:before:swap', event => { if (event.detail.ctx.sourceElement?.id === 'more-link') seen = $('#cards').children.length });
  on('htmx:after:swap', () => {
    $('#cut').close();
    if (seen === undefined) return;
    const first = $('a', $('#cards').children[seen]);
    seen = undefined;
    if (left !== undefined) return grow();
    first?.focus({ preventScroll: true });
    keepList({ grown: list().grown + 1 });
  });

  // A press without answer says so; what a page asks for by itself (a div) does not.
  on('htmx:error', event => event.target.matches('div') || $('#cut').show());

  // "settled": something was typed, and nothing is being composed.
  const settled = event => { if (!event.isComposing) event.target.dispatchEvent(new Event('settled', { bubbles: true })) };
  on('input', settled);
  on('compositionend', settled);

  // [data-copy="id"] copies what that input holds and says so in the words of data-copied.
  if (navigator.clipboard) $$('[data-copy]').forEach(button => {
    button.hidden = false;
    button.addEventListener('click', async () => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).value);
      button.textContent = button.dataset.copied;
    });
  });

  // Good news leaves by itself after ten seconds, but not while somebody reads or reaches for it. Bad news stays.
  const toasts = $('.toasts');
  if (toasts && !$('[data-category=error]', toasts)) {
    const leave = () => toasts.matches(':hover, :focus-within') ? setTimeout(leave, 2000) : toasts.close();
    setTimeout(leave, 10000);
  }
})();
