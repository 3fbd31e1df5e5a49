// Builds the bundle that the binary carries: scripts and styles by esbuild, the
// icons as one sprite, each file named after the hash of its content, and
// manifest.json from plain names to those. NAME.entry.ts becomes NAME.js, the
// styles that it imports NAME.css, and NAME.worker.ts NAME-worker.js; what is
// large and packs well stands beside itself as .gz.
import { createHash } from 'node:crypto'
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import esbuild from 'esbuild'

const here = path.dirname(fileURLToPath(import.meta.url))
const dist = path.join(here, '../internal/web/asset/dist')
const fresh = `${dist}.${process.pid}`
const manifest = {}

await mkdir(fresh, { recursive: true })

async function keep(name, content) {
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
  const { name: stem, ext } = path.parse(name)
  manifest[name] = `${stem}-${hash}${ext}`
  await writeFile(path.join(fresh, manifest[name]), content)
  const packed = gzipSync(content, { level: 9 })
  if (content.length > 8192 && packed.length < content.length * 0.8) await writeFile(path.join(fresh, `${manifest[name]}.gz`), packed)
}

const entries = (await readdir(path.join(here, 'src'))).filter((f) => /^[a-z]+\.(entry|worker)\.ts$/.test(f))
const plain = (f) => f.replace(/\.entry\.ts$/, '').replace(/\.worker\.ts$/, '-worker')
const scripts = await esbuild.build({
  entryPoints: entries.map((f) => ({ in: path.join(here, 'src', f), out: plain(f) })),
  outdir: fresh,
  bundle: true,
  minify: true,
  format: 'iife',
  target: ['es2020'],
  legalComments: 'eof',
  write: false,
})
const styles = await esbuild.build({
  entryPoints: [{ in: path.join(here, 'src/app.css'), out: 'app' }],
  outdir: fresh,
  bundle: true,
  minify: true,
  target: ['chrome90', 'firefox90', 'safari14'],
  write: false,
})
for (const file of [...scripts.outputFiles, ...styles.outputFiles]) {
  await keep(path.basename(file.path), file.contents)
}

const icons = (await readdir(path.join(here, 'icon'))).filter((f) => f.endsWith('.svg')).sort()
let sprite = '<svg xmlns="http://www.w3.org/2000/svg">'
for (const file of icons) {
  const svg = await readFile(path.join(here, 'icon', file), 'utf8')
  const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '')
  sprite += `<symbol id="${path.parse(file).name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">${inner.trim()}</symbol>`
}
await keep('icons.svg', sprite + '</svg>')
// The reader of QR and Code 128 that the phones carry.
await keep('zxing_reader.wasm', await readFile(path.join(here, 'node_modules/zxing-wasm/dist/reader/zxing_reader.wasm')))
await keep('favicon.svg', await readFile(path.join(here, 'favicon.svg')))

// The folder is replaced as a whole, so that a server that is being built never
// embeds half of it.
await writeFile(path.join(fresh, 'manifest.json'), JSON.stringify(manifest, null, 1))
await writeFile(path.join(fresh, '.keep'), 'The bundle of web/ is built into this folder.\n')
await rm(dist, { recursive: true, force: true })
await rename(fresh, dist)
for (const [name, file] of Object.entries(manifest)) console.log(`${name} -> ${file}`)
