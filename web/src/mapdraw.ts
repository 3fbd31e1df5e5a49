// Draws the live map with MapLibre: no tiles, no fonts of another host. Patterns
// and badges are pictures made here from the looks that the legend carries; names
// are drawn with the fonts of the reader's machine.
import { GeoJSONSource, LngLatBounds, Map as GLMap, NavigationControl, ScaleControl, setWorkerUrl, type LayerSpecification } from 'maplibre-gl'
import type { Feature, FeatureCollection } from 'geojson'
import type { Lying, Moment } from './mapdata'
import { badge, density, pattern, type Look } from './mappicture'

const ink = '#16202A'
const white = '#FFFFFF'

// looksOf reads the classes of all layers from the legends.
export function looksOf(section: HTMLElement): Look[] {
  return [...section.querySelectorAll<HTMLElement>('[data-legend] [data-class]')].map((entry) => ({
    key: `${entry.closest<HTMLElement>('[data-legend]')?.dataset.legend}.${entry.dataset.class}`,
    fill: entry.dataset.fill ?? '',
    pattern: entry.dataset.pattern ?? '',
    badge: entry.dataset.badge ?? '',
    letter: entry.dataset.letter ?? '',
    shape: entry.dataset.shape ?? '',
  }))
}

const empty: FeatureCollection = { type: 'FeatureCollection', features: [] }
const shown = ['==', ['get', 'shown'], true]
const blocked = ['all', shown, ['==', ['get', 'blocked'], true]]
const none = ['all', shown, ['==', ['get', 'class'], '']]
const named = { 'text-font': ['system-ui', 'Noto Sans', 'sans-serif'], 'text-line-height': 1.32, 'text-max-width': 9 }
const onPaper = { 'text-color': ink, 'text-halo-color': white, 'text-halo-width': 2 }

const line = (id: string, source: string, filter: unknown, paint: object): LayerSpecification =>
  ({ id, source, type: 'line', layout: { 'line-join': 'round' }, paint, ...(filter ? { filter } : {}) }) as LayerSpecification

// around are the places of a unit's name, ever farther from the middle.
const around = [1.2, 2.5, 4, 6].flatMap((far) => ['bottom', [0, -far], 'top', [0, far]])

// badges are the signs of classes over the names of areas.
const badges = (id: string, filter: unknown): LayerSpecification =>
  ({
    id, source: 'label', type: 'symbol', filter,
    layout: {
      ...named, 'icon-image': ['concat', 'b-', ['get', 'look']], 'text-field': ['get', 'name'], 'text-size': 13, 'text-anchor': 'top', 'text-offset': [0, 0.75],
      'text-optional': true, 'icon-padding': 1,
    },
    paint: onPaper,
  }) as LayerSpecification

// layers lie over each other as those of the server's map.
const layers = [
  { id: 'ground', source: 'unit', type: 'fill', paint: { 'fill-color': white } },
  { id: 'area', source: 'area', type: 'fill', filter: shown, paint: { 'fill-pattern': ['image', ['concat', 'p-', ['get', 'look']]], 'fill-antialias': false } },
  { id: 'unseen', source: 'area', type: 'fill', paint: { 'fill-opacity': 0 } }, // what a finger meets, filtered or not
  line('edge', 'area', ['!=', ['get', 'estimated'], true], { 'line-color': ink, 'line-width': 1.5 }),
  line('guess', 'area', ['==', ['get', 'estimated'], true], { 'line-color': ink, 'line-width': 0.8, 'line-opacity': 0.7 }),
  line('broken', 'area', none, { 'line-color': white, 'line-width': 1.5, 'line-dasharray': [3, 3] }),
  line('unit', 'unit', null, { 'line-color': ink, 'line-width': 2.5 }),
  line('blocked-edge', 'area', blocked, { 'line-color': ink, 'line-width': 6 }),
  line('blocked-double', 'area', blocked, { 'line-color': white, 'line-width': 2 }),
  line('chosen-edge', 'area', ['==', ['get', 'id'], ''], { 'line-color': white, 'line-width': 8 }),
  line('chosen', 'area', ['==', ['get', 'id'], ''], { 'line-color': '#0A4E8C', 'line-width': 5 }),
  // Names find their place from the last layer to the first; a letter stands where
  // its badge found none.
  { id: 'letter', source: 'label', type: 'symbol', filter: shown, layout: { ...named, 'text-field': ['get', 'letter'], 'text-size': 12, 'text-padding': 0 }, paint: onPaper },
  badges('badge', shown),
  {
    id: 'unit-name', source: 'unit-label', type: 'symbol',
    layout: { ...named, 'text-field': ['get', 'name'], 'text-size': 15, 'text-variable-anchor-offset': around },
    paint: { ...onPaper, 'text-halo-width': 2.5 },
  },
  badges('blocked-badge', blocked),
] as LayerSpecification[]

export class MapDrawing {
  onChoose: (id: string) => void = () => {}
  onIdle: () => void = () => {}
  private features: Lying[] = []
  private last = ''
  private letters = new Map<string, string>()

  private constructor(private map: GLMap) {}

