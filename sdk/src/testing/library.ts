import type { ApplicationBundle } from '@holdfast/bundle'
import { parseSchema } from '@holdfast/policy/authoring'
import { person, uuid } from '../filters/columns.ts'
import { createHoldfast, type Holdfast, type HoldfastOptions } from '../holdfast.ts'
import { defineResource } from '../resource.ts'
import { sql } from '../filters/sql.ts'
import type { Clock } from '../edge/index.ts'
import { movableClock } from './clock.ts'
import { type Account, TestControlPlane, until } from './control-plane.ts'
import { createDatabase, type TestDatabase } from './database.ts'

export const SCHEMA = `
entity Role in [Role];
entity Group in [Group, Role];
entity Person in [Group, Role];
entity Service in [Group, Role];
entity Folder in [Folder];
entity Document in [Folder] { owner: Person, title: String, level: Long, open: Bool, reviewer?: Person, region?: String };
action view, edit, erase appliesTo { principal: [Person, Service], resource: [Document], context: { at?: String } };
action viewTitle, viewNotes, viewDigest appliesTo { principal: [Person, Service], resource: [Document] };
`

export const POLICIES = `
@id("own") permit(principal is Person, action in [Action::"view", Action::"edit", Action::"viewNotes"], resource) when { resource.owner == principal };
@id("open") permit(principal, action in [Action::"view", Action::"viewTitle"], resource) when { resource.open };
@id("editors") permit(principal in Role::"editor", action in [Action::"view", Action::"viewTitle", Action::"viewDigest"], resource);
@id("shelf") permit(principal in Group::"readers", action == Action::"view", resource in Folder::"root");
@id("high") forbid(principal, action == Action::"view", resource) when { resource.level > 5 }
  unless { principal is Person && resource has reviewer && resource.reviewer == principal };
@id("named") permit(principal is Service, action == Action::"view", resource) when { context has at && resource.title == context.at };
`

/** Names that would be SQL if anybody let them. */
export const HOSTILE = `it's "$1"; DROP TABLE documents; --`

export const Document = defineResource({
  type: 'Document',
  table: 'documents',
  id: uuid('id'),
  attributes: {
    owner: person('owner_id'),
    title: 'title',
    level: 'level',
    open: 'open',
    reviewer: person('reviewer_id'),
    region: 'region',
  },
  parents: [{ kind: 'closure', type: 'Folder', table: 'folder_closure', child: 'document_id', parent: 'folder_id' }],
  fields: { viewTitle: ['title'], viewNotes: ['notes', 'secret'], viewDigest: ['digest'] },
  columns: { digest: (column) => sql`md5(${column('secret')})` },
})

const TABLES = `
CREATE TABLE documents (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  owner_id text NOT NULL, title text NOT NULL, level integer NOT NULL, open boolean NOT NULL,
  reviewer_id text, region text, folder_id text, notes text, secret text NOT NULL);
CREATE TABLE folder_closure (document_id uuid NOT NULL, folder_id text NOT NULL, PRIMARY KEY (document_id, folder_id));
INSERT INTO documents (owner_id, title, level, open, reviewer_id, folder_id, notes, secret)
SELECT (ARRAY['ada', 'ben', $1])[1 + n % 3], CASE WHEN n % 7 = 0 THEN $1 ELSE 'title ' || n END, n % 9, n % 4 = 0,
       CASE WHEN n % 5 < 2 THEN 'ben' END, 'folder-' || n % 3, CASE WHEN n % 2 = 0 THEN 'notes of ' || n END,
       'secret-' || n
FROM generate_series(1, 120) AS n`

export const accounts: readonly Account[] = [
  { type: 'Person', id: 'ada', groups: ['readers'] },
  { type: 'Person', id: 'ben' },
  { type: 'Person', id: HOSTILE },
  { type: 'Service', id: 'robot' },
]

/** A control plane whose bundles have a schema, and Role::"editor" for whoever is named. */
class LibraryControlPlane extends TestControlPlane {
  schema: string = SCHEMA
  editors: readonly string[] = []
  changes: Partial<ApplicationBundle> = {}
  clock: Clock | null = null

  override now(): number {
    return this.clock === null ? super.now() : Math.floor(this.clock.now() / 1000)
  }

  override claims(): ApplicationBundle {
    const claims = super.claims()
    const parsed = parseSchema(this.schema)
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.findings))
    const entities = claims.entities.map((entity) =>
      this.editors.includes(entity.uid.id)
        ? { ...entity, parents: [...entity.parents, { type: 'Role', id: 'editor' }] }
        : entity,
    )
    const roles = [{ uid: { type: 'Role', id: 'editor' }, attrs: {}, parents: [] }]
    return { ...claims, schema: parsed.schema, entities: [...entities, ...roles], ...this.changes }
  }
}

export interface Library {
  readonly control: LibraryControlPlane
  readonly database: TestDatabase
  readonly clock: ReturnType<typeof movableClock>
  /** Waits for the first bundle, however slow the machine is. */
  connect(options?: HoldfastOptions): Promise<Holdfast>
  /** For those that get none. */
  begin(options?: HoldfastOptions): Promise<Holdfast>
  close(): Promise<void>
}

/** Documents in a real PostgreSQL, and a control plane whose policies are about them; with a standing clock both go by it. */
export async function openLibrary(standing: Library['clock'] | null = null): Promise<Library> {
  const database = await createDatabase()
  for (const statement of TABLES.split(';')) {
    await database.pool.query(statement, statement.includes('$1') ? [HOSTILE] : [])
  }
  await database.pool.query(`
    INSERT INTO folder_closure SELECT id, folder_id FROM documents
    UNION ALL SELECT id, 'root' FROM documents WHERE folder_id <> 'folder-0'`)
  const control = await new LibraryControlPlane({ policies: POLICIES, accounts: [...accounts] }).start()
  control.clock = standing
  const clock = standing ?? movableClock()
  const open: Holdfast[] = []
  const begin: Library['begin'] = async (options = {}) => {
    const instance = await createHoldfast({ credentials: control.credentials, clock, onProblem: () => {}, ...options })
    open.push(instance)
    return instance
  }
  return {
    control,
    database,
    clock,
    begin,
    connect: async (options) => {
      const instance = await begin(options)
      await until(() => instance.epoch > 0)
      return instance
    },
    close: async () => {
      control.broken = null
      await Promise.all(open.map((each) => each.close()))
      await control.stop()
      await database.drop()
    },
  }
}
