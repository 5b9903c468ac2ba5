// What stays on the machine: the look, the page to write on and the page that says there is no network. As a visitor
// sees them: nobody's name and no session's token. Everything else always comes from the server.
const LOOK = [{% for name in look %}{{ asset_url(name)|tojson }}{{ ", " if not loop.last }}{% endfor %}];
const STORE = `nay${LOOK[0]}`;
const WRITE = {{ write|tojson }};
const OFFLINE = {{ offline|tojson }};

self.addEventListener('install', event => {
  const visitor = [...WRITE, ...OFFLINE].map(path => new Request(path, { credentials: 'omit', cache: 'reload' }));
  event.waitUntil(caches.open(STORE).then(store => store.addAll([...LOOK, ...visitor])).then(() => self.skipWaiting()));
});

self.addEventListener('activate', event => {
  event.waitUntil(caches.keys().then(names => Promise.all(names.filter(name => name !== STORE).map(name => caches.delete(name)))).then(() => self.clients.claim()));
});

// The page says that it is the stored one (nay.js): a telephone with bars but no data takes itself for connected.
const stored = async path => {
  const page = await caches.match(path, { ignoreVary: true }), headers = new Headers(page.headers);
  headers.delete('Content-Encoding');
  return new Response((await page.text()).replace('<html', '<html data-stored'), { headers });
};

self.addEventListener('fetch', event => {
  const { request } = event, { origin, pathname } = new URL(request.url), writes = WRITE.includes(pathname);
  if (origin !== location.origin || (request.method !== 'GET' && !writes)) return;
  if (LOOK.includes(pathname)) event.respondWith(caches.match(pathname).then(kept => kept || fetch(request)));
  else if (request.mode === 'navigate') event.respondWith(fetch(request).catch(() => stored(writes ? pathname : OFFLINE[pathname.startsWith('/en/') ? 1 : 0])));
});

// News on a device, for whoever asked for it (push.js): shows what the portal pushes, opens what it is about.
self.addEventListener('push', event => {
  const { title, body, url, tag, icon } = event.data.json();
  event.waitUntil(self.registration.showNotification(title, { body, tag, icon, data: { url } }));
});

self.addEventListener('notificationclick', event => {
  event.notification.close();
  event.waitUntil(self.clients.openWindow(event.notification.data.url));
});
