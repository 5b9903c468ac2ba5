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
  const memory = {
    get: name => { try { return localStorage.getItem(`nay:${name}`) } catch { return null } },
    set: (name, value) => { try { localStorage.setItem(`nay:${name}`, value) } catch { /* then this page alone remembers */ } },
    drop: name => { try { localStorage.removeItem(`nay:${name}`) } catch { /* nothing kept */ } },
  };

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

  // One key for one text, however often it is sent: an answer that got lost must not make a second draft.
  const known = form.querySelector('input[name="nhap"]');
  if (known) memory.drop('key');
  else {
    const key = memory.get('key') || crypto.randomUUID?.() || form.elements.key.value;
    hidden('key', key);
    memory.set('key', key);
  }

  let composing = false, changed = false, timer;
  form.addEventListener('compositionstart', () => { composing = true });
  form.addEventListener('compositionend', () => { composing = false });
  form.addEventListener('input', () => { changed = true });

  const send = async body => {
    body.set('action', 'auto');
    return fetch(address, { method: 'POST', body, headers: { Accept: 'application/json' } });
  };

  // Signed in: every ten seconds, if something was written and no input method is in the middle of a letter.
  const keep = async () => {
    if (!changed || composing || !navigator.onLine) return;
    changed = false;
    try {
      const answer = await send(new FormData(form));
      if (answer.ok) {
        const kept = await answer.json();
        hidden('nhap', kept.token);
        hidden('version', kept.version);
        memory.drop('key');
        say(kept.said);
      } else if (answer.status === 409) {
        clearInterval(timer);
        say(form.dataset.conflict);
      } else changed = true;
    } catch { changed = true }
  };
  if ('autosave' in form.dataset) timer = setInterval(keep, 10000);

  // Without a network nothing is sent unless the writer says so; then it goes as soon as there is one.
  const box = document.querySelector('[data-queue]');
  const wait = () => { box.hidden = false; box.querySelector('button').hidden = true; box.querySelector('[data-waits]').hidden = false };
  form.addEventListener('submit', event => {
    if (navigator.onLine) { memory.drop('key'); return }
    event.preventDefault();
    box.hidden = false;
    box.scrollIntoView({ block: 'center' });
    box.querySelector('button').focus();
  });
  box.querySelector('button').addEventListener('click', () => { memory.set('send', '1'); wait() });
  const flush = async () => {
    if (!memory.get('send') || !navigator.onLine) return;
    try {
      // the page may come from this machine's store: a token of the session is on a fresh one
      const fresh = new DOMParser().parseFromString(await (await fetch(location.pathname)).text(), 'text/html');
      const body = new FormData(form), token = fresh.querySelector('input[name="csrf_token"]');
      if (token) body.set('csrf_token', token.value);
      const answer = await send(body);
      if (!answer.ok) { memory.drop('send'); form.requestSubmit(); return }
      memory.drop('send');
      memory.drop('key');
      location.assign((await answer.json()).next);
    } catch { /* still away: the next "online" tries again, with the same key */ }
  };
  if (memory.get('send')) { wait(); flush() }
  addEventListener('online', flush);

  navigator.serviceWorker?.register('/sw.js').catch(() => { /* an old browser, or a private window */ });
})();
