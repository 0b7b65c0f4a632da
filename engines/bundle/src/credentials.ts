import { ApplicationId } from '@holdfast/events'
import { z } from 'zod'
import { JwkSet } from './keys.ts'

/** `.holdfast/credentials.json`, mode 0600: how an edge reaches its control plane and whom it believes. */
export interface Credentials {
  /** The control plane's URL. */
  readonly url: string
  /** The application that the service is bound to; null for a gateway. */
  readonly application: string | null
  /** Service key, `hfk_...`. */
  readonly token: string
  /** The control plane's public keys. */
  readonly trust: JwkSet
}

export const Credentials: z.ZodType<Credentials> = z.object({
  url: z.url({ protocol: /^https?$/ }),
  application: ApplicationId.nullable(),
  token: z.string().min(1).max(512),
  trust: JwkSet,
})
