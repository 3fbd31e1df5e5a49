// What the live map fetches: where areas lie, kept for as long as they lie there,
// and which class each has at a moment.
import type { Feature, Geometry } from 'geojson'

// Moment is the answer of /ban-do/loai.
export interface Moment {
  as_of: string
  classes: Record<string, string>
  blocked: string[]
  settled: number
  shapes: Record<string, string>
}

// Place is what is known of an area besides its class.
export interface Place {
  id: string
  name: string
  link: string
  placed: boolean
}

interface Where {
  name: string
  link?: string
  label?: [number, number]
  parent?: boolean
  estimated?: boolean
}

export type Lying = Feature<Geometry | null, Where> & { id: string }

async function get<T>(address: string): Promise<T> {
  const answer = await fetch(address, { headers: { 'X-Requested-With': 'fetch' } })
  if (!answer.ok) throw new Error(`${answer.status}`)
  return answer.json()
}

export class MapData {
  areas = new Map<string, Place>()
  private moments = new Map<string, Promise<Moment>>()
  private units = new Map<string, { version: string; features: Lying[] }>()

  constructor(private filter: string) {}

  // features are all places of the units shown.
  get features(): Lying[] {
    return [...this.units.values()].flatMap((u) => u.features)
  }

  // forget drops what a decision may have changed. Where areas lie has a version.
  forget(): void {
    this.moments.clear()
  }

  at(layer: string, luc: string): Promise<Moment> {
    const key = `${layer} ${luc}`
    const known = this.moments.get(key)
    if (known) return known
    const q = new URLSearchParams(this.filter)
    q.set('lop', layer)
    if (luc) q.set('luc', luc)
    const asked = get<Moment>(`/ban-do/loai?${q}`)
    this.moments.set(key, asked)
    asked.catch(() => this.moments.delete(key))
    return asked
  }

  // shapes fetches the units that lie otherwise than known, and tells whether
  // any did.
  async shapes(m: Moment): Promise<boolean> {
    const moved = Object.entries(m.shapes).filter(([unit, version]) => this.units.get(unit)?.version !== version)
    const gone = [...this.units.keys()].filter((unit) => !(unit in m.shapes))
    const fetched = await Promise.all(moved.map(([unit, version]) => this.unit(m, unit, version)))
    moved.forEach(([unit, version], i) => this.units.set(unit, { version, features: fetched[i] ?? [] }))
    gone.forEach((unit) => this.units.delete(unit))
    if (moved.length + gone.length > 0) this.list()
    return moved.length + gone.length > 0
  }

  private async unit(m: Moment, unit: string, version: string): Promise<Lying[]> {
    const q = new URLSearchParams({ tu: String(m.settled), ban: version })
    const own = new URLSearchParams(this.filter).get('don-vi')
    if (own) q.set('don-vi', own)
    return (await get<{ features: Lying[] }>(`/ban-do/hinh/${encodeURIComponent(unit)}?${q}`)).features
  }

  private list(): void {
    this.areas.clear()
    for (const f of this.features) {
      const { name, link, parent } = f.properties
      if (!parent) this.areas.set(f.id, { id: f.id, name, link: link ?? '', placed: f.geometry !== null })
    }
  }
}
