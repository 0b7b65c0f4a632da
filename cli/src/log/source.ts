import { type LogSource, tilePath } from '@holdfast/merkle'
import type { Api } from '../api/client.ts'
import { unless } from '../api/ensure.ts'

/** The log of a control plane as anybody reads it who may (C2SP tlog-tiles). */
export interface RemoteLog extends LogSource {
  /** The newest checkpoint: a signed note. */
  checkpoint(): Promise<string>
  /** The verifier key that the server says to be the log's. */
  key(): Promise<string>
}

export function remoteLog(api: Api): RemoteLog {
  const get = (path: string) => api.raw(`/log/${path}`)
  return {
    checkpoint: async () => (await get('checkpoint')).text(),
    key: async () => (await (await get('key')).text()).trim(),
    tile: async (tile) => {
      const response = await unless(404, get(tilePath(tile)))
      return response && new Uint8Array(await response.arrayBuffer())
    },
  }
}
