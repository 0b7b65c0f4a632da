import { perPrincipal } from '../../platform/http/limit.ts'
import { defineRoute, type Route } from '../../platform/http/route.ts'
import { ok, refuse } from '../../platform/outcome.ts'
import type { KeysConfig } from './config.ts'
import { destroy, type DestroyDeps } from './destroy.ts'
import { keyErrors } from './errors.ts'
import { hitsOf } from './hits.ts'
import type { OwnKeyring } from './keyring.ts'
import { listKeys } from './list.ts'
import { listPurposes } from './purposes.ts'
import { rotate } from './rotate.ts'
import { rotateKek, type RotateKekDeps } from './rotate-kek.ts'
import {
  Destroyed,
  Destruction,
  HitQuery,
  Hits,
  KekRotated,
  Key,
  KeyEncryptionKeys,
  KeyPage,
  KeyPurposes,
  KeyQuery,
  Rotation,
} from './shapes.ts'
import { listKeks } from './store/list.ts'

export interface KeyRouteDeps extends DestroyDeps, RotateKekDeps {
  readonly keyring: OwnKeyring
  readonly config: Pick<KeysConfig, 'messagesPerKey' | 'dataKeyDays'>
}

const installation = () => ({ type: 'Installation', id: 'installation' })

export const keyRoutes = (deps: KeyRouteDeps): readonly Route[] => [
  defineRoute({
    method: 'GET',
    path: '/api/v1/keys',
    summary: 'List data keys, newest first: what they are for and how much they were used, never the keys',
    permission: { action: 'listKeys', resource: installation },
    input: { query: KeyQuery },
    output: KeyPage,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ query, read }) => read(async (tx) => ok(await listKeys(tx, query))),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/keys/purposes',
    summary: 'What data keys are for, how many there are for each purpose, and how far they are used up',
    permission: { action: 'listKeys', resource: installation },
    output: KeyPurposes,
    reads: true,
    limit: perPrincipal(120, 'minute'),
    handler: ({ read }) => read(async (tx) => ok(await listPurposes(tx, deps.config))),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/keys/hits',
    summary: 'What would be lost with a key, or with all keys of a person',
    permission: { action: 'listKeys', resource: installation },
    input: { query: HitQuery },
    output: Hits,
    reads: true,
    limit: perPrincipal(30, 'minute'),
    handler: ({ query, read }) =>
      read(async (tx) => {
        const hits = await hitsOf(tx, deps, query)
        return hits === undefined ? refuse(keyErrors.key_not_found, { key: query.id ?? query.subject ?? '' }) : ok(hits)
      }),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/keys/rotate',
    summary: 'Make the next version of a data key, for what is written from now on',
    permission: { action: 'rotateKey', resource: installation },
    input: { body: Rotation },
    output: Key,
    event: 'key.rotated',
    limit: perPrincipal(60, 'minute'),
    handler: ({ body, work }) => rotate(work, deps.keyring, body),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/keys/destroy',
    summary: 'Destroy an old version of a key, or every key of a person: what they encrypted is lost for good',
    permission: { action: 'destroyKey', resource: installation },
    input: { body: Destruction },
    output: Destroyed,
    event: 'key.destroyed',
    limit: perPrincipal(30, 'minute'),
    handler: ({ body, work, read }) => destroy({ work, read }, deps, body),
  }),
  defineRoute({
    method: 'GET',
    path: '/api/v1/key-encryption-keys',
    summary: 'List the keys that wrap data keys, newest first',
    permission: { action: 'listKeys', resource: installation },
    output: KeyEncryptionKeys,
    reads: true,
    limit: perPrincipal(600, 'minute'),
    handler: ({ read }) => read(async (tx) => ok({ items: await listKeks(tx) })),
  }),
  defineRoute({
    method: 'POST',
    path: '/api/v1/key-encryption-keys/rotate',
    summary: 'Replace the key that wraps data keys; they are wrapped anew in the background, data is not touched',
    permission: { action: 'rotateKeyEncryptionKey', resource: installation },
    output: KekRotated,
    event: 'key.rotated',
    limit: perPrincipal(10, 'minute'),
    handler: ({ work }) => rotateKek(work, deps),
  }),
]
