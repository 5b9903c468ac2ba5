// The desk, faster: one key for each action, a lease that lives while somebody works, a list that stays fresh.
// Nothing depends on it: without script the same things are links, forms and pages.
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
  const item = $('#m'), say = $('#say'), pane = $('[data-live]');
  const token = $('input[name=csrf_token]')?.value;
  const POLL = 15000, BEAT = 45000;

  // --- keys: dead while typing and while a dialog is open; the owner of this machine may switch them off ---
  const box = $('#keys-on');
  let keys = localStorage.getItem('nay:keys') !== 'off';
  const showKeys = () => {
    box.checked = keys;
    $$('kbd[hidden], kbd[data-was]').forEach(kbd => { kbd.dataset.was = ''; kbd.hidden = !keys });
  };
  box.addEventListener('change', () => {
    keys = box.checked;
    localStorage.setItem('nay:keys', keys ? 'on' : 'off');
    showKeys();
  });
  $$('[data-opens=keys]').forEach(button => { button.hidden = false });
  showKeys();

  const lines = () => $$('#q a');
  $('#q a[aria-current]')?.scrollIntoView({ block: 'nearest' });
  const go = step => {
    const all = lines();
    let at = all.indexOf(document.activeElement);
    if (at < 0) at = all.findIndex(line => line.hasAttribute('aria-current'));
    const line = all[Math.max(0, Math.min(all.length - 1, at + step))];
    line?.focus();
    line?.scrollIntoView({ block: 'nearest' });
  };
  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat || $('dialog[open]:not(.toasts)')) return;
    if (event.target.closest('textarea, select, input:not([type=checkbox], [type=radio]), [contenteditable]')) return;
    const key = event.key.toLowerCase();
    if (key === '?') { open('keys'); return }
    if (!keys) return;
    if (key === 'j') go(1);
    else if (key === 'k') go(-1);
    else if (key === 'n' && $('#case-note')) { event.preventDefault(); $('#case-note').focus() }
    else {
      const button = /^[a-z]$/.test(key) && $(`[data-k="${key}"]`);
      if (button && !button.closest('[hidden]')) { event.preventDefault(); button.focus(); button.click() }
    }
  });

  // --- dialogs: focus goes back where it came from; to cancel one is to let go of the case ---
  let from, sent = false;
  const open = id => {
    const dialog = document.getElementById(id);
    from = document.activeElement;
    dialog.showModal();
    if (id !== 'keys') beat();
  };
  document.addEventListener('click', event => {
    const opener = event.target.closest('[data-opens]');
    if (opener && document.getElementById(opener.dataset.opens) && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open(opener.dataset.opens);
    }
    if (event.target.closest('[data-closes]')) event.target.closest('dialog').close();
  });
  $$('dialog[aria-labelledby]').forEach(dialog => dialog.addEventListener('close', () => {
    (from?.isConnected ? from : item)?.focus();
    if (dialog.id !== 'keys' && !sent) letGo();
  }));
  $$('dialog[data-letter]').forEach(dialog => {
    const letter = $('textarea', dialog), reasons = $$('[name=reason]', dialog);
    const ours = new Set(['', ...reasons.map(reason => reason.dataset.draft)]);
    reasons.forEach(reason => reason.addEventListener('change', () => {
      if (!ours.has(letter.value.trim())) return; // what a person has changed stays
      letter.value = reason.dataset.draft;
      letter.dispatchEvent(new Event('input')); // and is counted
    }));
    dialog.addEventListener('keydown', event => {
      const typing = event.target.matches('textarea, select, input:not([type=radio], [type=checkbox])');
      if (event.key === 'Enter' && event.ctrlKey) { event.preventDefault(); $('form', dialog).requestSubmit($('[data-send]', dialog)) }
      else if (/^[1-9]$/.test(event.key) && !typing && reasons[event.key - 1]) { event.preventDefault(); reasons[event.key - 1].click(); reasons[event.key - 1].focus() }
    });
  });

  // --- the lease: counted down, renewed while somebody works, given back on every way out ---
  const lease = $('#lease');
  let until = item?.dataset.until, ends = until && performance.now() + item.dataset.left * 1000, active = true;
  const held = yes => {
    if (!lease) return;
    $('#held').hidden = lease.hidden = !yes;
    $('#let-go').hidden = yes;
  };
  const tick = () => {
    if (!until) return;
    const left = Math.max(0, Math.round((ends - performance.now()) / 1000));
    lease.textContent = `${lease.dataset.words} ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    if (!left) { until = null; held(false) }
  };
  const form = values => {
    const data = new FormData();
    Object.entries({ csrf_token: token, ...values }).forEach(([name, value]) => data.append(name, value));
    return data;
  };
  const lost = words => {
    say.textContent = words;
    $('.acts')?.setAttribute('hidden', '');
    item.classList.add('gone');
    until = null;
    held(false);
    if (lease) $('#let-go').hidden = true;
  };
  const beat = async () => {
    if (!item?.dataset.until || item.classList.contains('gone')) return;
    const answer = await fetch(item.dataset.beat, { method: 'POST', body: form({}) }).catch(() => null);
    if (!answer) return;
    const told = await answer.json().catch(() => ({}));
    if (answer.ok) { until = told.until; ends = performance.now() + told.left * 1000; held(true); tick() }
    else if (told.detail) lost(told.detail);
  };
  const letGo = () => {
    if (!until) return;
    navigator.sendBeacon(item.dataset.release, form({ until }));
    until = null;
    held(false);
  };
  if (item?.dataset.until) {
    tick();
    setInterval(tick, 1000);
    setInterval(() => { if (active && until) beat(); active = false }, BEAT);
    ['keydown', 'pointerdown', 'scroll', 'pointermove'].forEach(kind => addEventListener(kind, () => { active = true }, { passive: true, capture: true }));
    addEventListener('pagehide', letGo);
    addEventListener('pageshow', event => { if (event.persisted) location.reload() });
  }

  // --- the list, fresh every 15 seconds, without losing one's place in it ---
  let away = false;
  const connection = gone => {
    if (gone) say.textContent = say.dataset.lost;
    else if (away && !item?.classList.contains('gone')) { say.textContent = say.dataset.back; setTimeout(() => { say.textContent = '' }, 4000) }
    away = gone;
  };
  // What has not changed is not touched: a screen reader may be reading there.
  const href = item => item?.querySelector('a')?.getAttribute('href');
  const put = (list, fresh) => {
    const old = new Map([...list.children].map(item => [href(item), item]));
    const now = fresh.map(item => old.get(href(item))?.outerHTML === item.outerHTML ? old.get(href(item)) : item);
    [...list.children].forEach(item => { if (!now.includes(item)) item.remove() });
    now.forEach((item, at) => { if (list.children[at] !== item) list.insertBefore(item, list.children[at] ?? null) });
  };
  const refresh = async () => {
    if (document.hidden || !pane) return;
    const answer = await fetch(pane.dataset.live).catch(() => null);
    connection(!answer || answer.status >= 500);
    if (!answer?.ok || answer.redirected) return;
    const news = new DOMParser().parseFromString(await answer.text(), 'text/html').body.firstElementChild;
    if (pane.dataset.empty !== undefined) { if ($('#q li', news)) location.reload(); return }
    const focused = href(document.activeElement?.closest('#q li'));
    $$('symbol', news).forEach(shape => { if (!document.getElementById(shape.id)) $('#icons').append(shape) });
    put($('#q'), $$('#q > li', news));
    if ($('#ql').textContent !== news.dataset.total) $('#ql').textContent = news.dataset.total;
    const line = focused && lines().find(each => each.getAttribute('href') === focused);
    if (line && line !== document.activeElement) line.focus({ preventScroll: true });
    if (!item?.dataset.until) return;
    if (news.dataset.words) lost(news.dataset.words);
    else if (news.dataset.free) { until = null; held(false) } // let go of in another window
  };
  if (pane) setInterval(refresh, POLL);
  addEventListener('offline', () => connection(true));
  addEventListener('online', refresh);

  // Nothing is sent into the void: the form waits on the page until there is a connection.
  document.addEventListener('submit', event => {
    if (event.target.method === 'dialog') return;
    if (!navigator.onLine) { event.preventDefault(); connection(true); return }
    if (sent) { event.preventDefault(); return } // a second press of the same key
    if (event.target.closest('.acts, dialog') || event.target.id === 'approve') sent = true;
  });
  addEventListener('pageshow', () => { sent = false });

  // --- the way back stands for ten seconds, longer while somebody reaches for it; then the log has it ---
  $$('[data-fades]').forEach(toast => {
    const leave = () => toast.matches(':hover, :focus-within') ? setTimeout(leave, 2000) : toast.remove();
    setTimeout(leave, toast.dataset.fades * 1000);
  });
})();
