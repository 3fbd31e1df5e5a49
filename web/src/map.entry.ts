// The live map: layers, moments and areas without loading the page again. The
// map that the server drew stays for print and for when this one fails.
import './map.css'
import { MapData, Moment } from './mapdata'
import { MapDrawing, looksOf } from './mapdraw'

const section = document.querySelector<HTMLElement>('[data-map]') as HTMLElement
const button = document.querySelector<HTMLButtonElement>('[data-map-open]') as HTMLButtonElement
const piece = <T extends HTMLElement>(name: string) => section.querySelector(`[data-piece=${name}]`) as T
const status = piece('status')
const slider = piece<HTMLInputElement>('slider')
const play = piece<HTMLButtonElement>('play')
const data = new MapData(section.dataset.filter ?? '')
const stepTime = 1500 // milliseconds of one stop while it plays

let layer = section.dataset.layer ?? ''
let moment: Moment | undefined
let drawing: MapDrawing | undefined
let chosen = ''
let playing = 0

// stops are those of the page, which the server renews when something is decided.
const stops = () => [...document.querySelectorAll<HTMLOptionElement>('#map-stops option')]
const stop = () => stops()[Number(slider.value)]
const luc = () => stop()?.dataset.luc ?? ''

function fail(text: string | undefined): void {
  status.textContent = text ?? ''
}

// showStop says where the slider stands.
function showStop(): void {
  const label = stop()?.label ?? ''
  slider.setAttribute('aria-valuetext', label)
  piece('moment').textContent = label
  piece<HTMLButtonElement>('previous').disabled = slider.value === '0'
  piece<HTMLButtonElement>('next').disabled = slider.value === slider.max
}

// takeStops fits the slider to the stops, at the same moment as before.
function takeStops(at: string | undefined): void {
  const all = stops()
  const here = all.findIndex((s) => (at === undefined ? s.hasAttribute('data-here') : s.dataset.luc === at))
  slider.max = String(Math.max(0, all.length - 1))
  slider.value = String(here >= 0 ? here : all.findIndex((s) => s.dataset.luc === ''))
  piece('time').hidden = all.length < 2
  showStop()
}

// address makes the bar show what the map does, so that a link shows the same.
function address(): void {
  const q = new URLSearchParams(location.search)
  const put = (name: string, value: string) => (value ? q.set(name, value) : q.delete(name))
  put('lop', layer)
  put('luc', luc())
  put('xem', section.hidden ? '' : 'dong')
  const to = (query: URLSearchParams) => `${location.pathname}${query.size ? '?' + query : ''}`
  history.replaceState(null, '', to(q))
  const list = new URLSearchParams(q)
  piece<HTMLAnchorElement>('list-link').href = `${to(list)}#danh-sach`
  for (const tab of tabs()) {
    q.set('lop', layerOf(tab))
    tab.href = to(q)
  }
}

const tabs = () => [...document.querySelectorAll<HTMLAnchorElement>('.tabs a[href*="lop="]')]
const layerOf = (tab: HTMLAnchorElement) => new URL(tab.href).searchParams.get('lop') ?? ''

function showLayer(): void {
  for (const tab of tabs()) {
    if (layerOf(tab) === layer) tab.setAttribute('aria-current', 'page')
    else tab.removeAttribute('aria-current')
  }
  for (const legend of section.querySelectorAll<HTMLElement>('[data-legend]')) {
    legend.hidden = legend.dataset.legend !== layer
    const title = document.querySelector('h1')
    if (!legend.hidden && title) title.textContent = legend.getAttribute('aria-label')
  }
}

const entryOf = (code: string) => section.querySelector<HTMLElement>(`[data-legend="${layer}"] [data-class="${code}"]`)

// showCounts writes how many areas have each class. A class that none has is
// left in the legend: the next moment may have it.
function showCounts(m: Moment): void {
  const counts: Record<string, number> = {}
  for (const code of Object.values(m.classes)) counts[code] = (counts[code] ?? 0) + 1
  for (const entry of section.querySelectorAll<HTMLElement>(`[data-legend="${layer}"] [data-class]`)) {
    const out = entry.querySelector('b')
    if (out) out.textContent = String(counts[entry.dataset.class ?? ''] ?? 0)
  }
}

// sign is the badge of an area's class, with its words, as the legend has it.
function sign(m: Moment, id: string): Node[] {
  const entry = entryOf(m.classes[id] ?? '')
  return entry ? [entry.querySelector('.zone')!.cloneNode(true), document.createTextNode(` ${entry.dataset.name} `)] : []
}

function link(id: string): string {
  const to = data.areas.get(id)?.link ?? ''
  return luc() ? `${to}?luc=${encodeURIComponent(luc())}` : to
}

