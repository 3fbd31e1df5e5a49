// What the server gives a phone, and what the phone records.
export interface Person {
  id: string
  name: string
  birth?: string
  where?: string
  number?: number
  slot?: string
  done?: string
}

export interface Table {
  id: string
  place: string
  method: string
  pool_max: number
  starts: string
  ends: string
  people: Person[]
}

export interface Home {
  id: string
  code?: string
  lane?: string
  address?: string
  where: string
  no: number // in the walking order of its area
  last?: string
  people: Person[]
}

export interface Duty {
  title: string
  ward: string
  desk: string
  name: string
  until: string
  hotline?: string
  sessions: Table[]
  homes: Home[]
}

export interface Rec {
  id: string
  kind: string
  at: string
  session?: string
  resident?: string
  tube?: string
  of?: string
  outcome?: string
  reason?: string
  result?: string
  self?: boolean
  supervisor?: string
  consent?: string
  household?: string
  found?: string
  persons?: string[]
  note?: string
  symptoms?: string[]
  source?: string
  name?: string
  birth?: string
  sex?: string
  number?: string
  phone?: string
  place?: string
  nationality?: string
  papers?: string
}

// Line is a record in the journal with what became of it.
export interface Line {
  seq: number
  rec: Rec
  sent: boolean
  status?: string
  text?: string
}
