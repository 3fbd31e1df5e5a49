// The worker of MapLibre as a file of our own, so that the strict policy of the
// pages (worker-src is 'self') holds for it. It starts itself; the export keeps it
// in the bundle.
export { default } from 'maplibre-gl/dist/maplibre-gl-worker.mjs'
