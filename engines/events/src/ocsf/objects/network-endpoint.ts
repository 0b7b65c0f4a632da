import { z } from 'zod'
import { isIp } from '../ip.ts'
import { optional, text, withOneOf } from '../schema.ts'

/** One end of a connection. */
export interface NetworkEndpoint {
  /** IPv4 or IPv6. */
  readonly ip?: string | undefined
  /** Name of a host, without port. */
  readonly hostname?: string | undefined
  /** 0 to 65535 */
  readonly port?: number | undefined
  /** Name of a service, where there is no address: the software itself. */
  readonly svc_name?: string | undefined
}

export const NetworkEndpoint: z.ZodType<NetworkEndpoint> = withOneOf<NetworkEndpoint>(['ip', 'hostname', 'svc_name'], {
  ip: z.string().refine(isIp, 'must be an IP address').optional(),
  hostname: optional(text),
  port: z.int().min(0).max(65_535).optional(),
  svc_name: optional(text),
})
