import { parseTilePath, TILE_WIDTH, type TileId, tileWidth } from '@holdfast/merkle'
import type { Database, Transaction } from '../../../platform/database/database.ts'
import { perPrincipal } from '../../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../../platform/http/route.ts'
import { ok, refuse } from '../../../platform/outcome.ts'
import { errors } from '../errors.ts'
import type { LogIdentity } from '../identity.ts'
import type { Readings } from '../search/index.ts'
import { readCheckpoint, readHead } from '../store/head.ts'
import { entriesTile, hashTile } from './tiles.ts'

export interface LogRouteDeps {
  readonly database: Database
  readonly identity: () => Promise<LogIdentity>
  readonly readings: Readings
}

const permission = {
  action: 'readLog',
  resource: () => ({ type: 'Installation', id: 'installation' }),
} as const

/** A tile never changes once it is there; only whoever may read the log may keep it. */
const forever = { 'cache-control': 'private, max-age=31536000, immutable' }
/** A partial one is replaced by a larger one soon. */
const shortly = { 'cache-control': 'private, max-age=60' }

/** The log as C2SP tlog-tiles describes it: what monitors and verifiers of any make read. */
export const logRoutes = ({ database, identity, readings }: LogRouteDeps): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/log/checkpoint',
    summary: 'The newest signed checkpoint of the log (C2SP tlog-checkpoint)',
    permission,
    output: { media: 'text/plain; charset=utf-8' },
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async ({ read }) => {
      const checkpoint = await read((tx) => readCheckpoint(tx))
      return checkpoint === undefined ? refuse(errors.log_empty) : ok(checkpoint.note)
    },
  }),
  defineRoute({
    method: 'GET',
    path: '/log/key',
    summary: 'The verifier key of the log (C2SP signed-note)',
    permission,
    output: { media: 'text/plain; charset=utf-8' },
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: async () => ok(`${(await identity()).vkey}\n`),
  }),
  defineRoute({
    method: 'GET',
    path: '/log/tile/*',
    summary: 'A tile of the log, of hashes or (tile/entries/...) of entries (C2SP tlog-tiles)',
    permission,
    output: { media: 'application/octet-stream' },
    event: 'log.read',
    limit: perPrincipal(12_000, 'minute'),
    handler: async ({ request, caller, source }) => {
      const path = request.url.pathname.slice('/log/'.length)
      const tile = parseTilePath(path)
      if (tile === undefined) return refuse(errors.tile_not_found, { tile: path.slice(0, 80) })
      await readings.record({ caller, source, requestId: request.requestId }, { what: 'tiles' })
      // As the system: the log is that of the installation, and its entries say nothing of anybody.
      const bytes = await database.asSystem((tx) => readTile(tx, tile))
      if (bytes === undefined) return refuse(errors.tile_not_found, { tile: path })
      return ok(bytes, { headers: tile.width === TILE_WIDTH ? forever : shortly })
    },
  }),
]

async function readTile(tx: Transaction, tile: TileId): Promise<Buffer | undefined> {
  const { size } = await readHead(tx)
  const level = tile.level === 'entries' ? 0 : tile.level
  if (tile.width > tileWidth(level, tile.index, size)) return undefined
  return tile.level === 'entries' ? entriesTile(tx, tile) : hashTile(tx, tile.level, tile)
}
