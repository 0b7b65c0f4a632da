import { type DataKey, type Place, unwrapKey, wrapKey } from '@holdfast/envelope'
import type { Random } from '../../platform/random.ts'
import { installationTenant } from './names.ts'
import type { Root } from './seal/root.ts'
import type { DataKeyRow } from './store/data-keys.ts'

/*
 * Where wrapped keys lie, and that they open there alone: a row that was given another's key, name, version or root
 * generation by hand does not unwrap.
 */

/** @param key its name and version are part of the place: a key does not serve another purpose */
export function dataKeyPlace(
  tenant: string | null,
  key: Pick<DataKeyRow, 'id' | 'purpose' | 'subject' | 'version'>,
): Place {
  return {
    tenant: tenant ?? installationTenant,
    table: 'data_keys',
    row: `${key.id} ${key.purpose} ${key.subject}`,
    column: 'wrapped',
    version: key.version,
  }
}

function kekPlace(id: string, generation: number): Place {
  return { tenant: installationTenant, table: 'key_encryption_keys', row: id, column: 'wrapped', version: generation }
}

export function wrapKek(random: Random, root: Root, kek: DataKey): Buffer {
  return wrapKey(root.key, kekPlace(kek.id, root.generation), kek, random.bytes(12))
}

/** @throws OpenError when it was wrapped under another root key */
export function unwrapKek({ key, generation }: Root, id: string, wrapped: Uint8Array): DataKey {
  return unwrapKey((of) => (of === key.id ? key : undefined), kekPlace(id, generation), id, wrapped)
}
