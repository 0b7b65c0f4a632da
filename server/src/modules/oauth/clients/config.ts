import { z } from 'zod'

/** Settings of OAuth clients (`oauth.clients:` in holdfast.yaml). */
export const clientsConfig = z
  .strictObject({
    registration: z
      .boolean()
      .default(false)
      .describe(
        'Whether clients may register themselves at /oauth/register (RFC 7591), with an initial access token that an operator gave out. People are always asked before such a client gets at anything of theirs.',
      ),
    allowPrivate: z
      .boolean()
      .optional()
      .describe(
        'Whether key sets and logout addresses of clients may be at private and loopback addresses, and without TLS. Default: in development yes, in production no. Link-local and metadata addresses are refused in any case.',
      ),
  })
  .prefault({})

export type ClientsConfig = z.output<typeof clientsConfig>
