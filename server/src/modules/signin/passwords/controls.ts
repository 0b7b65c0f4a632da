import type { Control } from '../../../platform/control.ts'
import { countCompromised, countForms, latestHashes } from '../store/passwords.ts'
import type { SigninConfig } from '../config.ts'
import { readHash } from './forms/forms.ts'
import type { PasswordTools } from './parts.ts'

/** Passwords that one check opens: those that were set last are by the code and the settings that run. */
const sample = 500

export const passwordControls = ({
  columns,
  hasher,
  breach,
  config,
}: Pick<PasswordTools, 'columns' | 'hasher' | 'breach'> & { readonly config: SigninConfig }): readonly Control[] => [
  {
    id: 'signin.password-hashes',
    title: 'Passwords are kept as hashes',
    statement: 'Every password is kept as a slow, salted hash of a known form, and the hash encrypted.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '11.4.2' },
      { framework: 'PCI DSS 4.0.1', ref: '8.3.2' },
      { framework: 'SOC 2', ref: 'CC6.1' },
    ],
    async check({ database, tenant }) {
      const hashes = await database.asTenant(tenant, (tx) => latestHashes(tx, columns, sample), 'read')
      const good = hashes.filter((hash) => hash !== null && typeof readHash(hash) !== 'string').length
      return {
        status: good === hashes.length ? 'pass' : 'fail',
        evidence: `${good} of the ${hashes.length} passwords that were set last are encrypted hashes that can be compared with.`,
      }
    },
  },
  {
    id: 'signin.password-cost',
    title: 'Passwords are hashed at today’s cost',
    statement:
      'Every password is hashed with argon2id and the parameters that are set; older and imported hashes are renewed.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '11.4.2' },
      { framework: 'ISO 27001:2022', ref: 'A.8.24' },
    ],
    async check({ database, tenant }) {
      const forms = await database.asTenant(tenant, (tx) => countForms(tx), 'read')
      const of = (counted: typeof forms) => counted.reduce((sum, { count }) => sum + count, 0)
      const old = forms.filter(({ form, imported }) => imported || form !== hasher.form)
      const which = old.map(({ form, count }) => `${count} of ${form}`).join(', ')
      return {
        status: old.length === 0 ? 'pass' : 'fail',
        evidence:
          old.length === 0
            ? `All ${of(forms)} passwords are of ${hasher.form}.`
            : `${of(old)} of ${of(forms)} passwords wait for their people to sign in: ${which}.`,
      }
    },
  },
  {
    id: 'signin.breach-filter',
    title: 'Passwords known from breaches are refused',
    statement: 'New passwords are looked up among those that are known from breaches, without asking anybody else.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '6.2.4' },
      { framework: 'ASVS 5.0', ref: '6.2.12' },
      { framework: 'ISO 27001:2022', ref: 'A.5.17' },
    ],
    async check({ database, tenant }) {
      const filter = await breach.filter()
      const marked = await database.asTenant(tenant, (tx) => countCompromised(tx), 'read')
      if (filter === null)
        return { status: 'fail', evidence: 'The setting signin.passwords.breachFilter names no file.' }
      return {
        status: marked === 0 ? 'pass' : 'fail',
        evidence: `The filter knows ${filter.passwords} passwords; ${marked} people still have one of them.`,
      }
    },
  },
  {
    id: 'signin.password-length',
    title: 'Passwords are long enough',
    statement: 'A password that is the only factor has at least 15 characters, beside a second factor at least 8.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '6.2.1' },
      { framework: 'PCI DSS 4.0.1', ref: '8.3.6' },
    ],
    check: async () => ({
      status: config.passwordLength >= 15 && config.passwords.lengthWithSecondFactor >= 8 ? 'pass' : 'fail',
      evidence: `New passwords have at least ${config.passwordLength} characters, beside a second factor ${config.passwords.lengthWithSecondFactor}.`,
    }),
  },
]
