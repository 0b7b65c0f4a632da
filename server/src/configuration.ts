import type { z } from 'zod'
import { complianceConfig } from './modules/compliance/index.ts'
import { keysConfig } from './modules/keys/index.ts'
import { ledgerConfig } from './modules/ledger/index.ts'
import { mailConfig } from './modules/mail/index.ts'
import { oauthConfig } from './modules/oauth/index.ts'
import { signinConfig } from './modules/signin/index.ts'
import { platformSections } from './platform/config/schema.ts'

/** Every setting of the server: those of the platform, and a section for each module that has some. */
export const configuration = {
  ...platformSections,
  keys: keysConfig.prefault({}),
  signin: signinConfig.prefault({}),
  oauth: oauthConfig.prefault({}),
  ledger: ledgerConfig.prefault({}),
  mail: mailConfig.prefault({}),
  compliance: complianceConfig.prefault({}),
}

export type Configuration = z.output<z.ZodObject<typeof configuration>>
