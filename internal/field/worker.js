// Keeps the app itself on the phone, so that it opens without signal. Data are
// not its business: they lie in the app's own store, under the PIN.
const files = FILES
const name = 'di-SHELL-' + files.join('|').split('').reduce((n, c) => (n * 31 + c.charCodeAt(0)) | 0, 7)

self.addEventListener('install', (e) => {
  e.waitUntil(caches.open(name).then((c) => c.addAll(files)).then(() => self.skipWaiting()))
})
self.addEventListener('activate', (e) => {
  e.waitUntil(
    caches
      .keys()
      .then((all) => Promise.all(all.filter((k) => k.startsWith('di-') && k !== name).map((k) => caches.delete(k))))
      .then(() => self.clients.claim()),
  )
})
self.addEventListener('fetch', (e) => {
  const url = new URL(e.request.url)
  if (e.request.method !== 'GET' || url.origin !== location.origin || url.pathname.startsWith('/di/api/')) return
  const page = url.pathname === '/di' || /^\/di\/(ho|ban|cho-gui)$/.test(url.pathname)
  if (!page && !files.includes(url.pathname)) return
  const kept = () => caches.open(name).then((c) => c.match(page ? '/di' : url.pathname))
  // The app opens at once from what is kept; a new version comes with its worker.
  e.respondWith(kept().then((r) => r || fetch(e.request)))
})
