import { writeFileSync } from 'node:fs'
import { composed } from './corpus.ts'
import { benignRoot } from './texts.ts'

for (const [file, texts] of composed()) {
  writeFileSync(benignRoot + file, texts.map((text) => `${JSON.stringify(text)}\n`).join(''))
}