  // make fails where the browser cannot draw.
  static async make(section: HTMLElement, sheet: HTMLElement, looks: Look[]): Promise<MapDrawing> {
    const words = section.dataset
    setWorkerUrl(new URL(words.worker ?? '', location.href).href)
    section.hidden = false
    const map = new GLMap({
      container: sheet, style: { version: 8, sources: {}, layers: [] }, center: [105.9, 21.03], zoom: 11, maxZoom: 18, attributionControl: false,
      cooperativeGestures: true, dragRotate: false, pitchWithRotate: false, rollEnabled: false, fadeDuration: 0,
      locale: {
        'Map.Title': words.region ?? '', 'NavigationControl.ZoomIn': words.zoomIn ?? '', 'NavigationControl.ZoomOut': words.zoomOut ?? '',
        'CooperativeGesturesHandler.WindowsHelpText': words.wheel ?? '', 'CooperativeGesturesHandler.MacHelpText': (words.wheel ?? '').replace('Ctrl', '⌘'),
        'CooperativeGesturesHandler.MobileHelpText': words.touch ?? '',
      },
    })
    map.touchZoomRotate.disableRotation()
    map.keyboard.disableRotation()
    map.addControl(new NavigationControl({ showCompass: false }))
    map.addControl(new ScaleControl({}), 'bottom-left')
    await new Promise<void>((done, failed) => {
      map.once('load', () => done())
      map.once('error', (e) => failed(e.error))
    })
    const drawing = new MapDrawing(map)
    drawing.begin(looks)
    return drawing
  }

  private begin(looks: Look[]): void {
    for (const look of looks) {
      this.letters.set(look.key, look.letter)
      this.map.addImage(`p-${look.key}`, pattern(look), { pixelRatio: density })
      this.map.addImage(`b-${look.key}`, badge(look), { pixelRatio: density })
    }
    for (const id of ['area', 'unit', 'label', 'unit-label']) this.map.addSource(id, { type: 'geojson', data: empty, promoteId: 'id' })
    for (const layer of layers) this.map.addLayer(layer)
    this.map.on('click', (e) => {
      const hit = this.map.queryRenderedFeatures(e.point, { layers: ['blocked-badge', 'badge', 'unseen'] })[0]
      this.onChoose(hit ? String(hit.properties.id) : '')
    })
    this.map.on('idle', () => this.onIdle())
    this.map.on('mousemove', 'unseen', () => (this.map.getCanvas().style.cursor = 'pointer'))
    this.map.on('mouseleave', 'unseen', () => (this.map.getCanvas().style.cursor = ''))
  }

  private set(source: string, features: Feature[]): void {
    void (this.map.getSource(source) as GeoJSONSource).setData({ type: 'FeatureCollection', features })
  }

  // show paints a moment. Where areas lie is handed to the worker again only when
  // it moved: the classes go as a difference.
  show(layer: string, m: Moment, moved: boolean, all: Lying[]): void {
    const paint = (id: string) => {
      const look = `${layer}.${m.classes[id] ?? ''}`
      return { id, class: m.classes[id] ?? '', look, letter: this.letters.get(look) ?? '', shown: id in m.classes, blocked: m.blocked.includes(id) }
    }
    if (moved) {
      this.features = all
      const areas = all.filter((f) => !f.properties.parent && f.geometry)
      const units = all.filter((f) => f.properties.parent)
      this.set('area', areas.map((f) => ({ ...f, properties: { ...f.properties, ...paint(f.id) } }) as Feature))
      this.set('unit', units as Feature[])
      this.set('unit-label', points(units.filter((u) => !areas.some((a) => a.properties.name === u.properties.name)), (f) => ({ name: f.properties.name })))
    } else {
      const update = this.features.map((f) => ({ id: f.id, addOrUpdateProperties: Object.entries(paint(f.id)).map(([key, value]) => ({ key, value })) }))
      void (this.map.getSource('area') as GeoJSONSource).updateData({ update: update.filter((_, i) => !this.features[i]?.properties.parent && this.features[i]?.geometry) })
    }
    this.set('label', points(this.features.filter((f) => !f.properties.parent), (f) => ({ name: f.properties.name, ...paint(f.id) })))
  }

  choose(id: string): void {
    if (id === this.last) return
    this.last = id
    for (const layer of ['chosen-edge', 'chosen']) this.map.setFilter(layer, ['==', ['get', 'id'], id])
  }

  fit(): void {
    const bounds = new LngLatBounds()
    const walk = (at: unknown): void => {
      if (!Array.isArray(at)) return
      if (typeof at[0] === 'number') bounds.extend(at as [number, number])
      else at.forEach(walk)
    }
    for (const f of this.features) if (f.geometry && 'coordinates' in f.geometry) walk(f.geometry.coordinates)
    if (!bounds.isEmpty()) this.map.fitBounds(bounds, { padding: 24, duration: 0, maxZoom: 16 })
  }

  resize(): void {
    this.map.resize()
  }
}

// points are where the names of features stand.
function points(all: Lying[], properties: (f: Lying) => Record<string, unknown>): Feature[] {
  return all.flatMap((f) => (f.properties.label ? [{ type: 'Feature', id: f.id, geometry: { type: 'Point', coordinates: f.properties.label }, properties: properties(f) }] : []))
}
