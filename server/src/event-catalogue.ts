import { edgeEvents } from '@holdfast/bundle'
import {
  completeEvent,
  describeEvent,
  type EventDefinition,
  type EventDefinitions,
  type Outcome,
  type Severity,
  undefinedKind,
} from '@holdfast/events'
import { head, table } from './markdown.ts'
import { manifests } from './modules.ts'
import type { Route } from './platform/http/route.ts'

/** What is to be known of a kind of event; the machine-readable catalogue is a list of these. */
export interface DescribedKind {
  /** `*`: any kind that nobody defined */
  readonly kind: string
  /** a module of the control plane, or `edge` for what gateways and SDKs make, or `application` */
  readonly from: string
  readonly summary: string
  readonly class: { readonly uid: number; readonly name: string }
  /** more than one where it depends on the event */
  readonly activities: readonly { readonly id: number; readonly name: string; readonly typeUid: number }[]
  /** how it may end, with the severity of each */
  readonly outcomes: Readonly<Partial<Record<Outcome, Severity>>>
  /** JSON Pointers into the OCSF document of what is personal, where it is there */
  readonly personal: readonly string[]
  /** routes that name it as their event */
  readonly routes: readonly string[]
  /** who writes it besides */
  readonly written: string | null
}

/** Every kind that is defined, in the order of the modules. */
export function describeKinds(routes: readonly Route[]): readonly DescribedKind[] {
  const all: readonly { readonly from: string; readonly events: EventDefinitions }[] = [
    ...manifests.map(({ name, events }) => ({ from: name, events })),
    { from: 'gateway and SDK', events: edgeEvents },
    { from: 'application', events: { '*': undefinedKind } },
  ]
  return all.flatMap(({ from, events }) =>
    Object.entries(events).map(([kind, definition]) => ({
      kind,
      from,
      ...facts(definition),
      ...written(kind, definition, routes),
      personal: personalPlaces(definition),
    })),
  )
}

function facts({
  summary,
  class: of,
  activity,
}: EventDefinition): Pick<DescribedKind, 'summary' | 'class' | 'activities'> {
  const names = typeof activity === 'string' ? [activity] : activity.among
  const activities = names.map((name) => {
    const id = of.activities[name] ?? 99
    return { id, name, typeUid: of.uid * 100 + id }
  })
  return { summary, class: { uid: of.uid, name: of.name }, activities }
}

function written(kind: string, { outcomes, severity, written: besides }: EventDefinition, all: readonly Route[]) {
  const routes = all.filter(({ event }) => event === kind).map(({ method, path }) => `${method} ${path}`)
  const ends = new Set<Outcome>(routes.length > 0 ? [...outcomes, 'refused'] : outcomes)
  return {
    outcomes: Object.fromEntries([...ends].map((outcome) => [outcome, severity[outcome]])),
    routes,
    written: besides,
  }
}

/** Where a document of this kind has personal data, when everything is there that may be. */
function personalPlaces(definition: EventDefinition): readonly string[] {
  const event = completeEvent(
    { kind: 'x', outcome: 'success', actor: { type: 'Person', id: 'x', name: 'x' } },
    {
      id: '00000000-0000-7000-8000-000000000000',
      time: new Date(0),
      source: { address: '127.0.0.1', userAgent: 'x' },
    },
  )
  const product = { name: 'Holdfast' }
  const { personal } = describeEvent(event, { definition, tenant: 'x', product })
  return [...personal.map(({ pointer }) => pointer), ...definition.personal.map((name) => `/unmapped/data/${name}`)]
}

export function eventCatalogue(kinds: readonly DescribedKind[]): string {
  const rows = kinds.map(
    ({ kind, from, summary, class: of, activities, outcomes, routes, written: besides, personal }) => [
      `\`${kind}\``,
      from,
      summary,
      `${of.name} ${of.uid}: ${activities.map(({ id, name }) => `${name} ${id}`).join(', ')}`,
      Object.entries(outcomes)
        .map(([outcome, severity]) => `${outcome} (${severity})`)
        .join(', '),
      [...routes.map((route) => `\`${route}\``), ...(besides === null ? [] : [besides])].join(', '),
      personal
        .filter((pointer) => pointer.startsWith('/unmapped/data/'))
        .map((pointer) => `\`${pointer}\``)
        .join(' '),
    ],
  )
  return (
    head('Events', about) +
    table(['Kind', 'From', 'Meaning', 'OCSF class and activity', 'Ends', 'Written by', 'Personal besides'], rows)
  )
}

const about = `What the ledger holds. Each event is stored, hashed and exported as an OCSF 1.8 document; how the document is made is in
[event-log.md](../design/event-log.md). The same list for machines: [events.json](events.json).

Of every event the name of a person who acted, the address and the user agent are personal data; the last column names what is
besides. A kind of the control plane's own that an application reports becomes \`reported.\` and that kind.`