function showChosen(): void {
  const card = piece('card')
  const area = data.areas.get(chosen)
  card.hidden = !area || !moment
  drawing?.choose(area ? chosen : '')
  if (!area || !moment) return
  const blocked = moment.blocked.includes(chosen) ? [piece('blocked').cloneNode(true)] : []
  piece('card-name').textContent = area.name
  piece('card-class').replaceChildren(...sign(moment, chosen), ...blocked)
  piece<HTMLAnchorElement>('card-link').href = link(chosen)
}

// showUnplaced lists what has no place: no area is lost.
function showUnplaced(m: Moment): void {
  const out = [...data.areas.values()].filter((a) => !a.placed && a.id in m.classes).map((a) => {
    const item = document.createElement('li')
    const to = document.createElement('a')
    to.href = link(a.id)
    to.textContent = a.name
    item.append(...sign(m, a.id), to)
    return item
  })
  piece('unplaced').hidden = out.length === 0
  piece('unplaced-list').replaceChildren(...out)
}

// show brings the map to its layer and moment. What arrives late is passed over.
async function show(): Promise<boolean> {
  const asked = `${layer} ${luc()}`
  delete section.dataset.ready
  address()
  try {
    const m = await data.at(layer, luc())
    const moved = await data.shapes(m)
    if (asked !== `${layer} ${luc()}`) return true
    moment = m
    drawing?.show(layer, m, moved, data.features)
    piece('as-of').textContent = m.as_of
    piece('list').hidden = luc() === (section.dataset.luc ?? '')
    piece('list-words').textContent = (section.dataset.listWords ?? '').replace('%1', labelOf(section.dataset.luc ?? '')).replace('%2', labelOf(luc()))
    showCounts(m)
    showChosen()
    showUnplaced(m)
    fail('')
    return true
  } catch {
    fail(section.dataset.failed)
    return false
  }
}

const labelOf = (at: string) => stops().find((s) => s.dataset.luc === at)?.dataset.full ?? ''

function move(by: number): void {
  slider.value = String(Number(slider.value) + by)
  showStop()
  void show()
}

function halt(): void {
  clearInterval(playing)
  playing = 0
  play.textContent = play.dataset.play ?? ''
}

function startPlaying(): void {
  if (slider.value === slider.max) slider.value = '0'
  play.textContent = play.dataset.pause ?? ''
  move(0)
  playing = window.setInterval(() => {
    move(1)
    if (slider.value === slider.max) halt()
  }, stepTime)
}

// toggle opens the map, or leaves it for the server's, which is fetched when it
// stands at another moment or layer.
function toggle(on: boolean): void {
  section.hidden = !on
  document.getElementById('main')?.classList.toggle('map-on', on)
  button.textContent = (on ? button.dataset.close : button.dataset.open) ?? ''
  halt()
  address()
  if (on) drawing?.resize()
  else if (luc() !== section.dataset.luc || layer !== section.dataset.layer) location.reload()
}

// begin draws the map once, or leaves the server's with a word why.
async function begin(): Promise<void> {
  fail(section.dataset.loading)
  piece('body').hidden = false
  takeStops(undefined)
  try {
    drawing = await MapDrawing.make(section, piece('sheet'), looksOf(section))
  } catch (e) {
    section.dataset.fault = String(e) // for whoever looks into it
    giveUp()
    fail(section.dataset.unable)
    return
  }
  drawing.onIdle = () => {
    if (moment) section.dataset.ready = 'on' // all that was asked for is painted
  }
  drawing.onChoose = (id) => {
    chosen = id
    showChosen()
  }
  toggle(true)
  if (!(await show())) return giveUp()
  drawing.fit()
}

// giveUp leaves the server's map in place: nothing came that could be drawn.
function giveUp(): void {
  drawing = undefined
  document.getElementById('main')?.classList.remove('map-on')
  piece('body').hidden = true
  button.hidden = true
}

slider.addEventListener('input', () => {
  halt()
  showStop()
  void show()
})
piece('previous').addEventListener('click', () => (halt(), move(-1)))
piece('next').addEventListener('click', () => (halt(), move(1)))
play.addEventListener('click', () => (playing ? halt() : startPlaying()))
piece('card-close').addEventListener('click', () => {
  chosen = ''
  showChosen()
  section.querySelector<HTMLElement>('canvas')?.focus()
})
button.addEventListener('click', () => {
  if (drawing) toggle(Boolean(section.hidden))
})
for (const tab of tabs()) {
  tab.addEventListener('click', (e) => {
    if (section.hidden || !drawing || e.ctrlKey || e.metaKey || e.shiftKey) return
    e.preventDefault()
    layer = layerOf(tab)
    showLayer()
    void show()
  })
}
// A decision may change every moment; the stops come with the piece of the page.
for (const kind of ['live-zone', 'live-all']) {
  document.body.addEventListener(kind, () => {
    data.forget()
    if (!section.hidden && drawing) void show()
  })
}
document.body.addEventListener('htmx:afterSwap', () => {
  if (drawing) takeStops(luc())
})
void begin()
