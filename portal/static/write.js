// Writing an idea: kept on the server while one writes, and sent there when the network comes back. Loaded on that
// page, and for the questions of a campaign where one is edited; the form works without it. nay.js keeps the text on
// this machine.
(() => {
  const form = document.querySelector('form[data-draft]');
  if (!form) return;

  // What a campaign asks is in sight while it is chosen; what was typed for another stays out of the way.
  const chosen = form.querySelector('select[name="campaign"]');
  const ask = () => form.querySelectorAll('[data-campaign]').forEach(box => {
    const other = box.dataset.campaign !== chosen.value;
    if (!other && box.hidden) box.open = true;
    box.hidden = other;
    delete box.dataset.other;
  });
  if (chosen) {
    ask();
    form.addEventListener('input', ask);
    form.addEventListener('reset', () => setTimeout(ask));
  }

  const twins = document.getElementById('twins');
  if (!twins) return;
  const address = form.getAttribute('action');
  const line = document.querySelector('[data-draft-status]');
  const say = text => { line.textContent = text; line.closest('[hidden]')?.removeAttribute('hidden') };
  const { local, tab, forget, stored, away } = window.nay, hidden = (name, value) => window.nay.hidden(form, name, value);
  const place = () => form.dataset.place;

  // Titles that are alike come by htmx, which would weigh on the first view: it is fetched once a title is begun.
  const title = form.elements.title, said = document.getElementById('twins-said');
  title.addEventListener('input', () => {
    const script = document.createElement('script');
    script.src = twins.dataset.htmx;
    script.onload = () => setTimeout(() => { if (!composing) title.dispatchEvent(new Event('settled', { bubbles: true })) });
    document.head.append(script);
  }, { once: true });
  twins.addEventListener('htmx:before:request', event => { if (composing) event.preventDefault() });  // asked for after the word before
  twins.addEventListener('htmx:after:swap', () => { said.textContent ||= twins.querySelector('[data-say]')?.textContent ?? '' });
  twins.addEventListener('click', event => {
    if (!event.target.closest('[data-go-on]')) return;
    twins.remove();
    said.remove();
    form.querySelector('[name="field"]').focus();
  });

  // What one page sends is one draft, however often and in whatever order it arrives: the page has a name and counts.
  // A tab that was loaded again before it had an answer goes on under the same name.
  const went = 'back' in form.dataset || !form.elements.nhap ? tab.get(`page:${place()}`) : null;
  let turn = went?.turn ?? 0;
  const remember = () => { hidden('turn', turn); tab.set(`page:${place()}`, { key: form.elements.key.value, turn }) };
  hidden('key', went?.key || crypto.randomUUID?.() || form.elements.key.value);  // a stored page is loaded many times
  remember();

  let composing = false, changed = false, timer;
  form.addEventListener('compositionstart', () => { composing = true });
  form.addEventListener('compositionend', () => { composing = false });
  form.addEventListener('input', () => { changed = true });
  form.addEventListener('reset', () => { changed = false });

  const send = keepalive => {
    turn += 1;
    remember();
    const body = new FormData(form);
    body.set('action', 'auto');
    return fetch(address, { method: 'POST', body, headers: { Accept: 'application/json' }, keepalive });
  };

  // Signed in: every ten seconds, if something was written and no input method is in the middle of a letter; and
  // what is left when the page is.
  let busy = false;
  const keep = async (options = {}) => {
    if (!changed || composing || !navigator.onLine || (busy && !options.keepalive)) return;
    changed = false;
    busy = true;
    try {
      const answer = await send(options.keepalive);
      if (answer.ok) {
        const kept = await answer.json();
        hidden('nhap', kept.token);
        hidden('version', kept.version);
        forget(place());
        form.dataset.place = `${place().split(':', 2).join(':')}:${kept.token}`;
        if (!changed) form.dispatchEvent(new CustomEvent('kept', { detail: true }));
        history.replaceState(null, '', `${location.pathname}?nhap=${kept.token}`);
        remember();
        say(kept.said);
      } else if (answer.status === 409) {
        clearInterval(timer);
        say((await answer.json()).said);
      } else changed = true;
    } catch { changed = true }
    busy = false;
  };
  if ('autosave' in form.dataset) {
    timer = setInterval(keep, 10000);
    addEventListener('pagehide', () => { if (!leaving && form.elements.nhap) keep({ keepalive: true }) });
  }

  // Without a network nothing is sent unless the writer says so; then it goes as soon as there is one.
  const box = document.querySelector('[data-queue]'), button = box.querySelector('button');
  let leaving = false, going = false, again;
  const wait = () => { box.hidden = false; button.hidden = true; box.querySelector('[data-waits]').hidden = false; again ??= setInterval(flush, 15000) };
  const offer = () => { box.hidden = false; box.scrollIntoView({ block: 'center' }); button.focus() };
  const go = async () => {
    if (going) return;
    going = true;
    try {
      // the page may come from this machine's store: a token of the session is on a fresh one
      const fresh = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), 'text/html');
      const token = fresh.querySelector('input[name="csrf_token"]');
      if (token) hidden('csrf_token', token.value);
      const answer = await send();
      local.drop('send');
      leaving = true;
      if (answer.ok) {
        form.dispatchEvent(new Event('kept'));
        location.assign((await answer.json()).next);
      } else {
        tab.set('sent', place());
        form.submit();
      }
    } catch { if (local.get('send') !== place()) offer() }  // still away: tried again under the same name
    going = false;
  };
  const flush = () => { if (local.get('send') === place() && navigator.onLine) go() };
  form.addEventListener('submit', event => {
    if (!away()) { leaving = true; turn += 1; remember(); return }
    event.preventDefault();
    navigator.onLine ? go() : offer();
  });
  addEventListener('pageshow', () => { leaving = false });
  button.addEventListener('click', () => { local.set('send', place()); wait() });
  if (local.get('send') === place()) { wait(); flush() }
  addEventListener('online', flush);
  if (stored) {
    const failed = tab.get('sent') === place();
    tab.drop('sent');
    history.replaceState(null, '', location.pathname + (form.elements.nhap ? `?nhap=${form.elements.nhap.value}` : ''));  // so that loading it again sends nothing
    if (failed) addEventListener('load', offer);
  }

  navigator.serviceWorker?.register('/sw.js').catch(() => { /* an old browser, or a private window */ });
})();
