import { writeFileSync } from 'node:fs'
import { generated } from './generated.ts'

const root = new URL('../../', import.meta.url)
for (const [path, text] of Object.entries(await generated())) writeFileSync(new URL(path, root), text)
