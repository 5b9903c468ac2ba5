// News on this device, for whoever wants it: [data-push] holds the key, what to say, and the address at which this sign-in is told; where the browser cannot, it stays hidden.
(async () => {
  const box = document.querySelector('[data-push]');
  if (!box || !('serviceWorker' in navigator) || !('PushManager' in window) || !('Notification' in window)) return;
  const [on, off] = ['on', 'off'].map(name => box.querySelector(`[data-push-${name}]`));
  const status = box.querySelector('[data-push-status]');
  const bytes = text => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), letter => letter.charCodeAt(0));
  const show = subscribed => { on.hidden = subscribed; off.hidden = !subscribed; box.hidden = false };
  const tell = (form, subscription) => {
    const data = new FormData(form);
    const { endpoint, keys } = subscription.toJSON();
    Object.entries({ endpoint, ...keys }).forEach(([name, value]) => data.set(name, value));
    return fetch(form.action, { method: 'POST', body: new URLSearchParams(data) }).then(answer => { if (!answer.ok) throw answer });
  };
  const registration = await navigator.serviceWorker.register('/sw.js');
  const here = await registration.pushManager.getSubscription();
  show(Boolean(here) && here.endpoint === box.dataset.pushHere);
  const act = (form, work) => form.addEventListener('submit', async event => {
    event.preventDefault();
    try { await work(); status.textContent = '' } catch { status.textContent = box.dataset.failed }
  });
  act(on, async () => {
    await navigator.serviceWorker.ready;
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytes(box.dataset.push) });
    await tell(on, subscription).catch(error => subscription.unsubscribe().then(() => { throw error }));
    show(true);
  });
  act(off, async () => {
    const subscription = await registration.pushManager.getSubscription();
    if (subscription) { await tell(off, subscription); await subscription.unsubscribe() }
    show(false);
  });
})();
