// Writing an idea: kept on the server while one writes, and sent there when the network comes back. Loaded on that
// page alone; the form works without it. nay.js keeps the text on this machine.
(() => {
  const form = document.querySelector('form[data-draft]');
  if (!form) return;
  const address = form.getAttribute('action');
  const line = document.querySelector('[data-draft-status]');
  const say = text => { line.textContent = text; line.closest('[hidden]')?.removeAttribute('hidden') };
  const hidden = (name, value) => {
    let input = form.querySelector(`input[name="${name}"]`);
    if (!input) { input = document.createElement('input'); input.type = 'hidden'; input.name = name; form.prepend(input) }
    input.value = value;
  };
  const { local, tab, forget } = window.nay;
  const place = () => form.dataset.place;

  // Titles that are alike come by htmx, which would weigh on the first view: it is fetched once a title is begun.
  const title = form.elements.title, twins = document.getElementById('twins'), said = document.getElementById('twins-said');
  title.addEventListener('input', () => {
    const script = document.createElement('script');
    script.src = twins.dataset.htmx;
    script.onload = () => setTimeout(() => { if (!composing) title.dispatchEvent(new Event('settled', { bubbles: true })) });
    document.head.append(script);
  }, { once: true });
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

  const send = async options => {
    turn += 1;
    remember();
    const body = new FormData(form);
    body.set('action', 'auto');
    for (const [name, value] of Object.entries(options.also ?? {})) body.set(name, value);
    return fetch(address, { method: 'POST', body, headers: { Accept: 'application/json' }, keepalive: options.keepalive });
  };

  // Signed in: every ten seconds, if something was written and no input method is in the middle of a letter; and
  // what is left when the page is.
  let busy = false;
  const keep = async (options = {}) => {
    if (!changed || composing || !navigator.onLine || (busy && !options.keepalive)) return;
    changed = false;
    busy = true;
    try {
      const answer = await send(options);
      if (answer.ok) {
        const kept = await answer.json();
        hidden('nhap', kept.token);
        hidden('version', kept.version);
        if (!changed) form.dispatchEvent(new Event('kept'));
        forget(place());
        form.dataset.place = `${place().split(':', 2).join(':')}:${kept.token}`;
        history.replaceState(null, '', `${location.pathname}?nhap=${kept.token}`);
        remember();
        say(kept.said);
      } else if (answer.status === 409) {
        clearInterval(timer);
        say(form.dataset.conflict);
      } else changed = true;
    } catch { changed = true }
    busy = false;
  };
  if ('autosave' in form.dataset) {
    timer = setInterval(keep, 10000);
    addEventListener('pagehide', () => { if (!leaving && form.elements.nhap) keep({ keepalive: true }) });
  }

  // Without a network nothing is sent unless the writer says so; then it goes as soon as there is one.
  const box = document.querySelector('[data-queue]');
  const wait = () => { box.hidden = false; box.querySelector('button').hidden = true; box.querySelector('[data-waits]').hidden = false };
  let leaving = false;
  form.addEventListener('submit', event => {
    if (navigator.onLine) { leaving = true; turn += 1; remember(); return }
    event.preventDefault();
    box.hidden = false;
    box.scrollIntoView({ block: 'center' });
    box.querySelector('button').focus();
  });
  addEventListener('pageshow', () => { leaving = false });
  box.querySelector('button').addEventListener('click', () => { local.set('send', place()); wait() });
  const flush = async () => {
    if (local.get('send') !== place() || !navigator.onLine) return;
    try {
      // the page may come from this machine's store: a token of the session is on a fresh one
      const fresh = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), 'text/html');
      const token = fresh.querySelector('input[name="csrf_token"]');
      const answer = await send({ also: token ? { csrf_token: token.value } : {} });
      local.drop('send');
      if (!answer.ok) { form.requestSubmit(); return }
      leaving = true;
      form.dispatchEvent(new Event('kept'));
      location.assign((await answer.json()).next);
    } catch { /* still away: the next "online" tries again, under the same name */ }
  };
  if (local.get('send') === place()) { wait(); flush() }
  addEventListener('online', flush);

  navigator.serviceWorker?.register('/sw.js').catch(() => { /* an old browser, or a private window */ });
})();
