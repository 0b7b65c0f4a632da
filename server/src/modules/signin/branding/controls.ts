import type { Control } from '../../../platform/control.ts'
import { imageOf } from './image.ts'
import { selectLogos } from './store.ts'

export const brandingControls: readonly Control[] = [
  {
    id: 'signin.logos',
    title: 'Logos are images',
    statement:
      'What the sign-in pages show as a logo is a PNG, JPEG or WebP by what it holds, and served as what it is.',
    mapsTo: [
      { framework: 'ASVS 5.0', ref: '5.2.2' },
      { framework: 'ASVS 5.0', ref: '3.2.1' },
    ],
    async check({ database, tenant }) {
      const logos = await database.asTenant(tenant, (tx) => selectLogos(tx), 'read')
      const wrong = logos.filter(({ logo, type }) => imageOf(logo)?.type !== type).length
      return {
        status: wrong === 0 ? 'pass' : 'fail',
        evidence: `${wrong} of ${logos.length} logos are something else.`,
      }
    },
  },
]
