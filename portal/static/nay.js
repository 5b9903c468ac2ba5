// What a page does better with script than without. Nothing depends on it: every page works as links and forms.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const language = document.documentElement.lang;

  // A page that says what is wrong begins there.
  $('.summary')?.focus();

  // Characters left, counted as the server counts them.
  const count = counter => {
    const input = document.getElementById(counter.dataset.for);
    const length = [...input.value.normalize('NFC')].length;
    counter.textContent = `${length.toLocaleString(language)}/${input.maxLength.toLocaleString(language)}`;
  };
  $$('.count').forEach(counter => {
    count(counter);
    document.getElementById(counter.dataset.for).addEventListener('input', () => count(counter));
  });

  // A draft stays on this machine from the first word on: form[data-draft="key"], its status words in data-saved,
  // data-offline, data-online and data-restored, the line that shows them in [data-draft-status].
  // A form with data-draft-fresh was filled by the server: what it says counts.
  const draft = $('form[data-draft]');
  if (draft) {
    const key = `nay:draft:${draft.dataset.draft}`;
    const inputs = () => $$('input, textarea, select', draft).filter(input => input.name && !/hidden|password|file/.test(input.type));
    const say = word => {
      const line = $('[data-draft-status]');
      if (line && draft.dataset[word]) { line.textContent = draft.dataset[word]; line.closest('[hidden]')?.removeAttribute('hidden') }
    };
    const read = () => { try { return JSON.parse(localStorage.getItem(key)) || {} } catch { return {} } };
    let timer, touched = false, sent = false;
    const keep = () => {
      if (!touched || sent) return;
      const values = {};
      inputs().forEach(input => { if (!/radio|checkbox/.test(input.type)) values[input.name] = input.value; else if (input.checked) values[input.name] = input.value });
      try { localStorage.setItem(key, JSON.stringify(values)) } catch { return }
      say(navigator.onLine ? 'saved' : 'offline');
    };
    const restore = () => {
      const kept = read();
      let filled = false;
      inputs().forEach(input => {
        if (!(input.name in kept)) return;
        if (/radio|checkbox/.test(input.type)) input.checked ||= input.value === kept[input.name];
        else if (!input.value && kept[input.name]) { input.value = kept[input.name]; filled = true }
      });
      if (filled) { $$('.count').forEach(count); say('restored') }
    };
    if (!('draftFresh' in draft.dataset)) restore();
    draft.addEventListener('input', event => {
      touched = true;
      clearTimeout(timer);
      if (!event.isComposing) timer = setTimeout(keep, 400);
    });
    draft.addEventListener('compositionend', () => { timer = setTimeout(keep, 400) });
    draft.addEventListener('submit', () => { keep(); sent = navigator.onLine });
    addEventListener('pagehide', keep);
    addEventListener('pageshow', () => { sent = false });
    addEventListener('offline', () => { keep(); say('offline') });
    addEventListener('online', () => { keep(); say('online') });
  }
  // Once the server has the text, or its owner throws it away: data-draft-done="key", and buttons with data-draft-forget.
  const forget = name => { try { localStorage.removeItem(`nay:draft:${name}`) } catch { /* nothing kept, nothing to forget */ } };
  $$('[data-draft-done]').forEach(mark => forget(mark.dataset.draftDone));
  document.addEventListener('submit', event => {
    const button = event.submitter;
    if (button?.dataset.draftForget !== undefined) forget(button.dataset.draftForget);
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
  const grow = (left, before) => {
    const link = $('#more-link');
    if (link && link.href === before) return requestAnimationFrame(() => grow(left, before));
    if (left && link) {
      again = () => grow(left - 1, link.href);
      return link.click();
    }
    again = undefined;
    const card = document.getElementById(list().card);
    card?.scrollIntoView({ block: 'center' });
    if (card) $('a', card)?.focus({ preventScroll: true });
  };
  addEventListener('load', () => { if (list().grown) grow(list().grown) });
  $('#cards')?.addEventListener('click', event => {
    const card = event.target.closest('#cards > [id]');
    if (card && list().grown) keepList({ card: card.id });
  });
  let seen, again;
  document.addEventListener('htmx:before:swap', event => { if (event.detail.ctx.sourceElement?.id === 'more-link') seen = $('#cards').children.length });
  document.addEventListener('htmx:after:swap', () => {
    if (seen === undefined) return;
    const first = $('a', $('#cards').children[seen]);
    seen = undefined;
    if (again) return again();
    first?.focus({ preventScroll: true });
    keepList({ grown: list().grown + 1 });
  });

  // "settled": something was typed, and no input method is still composing the letter.
  const settled = event => { if (!event.isComposing) event.target.dispatchEvent(new Event('settled', { bubbles: true })) };
  document.addEventListener('input', settled);
  document.addEventListener('compositionend', settled);

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
